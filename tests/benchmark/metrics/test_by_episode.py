"""Stories told by scores alone: against a plain teller, by hand, and what is wished for beside what comes."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from packetclip.benchmark import Samples
from packetclip.benchmark.metrics import episode_figures
from packetclip.benchmark.metrics.stories import GAP_S, PACKETS, Order, by_target, hours, lowest_thresholds
from tests.benchmark.toys import toy

NAMES = ("Benign", "Port Scan", "SYN Flood")
SECOND = 1_000_000_000


def packets(seconds: list[float], orig: list[int], classes: list[int], episodes: list[int] | None = None) -> Samples:
    """One capture; each packet goes to host 99."""
    some = toy(np.zeros((len(seconds), 1), np.float32), np.array(classes, np.int16))
    return replace(
        some,
        time_ns=(np.array(seconds) * SECOND).astype(np.int64),
        orig=np.array(orig, np.uint64),
        resp=np.full(len(seconds), 99, np.uint64),
        episodes=np.array(episodes if episodes is not None else [-1] * len(seconds), np.int32),
    )


def plain(times: np.ndarray, hosts: np.ndarray, scores: np.ndarray, threshold: float) -> list[int]:
    """Packets at which a story is told, one by one in time."""
    told, tracks = [], {}
    for i in range(len(times)):
        if scores[i] < threshold:
            continue
        last, count = tracks.get(hosts[i], (None, 0))
        count = 1 if last is None or times[i] - last > GAP_S * SECOND else count + 1
        tracks[hosts[i]] = (times[i], count)
        if count == PACKETS:
            told.append(i)
    return told


STREAM = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 2), st.integers(0, 4)), max_size=120)


@given(STREAM, st.integers(0, 4))
def test_equal_to_a_plain_teller(stream: list[tuple[int, int, int]], threshold: int) -> None:
    seconds = np.cumsum([gap for gap, _, _ in stream]).astype(float)
    hosts = [host for _, host, _ in stream]
    scores = np.array([score for _, _, score in stream], float)
    of = packets(list(seconds), hosts, [0] * len(stream))
    order = Order.of(of, np.arange(len(of)), of_target=False)
    found = sorted(order.rows[order.told(scores[order.rows], float(threshold))])
    assert found == plain(of.time_ns, of.orig, scores, threshold)


@given(STREAM)
def test_no_threshold_above_the_lowest_tells_a_story(stream: list[tuple[int, int, int]]) -> None:
    seconds = np.cumsum([gap for gap, _, _ in stream]).astype(float)
    scores = np.array([score for _, _, score in stream], float)
    order = Order.of(
        packets(list(seconds), [host for _, host, _ in stream], [0] * len(stream)), np.arange(len(stream)), False
    )
    scores = scores[order.rows]
    (lowest,) = lowest_thresholds(order, scores, [0])
    for score in (*np.unique(scores), lowest):
        assert (len(order.told(scores, float(score))) == 0) == (score >= lowest)


def test_floods_are_told_by_target() -> None:
    assert [by_target(name) for name in NAMES] == [False, False, True]
    of = packets([0.1 * n for n in range(6)], list(range(6)), [2] * 6, [1] * 6)
    assert len(Order.of(of, np.arange(6), of_target=True).told(np.ones(6), 0.5)) == 1
    assert len(Order.of(of, np.arange(6), of_target=False).told(np.ones(6), 0.5)) == 0


def test_hours_are_those_of_each_capture() -> None:
    of = packets([0.0, 1800.0, 10_000.0, 13_600.0], [1] * 4, [0] * 4)
    two = replace(of, capture=np.array([0, 0, 1, 1], np.int16), names=("x", "y"), networks=("X", "X"))
    assert hours(two) == pytest.approx(1.5)
    assert hours(of.take(np.zeros(0, np.int64))) == 0.0


def quiet_hour(loud: float) -> tuple[Samples, np.ndarray]:
    """An hour of a benign packet every 2 s from one host; a burst of ten by another scores ``loud`` as a scan."""
    seconds = [2.0 * n for n in range(1801)]
    scores = np.tile([0.9, 0.1, 0.05], (1801, 1))
    scores[100:110, 1] = loud
    return packets(seconds, [7 if 100 <= n < 110 else 1 for n in range(1801)], [0] * 1801), scores


def test_what_was_wished_for_and_what_came() -> None:
    """A scan of 8 packets is found at its fifth, one of 4 never; a forged flood by its target; a scan told as flood."""
    tune, scores_tune = quiet_hour(0.4)
    life, scores_life = quiet_hour(0.6)
    times = [10.0 + 0.5 * n for n in range(8)] + [50.0 + n for n in range(4)] + [90.0 + 0.1 * n for n in range(20)]
    times += [200.0 + n for n in range(5)]
    attack = packets(
        times,
        [30] * 8 + [31] * 4 + list(range(100, 120)) + [32] * 5,
        [1] * 12 + [2] * 20 + [1] * 5,
        [1] * 8 + [2] * 4 + [3] * 20 + [4] * 5,
    )
    scores_attack = np.array([[0.1, 0.5, 0.0]] * 12 + [[0.1, 0.0, 0.8]] * 20 + [[0.1, 0.0, 0.7]] * 5)
    test = replace(
        life,
        **{
            name: np.concatenate([getattr(life, name), getattr(attack, name)])
            for name in ("classes", "episodes", "time_ns", "orig", "resp", "capture", "scored")
        },
    )
    scores_test = np.concatenate([scores_life, scores_attack])
    found = episode_figures(scores_tune, tune, scores_test, test, NAMES, (1, 2), wishes=(0.5, 1.0))
    json.dumps(found, allow_nan=False)
    assert found["hours"] == {"tune": 1.0, "test": 1.0}
    assert (found["episodes"], found["tellable"]) == (4, 3)
    none, one = found["at"]
    assert (none["allowed"], one["allowed"]) == (0, 1)
    scan = none["classes"]["Port Scan"]
    assert 0.4 < scan["threshold"] < 0.4001
    assert scan["false_stories"] == 1  # the test side's burst is louder than any that was tuned on
    assert (none["false_stories"], none["tuned_per_hour"], none["false_per_hour"]) == (1, 0.0, 0.5)
    assert (none["found"], none["misnamed"], none["recall"]) == (2, 1, 0.5)
    assert scan["median_delay_s"] == 2.0
    assert none["classes"]["SYN Flood"]["median_delay_s"] == pytest.approx(0.4)
    assert none["median_delay_s"] == pytest.approx(1.2)
    low, high = none["interval"]
    assert (low, high) == (0.25, 1.0)  # a scan of three was found, and the one flood
    # One story is the burst; the host that never stops is another as soon as its score is reached.
    assert one["classes"]["Port Scan"]["threshold"] == pytest.approx(0.1)
    assert one["classes"]["Port Scan"]["threshold"] > 0.1


def test_nothing_to_tune_on_tells_nothing() -> None:
    tune, scores = quiet_hour(0.5)
    empty = tune.take(np.zeros(0, np.int64))
    found = episode_figures(scores[:0], empty, scores, tune, NAMES, (1, 2))
    json.dumps(found, allow_nan=False)
    assert found["at"][0]["recall"] is None
    assert found["at"][0]["tuned_per_hour"] is None
    assert found["at"][0]["false_stories"] == 0
    json.dumps(episode_figures(scores, tune, scores, tune, NAMES, ()), allow_nan=False)


def test_what_cannot_be_scored_tells_no_story() -> None:
    tune, scores = quiet_hour(0.5)
    blind = replace(tune, scored=np.zeros(len(tune), bool))
    found = episode_figures(scores, tune, np.ones_like(scores), blind, NAMES, (1,), wishes=(1.0,))
    assert found["at"][0]["false_stories"] == 0
