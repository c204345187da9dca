"""All figures at once: equal to the plain ones and to scikit-learn's, laws of ranking, chunks and chance."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from packetclip.benchmark import Samples
from packetclip.benchmark.metrics import RATES, Platt, Tally, figures, packet_figures, tally_figures
from tests.benchmark.toys import toy

NAMES = ("Benign", "a", "b", "c")


def samples(seed: int, runs: int = 60, length: int = 25) -> Samples:
    """Runs of benign life and of three classes, each run of a class an episode, over some minutes."""
    rng = np.random.default_rng(seed)
    classes = np.repeat(rng.choice(4, runs, p=(0.4, 0.2, 0.2, 0.2)), length)
    some = toy(np.zeros((len(classes), 2), np.float32), classes, seed)
    return replace(some, time_ns=10**18 + np.arange(len(classes)) * 600_000_000)


def answers(of: Samples, seed: int, skill: float = 1.0) -> np.ndarray:
    """Probabilities that know something, in steps coarse enough for ties."""
    rng = np.random.default_rng(seed)
    z = rng.normal(size=(len(of), len(NAMES)))
    z[np.arange(len(of)), np.maximum(of.classes, 0)] += skill
    chances = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    return np.round(chances * 256) / 256


def test_equal_to_the_plain_figures() -> None:
    of = samples(1)
    scores = answers(of, 1)
    found = figures(scores, of, NAMES, (1, 2, 3), resamples=0)
    plain = packet_figures(NAMES[1:], scores[:, 1:], of.classes, 1.0 - scores[:, 0]).as_dict()
    for key in ("mean_auc", "any_auc", "map_benign", "map_rest", "benign"):
        assert found[key] == pytest.approx(plain[key], abs=1e-12), key
    for name, own in plain["classes"].items():
        for key, value in own.items():
            assert found["classes"][name][key] == pytest.approx(value, abs=1e-12), (name, key)
    assert found["intervals"] == {}
    assert found["auc_error"] == 0.0


def test_equal_to_scikit_learn() -> None:
    metrics = pytest.importorskip("sklearn.metrics")
    of = samples(2)
    scores = answers(of, 2)
    found = figures(scores, of, NAMES, (1, 2, 3), resamples=0)
    for m, name in enumerate(NAMES[1:], 1):
        seen = (of.classes == 0) | (of.classes == m)
        own, column = of.classes[seen] == m, scores[seen, m]
        entry = found["classes"][name]
        assert entry["auc"] == pytest.approx(metrics.roc_auc_score(own, column), abs=1e-12)
        assert entry["any_auc"] == pytest.approx(metrics.roc_auc_score(own, 1.0 - scores[seen, 0]), abs=1e-12)
        assert entry["ap_rest"] == pytest.approx(metrics.average_precision_score(of.classes == m, scores[:, m]))
        assert entry["brier"] == pytest.approx(metrics.brier_score_loss(own, column))
        false, true, _ = metrics.roc_curve(own, column, drop_intermediate=False)
        for rate in RATES:
            assert entry[f"recall@{rate:g}"] == pytest.approx(true[false <= rate].max())
    known = metrics.confusion_matrix(of.classes, scores.argmax(axis=1), labels=range(4))
    assert found["confusion"] == {"classes": list(NAMES), "counts": known.tolist()}


def test_json_can_hold_it_and_a_seed_repeats_it() -> None:
    of = samples(3)
    scores, platt = answers(of, 3), Platt.fit(answers(of, 4), of.classes)
    first, again = (figures(scores, of, NAMES, (1, 2, 3), 20, 7, platt) for _ in range(2))
    assert json.dumps(first, allow_nan=False) == json.dumps(again)
    assert first["intervals"] != figures(scores, of, NAMES, (1, 2, 3), 20, 8)["intervals"]


@pytest.mark.parametrize("cells", [1 << 20, 200])
def test_chunks_and_their_order_change_nothing(cells: int) -> None:
    of = samples(5)
    scores = answers(of, 5) + 1e-4 * np.random.default_rng(0).random((len(of), 4))
    whole, one, other = Tally(NAMES, cells), Tally(NAMES, cells), Tally(NAMES, cells)
    whole.add(scores, of)
    for start in range(0, len(of), 400):
        rows = np.arange(start, min(start + 400, len(of)))
        (one if start % 800 else other).add(scores[rows], of.take(rows))
    one.merge(other)
    assert tally_figures(one, (1, 2, 3), 20) == tally_figures(whole, (1, 2, 3), 20)


def test_bins_keep_their_promise() -> None:
    of = samples(6, runs=200)
    scores = answers(of, 6, 2.0) + 1e-4 * np.random.default_rng(0).random((len(of), 4))
    exact = figures(scores, of, NAMES, (1, 2, 3), 0)
    tally = Tally(NAMES, cells=1500)
    tally.add(scores, of)
    binned = tally_figures(tally, (1, 2, 3), 0)
    assert 0.0 < binned["auc_error"] < 0.05
    for name, own in exact["classes"].items():
        assert abs(binned["classes"][name]["auc"] - own["auc"]) <= binned["auc_error"]
        assert binned["classes"][name]["packets"] == own["packets"]


def test_labels_dealt_anew_know_nothing() -> None:
    of = samples(8, runs=400)
    dealt = replace(of, classes=np.random.default_rng(1).permutation(of.classes), episodes=of.episodes)
    found = figures(answers(of, 8), dealt, NAMES, (1, 2, 3))
    for key in ("mean_auc", "any_auc"):
        low, high = found["intervals"][key]
        assert low <= 0.5 <= high, key


def test_nobody_asked_nothing_labelled_nothing_there() -> None:
    of = samples(9)
    scores = answers(of, 9)
    unknown = replace(of, classes=np.full(len(of), -1, np.int16))
    for found in (figures(scores, of, NAMES, (), 5), figures(scores, unknown, NAMES, (1,), 5)):
        assert found["mean_auc"] is None and found["any_auc"] is None
        assert found["classes"] == {}
        json.dumps(found, allow_nan=False)
    assert figures(scores, unknown, NAMES, (1,), 5)["unlabelled"] == len(of)


def test_what_cannot_be_scored_is_benign() -> None:
    of = samples(10)
    scores = answers(of, 10)
    blind = replace(of, scored=np.arange(len(of)) % 7 > 0)
    put = np.where(blind.scored[:, None], scores, [1.0, 0.0, 0.0, 0.0])
    assert figures(scores, blind, NAMES, (1, 2, 3), 5) == figures(put, of, NAMES, (1, 2, 3), 5)


def test_classes_that_are_not_asked_about_are_the_rest() -> None:
    of = samples(11)
    scores = answers(of, 11)
    every, one = figures(scores, of, NAMES, (1, 2, 3), 0), figures(scores, of, NAMES, (2,), 0)
    assert one["classes"] == {"b": every["classes"]["b"]}
    assert one["any_auc"] == one["classes"]["b"]["any_auc"]


def test_what_does_not_fit_is_refused() -> None:
    of = samples(12)
    with pytest.raises(ValueError, match="do not fit"):
        figures(np.zeros((3, 4)), of, NAMES, (1,))
    with pytest.raises(ValueError, match="does not go into"):
        Tally(NAMES).merge(Tally(NAMES[:2]))
