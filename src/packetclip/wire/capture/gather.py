"""From places in a window to :class:`Frames` that outlast it."""

from __future__ import annotations

from typing import TypeVar

import numba
import numpy as np
from numpy.typing import NDArray

from packetclip.wire.capture.frames import Frames
from packetclip.wire.capture.window import Window

__all__ = ["frames_at", "gather"]

_T = TypeVar("_T", bound=np.generic)


def frames_at(
    window: Window,
    start: NDArray[np.int64],
    captured: NDArray[np.int32],
    length: NDArray[np.int32],
    time_ns: NDArray[np.int64],
    link_type: NDArray[np.int32],
    first_index: int,
) -> Frames:
    """Frames numbered from ``first_index``, at least one, that lie in order where ``start`` points in what is unread.

    They are left where they are if they are most of the window, which then goes on elsewhere: so a batch that is kept
    keeps at most twice the bytes of its frames. Otherwise their bytes are copied.
    """
    first = start[0]
    if (data := window.lend(first, start[-1] + captured[-1], captured.sum(dtype=np.int64))) is None:
        return gather(window.unread, start, captured, length, time_ns, link_type, first_index)
    return Frames(
        data=data,
        start=start - first,
        captured=_own(captured),
        length=_own(length),
        time_ns=_own(time_ns),
        link_type=_own(link_type),
        index=np.arange(first_index, first_index + len(start), dtype=np.int64),
    )


def gather(
    data: NDArray[np.uint8],
    start: NDArray[np.int64],
    captured: NDArray[np.int32],
    length: NDArray[np.int32],
    time_ns: NDArray[np.int64],
    link_type: NDArray[np.int32],
    first_index: int,
) -> Frames:
    """Frames numbered from ``first_index``, whose bytes are copied end to end from where ``start`` points in ``data``.

    Columns that are views of longer ones are copied too, so that a batch holds on to nothing but itself.
    """
    n = len(start)
    end = np.cumsum(captured, dtype=np.int64)
    packed = np.empty(int(end[-1]) if n else 0, np.uint8)
    _copy(data, start, captured, packed)
    return Frames(
        data=packed,
        start=end - captured,
        captured=_own(captured),
        length=_own(length),
        time_ns=_own(time_ns),
        link_type=_own(link_type),
        index=np.arange(first_index, first_index + n, dtype=np.int64),
    )


def _own(column: NDArray[_T]) -> NDArray[_T]:
    return column if column.base is None else column.copy()


@numba.njit(cache=True, nogil=True)
def _copy(
    data: NDArray[np.uint8], start: NDArray[np.int64], captured: NDArray[np.int32], packed: NDArray[np.uint8]
) -> None:
    at = 0
    for i in range(len(start)):
        # Slices, because an index that might be negative keeps the compiler from copying more than a byte at once.
        frame = data[start[i] : start[i] + captured[i]]
        place = packed[at : at + captured[i]]
        for k in range(len(place)):
            place[k] = frame[k]
        at += captured[i]
