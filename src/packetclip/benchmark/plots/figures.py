"""Figures as plots take them: lists or arrays, null where nothing was measured, an interval or a figure alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["Curve", "Interval", "bounds", "column", "pair", "thinned"]

Interval = float | Sequence[float | None] | None
"""A figure, or (figure, low, high)."""


Curve = Sequence[ArrayLike] | Mapping[str, ArrayLike]
"""Columns of x and y, in this order or by the names that ``metrics`` gives them."""


def bounds(interval: Interval) -> tuple[float, float, float]:
    """Figure, low and high; NaN for what is not there.

    >>> bounds(0.9), bounds([0.9, 0.8, 0.95])
    ((0.9, nan, nan), (0.9, 0.8, 0.95))
    """
    values = list(interval) if isinstance(interval, Sequence) else [interval]
    numbers = [float("nan") if value is None else float(value) for value in values[:3]]
    figure, low, high = numbers + [float("nan")] * (3 - len(numbers))
    return figure, low, high


def column(values: ArrayLike | Sequence[float | None]) -> NDArray[np.float64]:
    """Numbers (N,); NaN for null.

    >>> column([1, None]).tolist()
    [1.0, nan]
    """
    if isinstance(values, np.ndarray):
        return values.astype(np.float64)
    items: list[Any] = list(values)  # type: ignore[arg-type]
    return np.array([float("nan") if value is None else value for value in items], np.float64)


def pair(curve: Curve, x: str, y: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Two columns (N,) of a curve, by name where it has names."""
    if isinstance(curve, Mapping):
        return column(curve[x]), column(curve[y])
    first, second = curve
    return column(first), column(second)


def thinned(x: NDArray[np.float64], y: NDArray[np.float64], tolerance: float = 0.0015) -> NDArray[np.int64]:
    """The points (K,) of a line (N,) from which the others stray by ``tolerance`` at most; x and y run over about 1.

    Ends and corners stay (Douglas and Peucker 1973).
    """
    kept = np.zeros(len(x), bool)
    kept[:1] = kept[-1:] = True
    spans = [(0, len(x) - 1)]
    while spans:
        first, last = spans.pop()
        if last - first < 2:
            continue
        along, up = x[last] - x[first], y[last] - y[first]
        dx, dy = x[first + 1 : last] - x[first], y[first + 1 : last] - y[first]
        length = float(np.hypot(along, up))
        strays = np.abs(along * dy - up * dx) / length if length else np.hypot(dx, dy)
        furthest = int(np.argmax(strays))
        if strays[furthest] > tolerance:
            middle = first + 1 + furthest
            kept[middle] = True
            spans += [(first, middle), (middle, last)]
    return np.flatnonzero(kept)
