"""Packets and bytes over time, in at most :data:`BINS` bins that grow wider as the capture goes on.

Bins begin at multiples of their width, and each width divides the next, so widening adds neighbours together and loses
nothing. The width is the smallest that holds the time span, whatever the order of the packets.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numba import njit

BINS: Final = 512

_MS, _S, _MIN, _H, _D = 10**6, 10**9, 60 * 10**9, 3600 * 10**9, 86400 * 10**9
WIDTHS_NS: Final = np.array(
    [_MS, 2 * _MS, 10 * _MS, 20 * _MS, 100 * _MS, 200 * _MS, _S, 2 * _S, 10 * _S, 20 * _S, _MIN, 2 * _MIN, 10 * _MIN,
     20 * _MIN, _H, 2 * _H, 12 * _H, _D, 2 * _D, 10 * _D, 20 * _D, 100 * _D, 1000 * _D],
    np.int64,
)  # fmt: skip
"""The last one holds all times that 64 bits can tell."""

CLOCK: Final = np.dtype(
    [
        ("level", "i8"),  # position in WIDTHS_NS
        ("width_ns", "i8"),  # what stands there; 0 before the first packet
        ("first", "i8"),  # number of the first bin in use, counted from 1970
        ("last", "i8"),
        ("begun", "i8"),  # 1 when there is one
        ("place", "i8"),  # where the bin stands that was used last: most packets fall into it again
        ("from_ns", "i8"),  # when it begins, or -1 before 1970
    ]
)


@njit(cache=True, nogil=True)
def tick(bins: Any, clock: Any, time_ns: Any, length: Any) -> None:
    """Count a packet in ``bins`` (BINS, 2), where bin b stands in row b modulo BINS; ``clock`` is a CLOCK record."""
    # Neither is below 0, so that the difference stays within 64 bits.
    if clock.from_ns >= 0 and time_ns >= clock.from_ns and time_ns - clock.from_ns < clock.width_ns:
        bins[clock.place, 0] += 1
        bins[clock.place, 1] += length
        return
    number = time_ns // WIDTHS_NS[clock.level]
    if clock.begun == 0:
        clock.begun, clock.first, clock.last = 1, number, number
    elif number < clock.first or number > clock.last:
        while max(clock.last, number) - min(clock.first, number) >= BINS:
            _widen(bins, clock)
            number = time_ns // WIDTHS_NS[clock.level]
        clock.first, clock.last = min(clock.first, number), max(clock.last, number)
    clock.place = number % BINS
    clock.width_ns = WIDTHS_NS[clock.level]
    clock.from_ns = number * clock.width_ns if number >= 0 else -1
    bins[clock.place, 0] += 1
    bins[clock.place, 1] += length


@njit(cache=True, nogil=True)
def _widen(bins: Any, clock: Any) -> None:
    former = bins.copy()
    bins[:] = 0
    factor = WIDTHS_NS[clock.level + 1] // WIDTHS_NS[clock.level]
    for number in range(clock.first, clock.last + 1):
        place = (number // factor) % BINS
        bins[place, 0] += former[number % BINS, 0]
        bins[place, 1] += former[number % BINS, 1]
    clock.level += 1
    clock.first //= factor
    clock.last //= factor
