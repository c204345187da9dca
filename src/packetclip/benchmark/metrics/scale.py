"""Scores as whole numbers in the same order, so that they can be counted, packed and binned.

The image of a score is the bit pattern of its float32, taken from the nearer end of 0 to 1: of ``s`` up to one half, of
``1 - s`` above it. So a probability of 1 - 1e-12 stays apart from 1 - 1e-13, as 1e-12 does from 1e-13. Scores beyond
0 to 1 (log-odds, errors of reconstruction) have images too. No two float32 below 2**24 share one. What float64 tells
apart beyond that is a tie: as a rule the same votes of a forest, added in another order.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["IMAGE_BITS", "coarsen", "image", "mirror", "value"]

_HALF: Final = 0x3F000000  # float32 0.5
_LOWEST: Final = 0x7F800000  # images begin at float32 infinity's, negative: what is added so that none is below 0
_MIRROR: Final = 2 * (_HALF + _LOWEST)
IMAGE_BITS: Final = 33
"""Bits of the highest image."""


def image(scores: NDArray[Any]) -> NDArray[np.int64]:
    """Images of scores, same shape: ``a < b`` gives ``image(a) <= image(b)``. Raises ValueError for NaN.

    >>> [int(i) for i in np.diff(image(np.array([0.25, 0.5, 0.75])))]
    [8388608, 8388608]
    """
    exact = np.asarray(scores, np.float64)
    if np.isnan(exact).any():
        raise ValueError("a score is no number")
    high = exact > 0.5
    with np.errstate(over="ignore", under="ignore"):
        near = np.where(high, 1.0 - exact, exact).astype(np.float32)
    bits = near.view(np.int32).astype(np.int64)
    ordered = np.where(bits < 0, -(bits & 0x7FFFFFFF), bits)
    return np.where(high, 2 * _HALF - ordered, ordered) + _LOWEST


def mirror(images: NDArray[np.int64]) -> NDArray[np.int64]:
    """Images of ``1 - s`` from those of ``s``, without the rounding of the subtraction."""
    return _MIRROR - images


def coarsen(images: NDArray[np.int64], bits: int) -> NDArray[np.int64]:
    """Images without their last ``bits``; about 2**(23 - bits) are left for each halving of the distance to 0 or 1."""
    return (images >> bits) << bits


def value(images: NDArray[np.int64], bits: int = 0) -> NDArray[np.float64]:
    """The scores that images stand for; the middle of the bin where ``bits`` are left out.

    >>> float(value(image(np.array([0.75])))[0])
    0.75
    """
    middle = images - _LOWEST + ((1 << bits) >> 1)
    high = middle > _HALF
    ordered = np.clip(np.where(high, 2 * _HALF - middle, middle), -_LOWEST, _LOWEST)
    size = np.abs(ordered).astype(np.int32).view(np.float32).astype(np.float64)
    near = np.where(ordered < 0, -size, size)
    scores: NDArray[np.float64] = np.where(high, 1.0 - near, near)
    return scores
