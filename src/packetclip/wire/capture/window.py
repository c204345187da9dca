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
_USUAL: Final = 1 << 23


class Window:
    """The bytes of a stream that were fetched and not yet consumed."""

    def __init__(self, stream: Inflated) -> None:
        self.stream: Final = stream
        # Small at first, so that the first frame of a file costs little; the usual size from then on.
        self._bytes = np.empty(_FIRST, np.uint8)
        self._begin = 0
        self._end = 0
        self._ahead = b""

    @property
    def unread(self) -> NDArray[np.uint8]:
        """(M,) the bytes at hand, as a view that holds until the next ``fetch``."""
        return self._bytes[self._begin : self._end]

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
        wanted = max(_USUAL, 2 * len(unread)) if self._end else _FIRST
        room = self._bytes if len(self._bytes) >= wanted else np.empty(wanted, np.uint8)
        room[: len(unread)] = unread
        self._bytes, self._begin, self._end = room, 0, len(unread)
        until: float | None = None
        while self._end < len(room):
            if until is not None and not self._ahead and not self.stream.ready(max(0.0, until - time.monotonic())):
                break
            piece = self._ahead or self.stream.read()
            if not piece:
                break
            until = until or time.monotonic() + FLUSH_S
            taken = min(len(piece), len(room) - self._end)
            room[self._end : self._end + taken] = np.frombuffer(piece, np.uint8, taken)
            self._ahead = piece[taken:]
            self._end += taken
        return self._end > len(unread)

    def at_least(self, n: int) -> bool:
        """Whether ``n`` bytes are at hand, after fetching as often as it takes."""
        while len(self.unread) < n:
            if not self.fetch():
                return False
        return True
