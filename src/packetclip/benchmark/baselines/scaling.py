"""Fields as methods take them that add or compare columns: in one scale, measured on what is learned from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from packetclip.benchmark.samples import transform
from packetclip.wire.context import FIELDS

__all__ = ["Range", "Standard", "named", "pieces"]

FURTHEST: Final = 5.0
"""Deviations: beyond, an unheard-of count in another network would outweigh all other columns."""


def named(*beginnings: str) -> NDArray[np.int64]:
    """Positions of the fields whose names begin so."""
    return np.array([at for at, field in enumerate(FIELDS) if field.name.startswith(beginnings)])


def pieces(n: int, size: int = 16_384) -> Iterator[slice]:
    """Slices that cover N rows, so that no copy of all of them is made."""
    return (slice(at, at + size) for at in range(0, n, size))


class Standard:
    """Mean 0 and deviation 1 of the logarithms; columns that never vary stay 0."""

    def __init__(self, fields: NDArray[np.float32]) -> None:
        """Measure fields (N, F), in natural units."""
        known = transform(fields)
        self._mean = known.mean(axis=0, dtype=np.float64).astype(np.float32)
        deviation = known.std(axis=0, dtype=np.float64)
        self._factor = np.where(deviation > 1e-6, 1.0 / np.maximum(deviation, 1e-6), 0.0).astype(np.float32)

    def __call__(self, fields: NDArray[np.float32]) -> NDArray[np.float32]:
        """(N, F) in natural units to (N, F), cut off at 5 deviations."""
        scaled: NDArray[np.float32] = np.clip((transform(fields) - self._mean) * self._factor, -FURTHEST, FURTHEST)
        return scaled


class Range:
    """The least value 0 and the greatest 1, of the logarithms; values outside stay outside by as much."""

    def __init__(self, fields: NDArray[np.float32]) -> None:
        """Measure fields (N, F), in natural units."""
        known = transform(fields)
        self._least = known.min(axis=0)
        span = known.max(axis=0) - self._least
        self._factor = np.where(span > 1e-6, 1.0 / np.maximum(span, 1e-6), 0.0).astype(np.float32)

    def __call__(self, fields: NDArray[np.float32]) -> NDArray[np.float32]:
        """(N, F) in natural units to (N, F)."""
        scaled: NDArray[np.float32] = (transform(fields) - self._least) * self._factor
        return scaled
