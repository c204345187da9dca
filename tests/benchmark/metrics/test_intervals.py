"""Drawing with replacement within strata, and means over seeds."""

from __future__ import annotations

import math

import numpy as np
import pytest

from packetclip.benchmark.metrics import mean_interval
from packetclip.benchmark.metrics.intervals import draw, interval


def test_each_stratum_keeps_its_size_whatever_else_is_drawn() -> None:
    strata = np.array([0, 0, 0, 2, 2, 5])
    weights = draw(strata, 50, seed=3)
    for stratum in (0, 2, 5):
        assert (weights[strata == stratum].sum(axis=0) == (strata == stratum).sum()).all()
    assert (weights[5] == 1.0).all()
    assert (draw(strata[3:5], 50, seed=3) == weights[3:5]).all()
    assert (draw(strata, 50, seed=4) != weights).any()


def test_interval_of_resamples() -> None:
    assert interval(np.r_[np.arange(1001.0), np.nan]) == [25.0, 975.0]
    assert interval(np.full(3, np.nan)) is None


def test_interval_of_a_mean_is_students() -> None:
    stats = pytest.importorskip("scipy.stats")
    for n in (2, 3, 5, 31, 40):
        values = np.random.default_rng(n).normal(size=n)
        low, high = stats.t.interval(0.95, n - 1, values.mean(), values.std(ddof=1) / math.sqrt(n))
        assert mean_interval(values) == pytest.approx((values.mean(), low, high), abs=0.02 if n > 31 else 1e-4)
    assert mean_interval([0.3]) == (0.3, 0.3, 0.3)
    assert all(math.isnan(v) for v in mean_interval([]))
