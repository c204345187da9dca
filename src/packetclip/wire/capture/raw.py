"""Where bytes come from: a file that is all there, or a pipe that gives what it has when it has it."""

from __future__ import annotations

import io
import os
import select
import time
from typing import BinaryIO, Final, Protocol

from packetclip.wire.capture.ending import GLANCE_S, GRACE_S, Ending

__all__ = ["File", "Pipe", "Raw"]

_SILENCE_S: Final = 0.3
"""Told to end, a pipe is given up when it has been silent for so long."""


class Raw(Protocol):
    """Bytes in order; ``read`` may wait for the first of them."""

    def read(self, n: int, /) -> bytes:
        """At most ``n`` bytes, at least one; none at the end. Raises OSError."""
        ...

    def ready(self, timeout_s: float, /) -> bool:
        """Whether ``read`` would have bytes, or the end, within that time."""
        ...

    @property
    def stopped(self) -> bool:
        """Whether it was told to end, so that an end in the middle of a record is nobody's fault."""
        ...


class File:
    """A file that is all there."""

    stopped = False

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def read(self, n: int, /) -> bytes:
        """As the file gives them."""
        return self._file.read(n)

    def ready(self, timeout_s: float, /) -> bool:
        """A file never waits."""
        return True


class Pipe:
    """A file that may wait for its writer, as standard input does."""

    def __init__(self, file: BinaryIO, ending: Ending) -> None:
        self._ending = ending
        self._file = file
        try:
            self._fileno: int | None = file.fileno()
        except (OSError, io.UnsupportedOperation):  # a stand-in made of memory
            self._fileno = None
        self._poll = select.poll()
        if self._fileno is not None:
            self._poll.register(self._fileno, select.POLLIN)

    @property
    def stopped(self) -> bool:
        """Whether it was told to end."""
        return self._ending.asked

    def read(self, n: int, /) -> bytes:
        """What is there, after waiting for the first byte. Told to end, it takes what the writer still gives at once.

        Ctrl-C on a pipeline reaches the writer as well, which then writes what it had kept back.
        """
        if self._fileno is None:
            return self._file.read(n)
        while not self.ready(GLANCE_S):
            if self._ending.since_s > _SILENCE_S:
                return b""
        return b"" if self._ending.since_s > GRACE_S else os.read(self._fileno, n)

    def ready(self, timeout_s: float, /) -> bool:
        """Whether bytes or the end are there within that time."""
        if self._fileno is None:
            return True
        until = time.monotonic() + timeout_s
        while True:
            # In glances, since Python goes on waiting after a signal's handler has run.
            left_s = until - time.monotonic()
            if self._poll.poll(1000 * max(0.0, min(left_s, GLANCE_S))):
                return True
            if left_s <= GLANCE_S or self._ending.asked:
                return False
