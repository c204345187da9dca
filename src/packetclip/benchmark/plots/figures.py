"""Figures as plots take them: lists or arrays, null where nothing was measured, an interval or a figure alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["Interval", "bounds", "column"]

Interval = float | Sequence[float | None] | None
"""A figure, or (figure, low, high)."""


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
