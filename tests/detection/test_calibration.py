"""Probabilities that mean what they say, thresholds that cost what they promise."""

from __future__ import annotations

import numpy as np
import pytest

from packetclip.detection import (
    MissionSettings,
    StorySettings,
    choose_threshold,
    expected_calibration_error,
    fit_calibration,
    fit_platt,
    fit_temperature,
    runs,
    with_thresholds,
)
from packetclip.model import Calibration, logistic
from tests.detection.made import START_NS, Made, missions, stories
from tests.model.tiny import MISSIONS


def test_platt_finds_the_mapping_that_made_the_labels() -> None:
    rng = np.random.default_rng(0)
    logits = rng.normal(0.0, 3.0, 40_000)
    positive = rng.random(len(logits)) < 1.0 / (1.0 + np.exp(-(0.5 * logits - 1.0)))
    scale, offset = fit_platt(logits, positive)
    assert scale == pytest.approx(0.5, abs=0.02)
    assert offset == pytest.approx(-1.0, abs=0.05)
    chances = logistic((scale * logits + offset).astype(np.float32))
    assert expected_calibration_error(chances, positive) < 0.01
    assert expected_calibration_error(logistic(logits.astype(np.float32)), positive) > 0.05


def test_platt_stays_finite_where_classes_are_apart_or_missing() -> None:
    logits = np.array([-5.0, -4.0, 4.0, 5.0])
    scale, offset = fit_platt(logits, logits > 0)
    assert np.isfinite([scale, offset]).all()
    assert scale > 0
    for positive in (np.zeros(4, np.bool_), np.ones(4, np.bool_)):
        scale, offset = fit_platt(logits, positive)
        assert scale == 1.0
        assert np.sign(offset) == (1 if positive.all() else -1)


def test_platt_never_turns_a_ranking_round() -> None:
    logits = np.linspace(-3, 3, 100)
    scale, _ = fit_platt(logits, logits < 0)
    assert scale > 0


def test_temperature() -> None:
    rng = np.random.default_rng(1)
    logits = rng.normal(0.0, 1.0, (20_000, 4))
    chance = np.exp(logits)
    chance /= chance.sum(axis=1, keepdims=True)
    labels = np.array([rng.choice(4, p=row) for row in chance])
    assert fit_temperature(logits * 3.0, labels) == pytest.approx(3.0, rel=0.05)


def test_whole_calibration() -> None:
    rng = np.random.default_rng(2)
    labels = rng.integers(-1, 2, 9000)
    logits = rng.normal(0.0, 1.0, (len(labels), 2)).astype(np.float32)
    for m in range(2):
        logits[labels == m, m] += 3.0
    calibration = fit_calibration(logits, labels, MISSIONS)
    log_odds = calibration.log_odds(logits)
    for m in range(2):
        assert expected_calibration_error(logistic(log_odds[:, m]), labels == m) < 0.03
    assert expected_calibration_error(logistic(calibration.any_log_odds(log_odds)), labels >= 0) < 0.05


def test_any_is_the_sum_of_the_missions() -> None:
    log_odds = np.array([[5.0, -9.0], [-3.0, -9.0], [-0.5, -0.7]], np.float32)
    summed = (1.0 / (1.0 + np.exp(-log_odds.astype(np.float64)))).sum(axis=1)
    found = Calibration.identity(MISSIONS).any_log_odds(log_odds)
    assert found == pytest.approx(np.log(summed / (1.0 - summed)), abs=1e-4)


def test_threshold_keeps_its_promise() -> None:
    made = {0.5: 90, 0.9: 20, 0.99: 2, 0.999: 3, 0.9999: 0}
    chosen = choose_threshold(made.__getitem__, list(made), hours=2.0, target=1.0)
    assert (chosen.value, chosen.false_stories) == (0.9999, 0)
    chosen = choose_threshold(made.__getitem__, list(made), hours=2.0, target=1.5)
    assert (chosen.value, chosen.false_stories, chosen.per_hour) == (0.99, 2, 1.0)
    nothing = choose_threshold(lambda _: 99, [0.5, 0.9], hours=1.0, target=0.0)
    assert nothing.value > 1.0
    assert with_thresholds(Calibration.identity(MISSIONS), {"port_scan": 2.0}).missions["port_scan"].threshold == 1.0


def test_runs_count_what_the_story_teller_tells(tmp_path_factory: pytest.TempPathFactory) -> None:
    told = missions(tmp_path_factory.mktemp("missions"))
    rng = np.random.default_rng(4)
    # Every originator has a target of its own, so that stories cannot merge: then the quick count is exact.
    made, time_s = [], 0.0
    for _ in range(600):
        time_s += float(rng.exponential(0.7))
        orig = int(rng.integers(1, 9))
        made.append(Made(time_s, orig, 100 + orig, (-9.0, float(rng.normal(0.0, 2.0)))))
    chances = 1.0 / (1.0 + np.exp(-np.array([p.log_odds[1] for p in made])))
    times = np.array([START_NS + round(p.time_s * 1e9) for p in made])
    count = runs(chances, times, np.array([p.orig for p in made]), 3, 8.0)
    for threshold in (0.3, 0.5, 0.7, 0.9, 0.99, 0.9999):
        own = StorySettings.uniform(MISSIONS, MissionSettings(threshold, 3, 8.0))
        assert count(threshold) == len(stories(told, made, settings=own)), threshold
    assert count(1.1) == 0


def test_fewer_loud_packets_than_a_story_needs_are_none() -> None:
    count = runs(np.array([0.9, 0.9]), np.array([0, 1]), np.array([0, 0]), min_packets=5, silence_s=60.0)
    assert count(0.5) == 0
