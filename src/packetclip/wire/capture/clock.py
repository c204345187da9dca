"""Time stamps of any resolution, as nanoseconds that every later sum and difference can bear."""

from __future__ import annotations

from typing import Final

import numba
import numpy as np

__all__ = ["LATEST_NS", "nanoseconds"]

LATEST_NS: Final = (1 << 62) - 1
"""In the year 2116. Times are held between 0 and this, so that no difference of two leaves 64 bits."""

_SECOND: Final = 1_000_000_000
_LATEST: Final = np.uint64(LATEST_NS)
_FINEST_BITS: Final = 34  # 2^34 ticks times 10^9 still fits in 64 bits


@numba.njit(cache=True, nogil=True)
def nanoseconds(high: int, low: int, binary: bool, exponent: int, offset_s: int) -> int:
    """Ticks (two halves of 32 bits) of 2^-exponent or 10^-exponent seconds, as nanoseconds since 1970 UTC.

    ``offset_s``, at most :data:`LATEST_NS` in seconds either way, is added; the sum is held between 0 and that.
    """
    # Signed and unsigned must not meet in one operation: numba would make a float of them.
    ticks = (np.uint64(high) << np.uint64(32)) | np.uint64(low)
    ns = np.uint64(0)
    if binary:
        bits = np.uint64(min(exponent, 63))
        seconds = ticks >> bits if exponent < 64 else np.uint64(0)
        part = ticks & ((np.uint64(1) << bits) - np.uint64(1)) if exponent < 64 else ticks
        if exponent > _FINEST_BITS:
            fine = exponent - _FINEST_BITS
            part = part >> np.uint64(fine) if fine < 64 else np.uint64(0)
            bits = np.uint64(_FINEST_BITS)
        if seconds > _LATEST // np.uint64(_SECOND):
            ns = _LATEST
        else:
            ns = seconds * np.uint64(_SECOND) + ((part * np.uint64(_SECOND)) >> bits)
    elif exponent <= 9:
        scale = np.uint64(1)
        for _ in range(9 - exponent):
            scale *= np.uint64(10)
        ns = ticks * scale if ticks <= _LATEST // scale else _LATEST
    elif exponent <= 28:
        scale = np.uint64(1)
        for _ in range(exponent - 9):
            scale *= np.uint64(10)
        ns = ticks // scale
    return max(0, min(LATEST_NS, np.int64(min(ns, _LATEST)) + offset_s * _SECOND))  # type: ignore[return-value]
