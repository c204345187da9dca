"""Curves, thinned: the same area, the same ends."""

from __future__ import annotations

import numpy as np
import pytest

from packetclip.benchmark import auc, average_precision
from packetclip.benchmark.metrics.curves import POINTS, precision_recall_curve, roc_curve


@pytest.mark.parametrize("skill", [0.0, 1.0, 3.0, 6.0])
def test_thinning_keeps_the_area(skill: float) -> None:
    rng = np.random.default_rng(3)
    own = rng.random(30_000) < 0.1
    scores = rng.normal(size=30_000) + skill * own
    order = np.argsort(scores)
    hits, false = own[order].astype(np.int64), (~own[order]).astype(np.int64)
    roc = roc_curve(hits, false)
    x, y = roc["false_positive_rate"], roc["true_positive_rate"]
    assert (x[0], y[0], x[-1], y[-1]) == (0.0, 0.0, 1.0, 1.0)
    assert len(x) <= POINTS + 2
    assert np.trapezoid(y, x) == pytest.approx(auc(scores, own), abs=0.001)
    curve = precision_recall_curve(hits, false)
    recall, precision = [0.0, *curve["recall"]], [curve["precision"][0], *curve["precision"]]
    assert recall[-1] == 1.0
    assert len(recall) <= POINTS + 3
    assert np.trapezoid(precision, recall) == pytest.approx(average_precision(scores, own), abs=0.002)


def test_one_side_missing_is_no_curve() -> None:
    some, none = np.array([1, 2]), np.zeros(2, np.int64)
    assert roc_curve(some, none)["false_positive_rate"] == roc_curve(none, some)["true_positive_rate"] == []
    assert precision_recall_curve(none, some) == {"recall": [], "precision": []}
    assert precision_recall_curve(some, none)["precision"][-1] == 1.0


def test_few_points_are_all_kept() -> None:
    curve = precision_recall_curve(np.array([1, 0, 1, 1]), np.array([3, 1, 0, 0]))
    assert curve == {"recall": [0.333333, 0.666667, 1.0], "precision": [1.0, 1.0, 0.428571]}
    assert precision_recall_curve(np.array([2]), np.array([2])) == {"recall": [1.0], "precision": [0.5]}
