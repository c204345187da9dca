"""Answers about flows."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from packetclip.benchmark import join
from packetclip.benchmark.metrics import by_flow
from tests.benchmark.toys import toy


def test_means_of_scored_packets_and_the_class_of_the_attack() -> None:
    of = toy(np.arange(8, dtype=np.float32)[:, None], np.array([0, 0, 2, 2, 1, 0, -1, 0], np.int16))
    of = replace(
        of,
        flow=np.array([3, 3, 1, 3, 1, 9, 7, -1]),
        scored=np.array([True, True, True, False, True, False, True, True]),
    )
    scores = np.column_stack([np.linspace(1.0, 0.3, 8), np.arange(8) / 10, np.arange(8) / 20])
    found, flows = by_flow(scores, of)
    assert flows.flow.tolist() == [1, 3, 7, 9]
    assert flows.classes.tolist() == [1, 2, -1, 0]  # of equally many, the first; of benign and attack, the attack
    assert flows.fields[:, 0].tolist() == [4.0, 3.0, 6.0, 5.0]
    assert flows.scored.tolist() == [True, True, True, False]
    np.testing.assert_allclose(found[0], scores[[2, 4]].mean(axis=0))
    np.testing.assert_allclose(found[1], scores[[0, 1]].mean(axis=0))
    np.testing.assert_allclose(found[2], scores[6])


def test_flows_of_two_captures_stay_apart() -> None:
    one = replace(toy(np.zeros((4, 1), np.float32), np.zeros(4, np.int16)), flow=np.array([0, 0, 1, 1]))
    found, flows = by_flow(np.ones((8, 2)), join([one, one]))
    assert flows.capture.tolist() == [0, 0, 1, 1]
    assert found.shape == (4, 2)
