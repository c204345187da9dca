"""How many distinct hosts there are, beyond those that the table of talkers can hold: HyperLogLog.

Sources: P. Flajolet et al., "HyperLogLog" (2007); the estimate without corrections by size: O. Ertl, "New cardinality
estimation algorithms for HyperLogLog sketches" (2017). The standard error is 1.04 / sqrt(REGISTERS) = 0.8 %.
"""

from __future__ import annotations

import math
from typing import Any, Final

import numpy as np
from numba import njit
from numpy.typing import NDArray

from packetclip.wire.summary.talkers import stir

BITS: Final = 14
REGISTERS: Final = 1 << BITS

_REST: Final = 64 - BITS
_SHIFT: Final = np.uint64(_REST)
_START: Final = np.uint64(0x9E3779B97F4A7C15)  # fixed: the same capture gives the same number every time


@njit(cache=True, nogil=True)
def sight(registers: Any, hi: Any, lo: Any) -> None:
    """Take an address into account; a second time changes nothing."""
    word = stir(stir(_START ^ hi) ^ lo)
    place = word >> _SHIFT
    rest = word << np.uint64(BITS)
    rank = 1
    while rank <= _REST and rest >> np.uint64(63) == 0:
        rest <<= np.uint64(1)
        rank += 1
    if rank > registers[place]:
        registers[place] = rank


def estimate(registers: NDArray[np.uint8]) -> int:
    """About how many distinct addresses were sighted."""
    counts = np.bincount(registers, minlength=_REST + 2).tolist()
    z = REGISTERS * _tau(1 - counts[_REST + 1] / REGISTERS)
    for rank in range(_REST, 0, -1):
        z = 0.5 * (z + counts[rank])
    z += REGISTERS * _sigma(counts[0] / REGISTERS)
    return round(REGISTERS / z * REGISTERS / (2 * math.log(2)))


def _sigma(x: float) -> float:
    if x == 1.0:
        return math.inf
    y, z, before = 1.0, x, -1.0
    while z != before:
        x, before = x * x, z
        z += x * y
        y += y
    return z


def _tau(x: float) -> float:
    if x in (0.0, 1.0):
        return 0.0
    y, z, before = 1.0, 1 - x, -1.0
    while z != before:
        x, before = math.sqrt(x), z
        y *= 0.5
        z -= (1 - x) ** 2 * y
    return z / 3
