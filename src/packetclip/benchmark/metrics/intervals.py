"""Intervals, of 95 %: percentiles of a bootstrap, and of a mean over seeds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["draw", "interval", "mean_interval"]

_TAIL: Final = 0.025

# fmt: off
_T: Final = (
    12.7062, 4.3027, 3.1824, 2.7764, 2.5706, 2.4469, 2.3646, 2.3060, 2.2622, 2.2281,
    2.2010, 2.1788, 2.1604, 2.1448, 2.1314, 2.1199, 2.1098, 2.1009, 2.0930, 2.0860,
    2.0796, 2.0739, 2.0687, 2.0639, 2.0595, 2.0555, 2.0518, 2.0484, 2.0452, 2.0423,
)
# fmt: on
_NORMAL: Final = 1.96


def draw(strata: NDArray[np.int64], resamples: int, seed: int) -> NDArray[np.float64]:
    """How often each of U units is drawn, with replacement within its stratum (U,): (U, resamples).

    Strata, numbers of at least 0, keep their sizes, so none is ever lost; each is drawn by itself, so that one more
    changes nothing of the others.
    """
    weights = np.zeros((len(strata), resamples))
    for stratum in np.unique(strata):
        rows = np.flatnonzero(strata == stratum)
        rng = np.random.default_rng([seed, int(stratum)])
        weights[rows] = rng.multinomial(len(rows), np.full(len(rows), 1.0 / len(rows)), resamples).T
    return weights


def interval(drawn: NDArray[Any]) -> list[float] | None:
    """[low, high] of resamples (R,), of which NaN are left out; None without any."""
    known = drawn[~np.isnan(drawn)]
    return [float(v) for v in np.quantile(known, (_TAIL, 1.0 - _TAIL))] if len(known) else None


def mean_interval(values: Sequence[float]) -> tuple[float, float, float]:
    """Mean over seeds, and the interval of it by Student's t: mean, low, high.

    It says how much the method's own chance moves the figure; which attacks were met is what the bootstrap over
    episodes says. Both ends are the mean where there is one value; NaN without any.

    >>> [round(v, 3) for v in mean_interval([0.90, 0.92, 0.94])]
    [0.92, 0.87, 0.97]
    """
    n = len(values)
    if n == 0:
        return float("nan"), float("nan"), float("nan")
    mean = float(np.mean(values))
    if n == 1:
        return mean, mean, mean
    quantile = _T[n - 2] if n - 2 < len(_T) else _NORMAL
    half = quantile * float(np.std(values, ddof=1)) / float(np.sqrt(n))
    return mean, mean - half, mean + half
