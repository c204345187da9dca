"""Figures per packet: by hand, and equal to scikit-learn's, ties and all."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from packetclip.benchmark import auc, average_precision, packet_figures

RANKED = st.lists(st.tuples(st.integers(0, 6), st.booleans()), min_size=2, max_size=60)


@given(RANKED)
def test_equal_to_scikit_learn(ranked: list[tuple[int, bool]]) -> None:
    sklearn = pytest.importorskip("sklearn.metrics")
    scores = np.array([score / 7 for score, _ in ranked])
    positive = np.array([hit for _, hit in ranked])
    assume(positive.any() and not positive.all())
    assert auc(scores, positive) == pytest.approx(sklearn.roc_auc_score(positive, scores), abs=1e-12)
    assert average_precision(scores, positive) == pytest.approx(
        sklearn.average_precision_score(positive, scores), abs=1e-12
    )


@given(RANKED)
def test_auc_is_the_share_of_pairs_in_order(ranked: list[tuple[int, bool]]) -> None:
    high = [score for score, hit in ranked if hit]
    low = [score for score, hit in ranked if not hit]
    assume(high and low)
    pairs = [1.0 if h > b else 0.5 if h == b else 0.0 for h in high for b in low]
    found = auc(np.array([score for score, _ in ranked], np.float32), np.array([hit for _, hit in ranked]))
    assert found == pytest.approx(sum(pairs) / len(pairs))


def test_scores_all_alike_know_nothing() -> None:
    positive = np.array([True, False, False, False])
    assert auc(np.zeros(4), positive) == 0.5
    assert average_precision(np.zeros(4), positive) == 0.25


def test_infinite_scores_have_their_place() -> None:
    assert auc(np.array([-np.inf, 0.0, np.inf]), np.array([False, False, True])) == 1.0


@pytest.mark.parametrize("n", [0, 3])
def test_one_side_missing_is_no_figure(n: int) -> None:
    assert math.isnan(auc(np.zeros(n), np.zeros(n, bool)))
    assert math.isnan(auc(np.zeros(n), np.ones(n, bool)))
    assert math.isnan(average_precision(np.zeros(n), np.zeros(n, bool)))


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="no number"):
        auc(np.array([np.nan, 1.0]), np.array([True, False]))
    with pytest.raises(ValueError, match="one length"):
        auc(np.zeros(3), np.zeros(2, bool))
    with pytest.raises(ValueError, match="do not fit"):
        packet_figures(["a"], np.zeros((3, 2)), np.zeros(3, int), np.zeros(3))


def test_figures_of_classes_and_their_means() -> None:
    """Class b outranks a's packet in column a: seen against the rest, not against benign."""
    truth = np.array([0, 0, 1, 2])
    scores = np.array([[0.1, 0.1], [0.2, 0.3], [0.5, 0.1], [0.9, 0.2]])
    found = packet_figures(["a", "b", "never"], np.column_stack([scores, np.zeros(4)]), truth, scores.max(axis=1))
    assert list(found.classes) == ["a", "b"]
    assert found.benign == 2
    a, b = found.classes["a"], found.classes["b"]
    assert (a.packets, a.auc, a.ap_benign, a.ap_rest) == (1, 1.0, 1.0, 0.5)
    assert (b.packets, b.auc, b.ap_benign, b.ap_rest) == (1, 0.5, 0.5, 0.5)
    assert (found.mean_auc, found.map_benign, found.map_rest, found.any_auc) == (0.75, 0.75, 0.5, 1.0)
    told = found.as_dict()
    assert told["mean_auc"] == 0.75
    assert told["classes"]["a"] == {"packets": 1, "auc": 1.0, "ap_benign": 1.0, "ap_rest": 0.5}
