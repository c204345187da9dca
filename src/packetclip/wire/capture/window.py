"""The stretch of a stream that a parser looks at: a buffer that slides over the bytes and never holds them all."""

from __future__ import annotations

import time
from typing import Final

import numpy as np
from numpy.typing import NDArray

from packetclip.wire.capture.compression import Inflated
from packetclip.wire.capture.ending import FLUSH_S

__all__ = ["Window"]

_FIRST: Final = 1 << 16
_ALIGNED: Final = 64  # the kernel copies to such places at twice the speed


class Window:
    """The bytes of a stream that were fetched and not yet consumed."""

    def __init__(self, stream: Inflated, usual: int) -> None:
        """``usual`` is how many bytes are looked at together, where the parser does not need more."""
        self.stream: Final = stream
        # Small at first, so that the first frame of a file costs little; the usual size from then on.
        self._usual = max(usual, _FIRST)
        self._bytes = _room(_FIRST)
        self._begin = 0
        self._end = 0
        self._lent = False

    @property
    def unread(self) -> NDArray[np.uint8]:
        """(M,) the bytes at hand, as a view that holds until the next ``fetch``."""
        return self._bytes[self._begin : self._end]

    def lend(self, first: int, stop: int, wanted: int) -> NDArray[np.uint8] | None:
        """A stretch of ``unread`` as a view that holds for good, the window going on elsewhere.

        None where the ``wanted`` bytes in it are less than half of what the view would keep from being freed.
        """
        if 2 * wanted < len(self._bytes):
            return None
        self._lent = True
        return self.unread[first:stop]

    def consume(self, n: int) -> None:
        """Move on by ``n`` bytes of those at hand."""
        self._begin += n

    @property
    def torn(self) -> bool:
        """Whether the stream, at its end, ended in the middle of something without being told to."""
        return not self.stream.stopped and (len(self.unread) > 0 or self.stream.damage is not None)

    def fetch(self) -> bool:
        """Fill the buffer behind the unread bytes, which may move; False when the stream has no more.

        A stream that waits for its writer gives what came within :data:`FLUSH_S` of its first bytes.
        """
        unread = self.unread
        begin = -len(unread) % _ALIGNED
        fetched = begin + len(unread)
        wanted = max(self._usual, 2 * fetched) if self._end else _FIRST
        fits = len(self._bytes) >= wanted and not self._lent
        room = self._bytes if fits else _room(wanted)
        room[begin:fetched] = unread
        self._bytes, self._begin, self._end, self._lent = room, begin, fetched, False
        into = room.data
        until: float | None = None
        while self._end < len(room):
            if until is not None and not self.stream.ready(max(0.0, until - time.monotonic())):
                break
            got = self.stream.readinto(into[self._end :])
            if not got:
                break
            until = until or time.monotonic() + FLUSH_S
            self._end += got
        return self._end > fetched

    def at_least(self, n: int) -> bool:
        """Whether ``n`` bytes are at hand, after fetching as often as it takes."""
        while len(self.unread) < n:
            if not self.fetch():
                return False
        return True


def _room(size: int) -> NDArray[np.uint8]:
    room = np.empty(size + _ALIGNED, np.uint8)
    begin = -room.ctypes.data % _ALIGNED
    return room[begin : begin + size]
