"""Differences between methods: seed by seed, resample by resample."""

from __future__ import annotations

from typing import Any

import pytest

from packetclip.benchmark.pooling import gained


def seed(value: float | None, *resampled: float | None) -> dict[str, Any]:
    return {"auc": value, "resampled": {"auc": list(resampled)}}


def test_what_is_hard_for_both_does_not_widen_the_interval() -> None:
    hard = [0.5, 0.7, 0.9, 0.6]
    found = gained([seed(0.8, *(v + 0.05 for v in hard))], [seed(0.75, *hard)], "auc")
    assert found.mean == pytest.approx(0.05)
    assert found.low == pytest.approx(0.05)
    assert found.high == pytest.approx(0.05)


def test_seeds_are_compared_one_by_one_where_both_have_them() -> None:
    own = [seed(0.9, 0.9), seed(0.8, 0.8), seed(0.1, 0.1)]
    found = gained(own, [seed(0.7, 0.7), seed(0.5, 0.5)], "auc")
    assert found.mean == pytest.approx(0.25)
    assert found.seeds == 2
    assert found.low == found.high == pytest.approx(0.25)


def test_a_seed_that_one_lacks_is_left_out_and_moves_no_other() -> None:
    own = [seed(0.9) | {"seed": 0}, seed(0.8) | {"seed": 2}]
    other = [seed(0.1) | {"seed": 1}, seed(0.5) | {"seed": 2}]
    assert gained(own, other, "auc").mean == pytest.approx(0.3)


def test_without_resamples_there_is_no_interval_and_without_figures_nothing() -> None:
    assert gained([{"auc": 0.9}], [{"auc": 0.8}], "auc").low is None
    assert gained([seed(None)], [seed(0.8)], "auc").mean is None
    assert gained([], [seed(0.8)], "auc").mean is None


def test_resamples_in_which_a_figure_is_missing_are_left_out() -> None:
    found = gained([seed(0.9, None, 0.9)], [seed(0.8, 0.1, 0.8)], "auc")
    assert found.low == found.high == pytest.approx(0.1)
