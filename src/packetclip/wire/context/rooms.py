"""Memory that comes as zeros and is taken from the system once: for tables, and for rows of context."""

from __future__ import annotations

import mmap
import sys
import weakref
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

LARGE: Final = 1 << 21
"""Bytes of a large page: to touch it costs a tenth of touching as much in small ones, and it needs one look-up."""
ROOMS: Final = 2
"""Rooms kept for rows that nobody holds any more: a reader asks for the next rows before it lets go of the last."""


def zeros(size: int) -> NDArray[np.uint8]:
    """At least ``size`` bytes from the beginning of a page on; large pages where the system has them."""
    if sys.platform == "win32":
        return np.frombuffer(mmap.mmap(-1, max(size, 1)), np.uint8)
    if size >= LARGE // 2:
        size = -(-size // LARGE) * LARGE
    memory = mmap.mmap(-1, max(size, 1), flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    if size >= LARGE and hasattr(mmap, "MADV_HUGEPAGE"):
        memory.madvise(mmap.MADV_HUGEPAGE)
    return np.frombuffer(memory, np.uint8)


class Rooms:
    """Rows whose memory is used again once the last view of them is gone.

    What is fresh from the system costs more to touch for the first time than a packet's context costs to compute.
    """

    def __init__(self, columns: int) -> None:
        self._columns = columns
        self._free: list[NDArray[np.float32]] = []

    def take(self, rows: int) -> NDArray[np.float32]:
        """(rows, columns) float32 of any content."""
        try:
            room = self._free.pop()
        except IndexError:  # asked without a look before: other threads take rooms, too
            room = None
        if room is None or len(room) < rows:
            size = 4 * rows * self._columns
            room = zeros(size)[:size].view(np.float32).reshape(rows, self._columns)
        lent = _Lent(room[:rows])
        weakref.finalize(lent, _give_back, self._free, room).atexit = False
        return np.asarray(lent)


class _Lent:
    """What all views of lent rows hold on to."""

    def __init__(self, rows: NDArray[np.float32]) -> None:
        self.__array_interface__: dict[str, Any] = rows.__array_interface__


def _give_back(free: list[NDArray[np.float32]], room: NDArray[np.float32]) -> None:
    free.append(room)
    free.sort(key=len)
    del free[:-ROOMS]
