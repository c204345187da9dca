"""Where bytes come from: a file that is all there, or a pipe that gives what it has when it has it."""

from __future__ import annotations

import contextlib
import fcntl
import io
import os
import select
import time
from typing import BinaryIO, Final, Protocol, cast

from packetclip.wire.capture.ending import GLANCE_S, Ending

__all__ = ["File", "Pipe", "Raw"]

# Ctrl-C on a pipeline reaches the writer as well, which then writes what it had kept back and goes. One that stays is
# given up when it has been silent for so long, when it has been waited for so long in all, or after so many bytes.
_SILENCE_S: Final = 0.5
_WAITING_S: Final = 1.0
_LAST_BYTES: Final = 1 << 26

_PIPE_BYTES: Final = 1 << 20  # what everybody may ask for, as Linux comes


class Raw(Protocol):
    """Bytes in order; whoever reads may wait for the first of them."""

    def read(self, n: int, /) -> bytes:
        """At most ``n`` bytes, at least one; none at the end. Raises OSError."""
        ...

    def readinto(self, room: memoryview, /) -> int:
        """How many bytes were written to ``room``, as ``read`` would give so many. Raises OSError."""
        ...

    def ready(self, timeout_s: float, /) -> bool:
        """Whether bytes, or the end, would be read within that time."""
        ...

    @property
    def stopped(self) -> bool:
        """Whether it was told to end, so that an end in the middle of a record is nobody's fault."""
        ...


class File:
    """A file that is all there."""

    stopped = False

    def __init__(self, file: BinaryIO) -> None:
        self._file = cast(io.BufferedIOBase, file)  # which has what typing's BinaryIO leaves out

    def read(self, n: int, /) -> bytes:
        """As the file gives them."""
        return self._file.read(n)

    def readinto(self, room: memoryview, /) -> int:
        """As the file gives them."""
        return self._file.readinto(room)

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
        # Since it was told to end:
        self._silence_s = self._waited_s = 0.0
        self._last_bytes = _LAST_BYTES
        self._poll = select.poll()
        if self._fileno is not None:
            self._poll.register(self._fileno, select.POLLIN)
            # A writer that waits for us loses packets meanwhile. Linux only, and only a pipe has a size.
            with contextlib.suppress(OSError, AttributeError):
                fcntl.fcntl(self._fileno, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)

    @property
    def stopped(self) -> bool:
        """Whether it was told to end."""
        return self._ending.asked

    def read(self, n: int, /) -> bytes:
        """What is there, after waiting for the first byte; told to end, what the writer still gives at once."""
        room = bytearray(n)
        return bytes(memoryview(room)[: self.readinto(memoryview(room))])

    def readinto(self, room: memoryview, /) -> int:
        """As ``read``."""
        if self._fileno is None:
            data = self._file.read(len(room))
            room[: len(data)] = data
            return len(data)
        while not self._wait(GLANCE_S) and not self._given_up():
            pass
        if self._given_up():
            return 0
        n = os.readv(self._fileno, [room])
        if self._ending.asked:
            self._last_bytes -= n
        return n

    def _given_up(self) -> bool:
        return self._silence_s >= _SILENCE_S or self._waited_s >= _WAITING_S or self._last_bytes <= 0

    def ready(self, timeout_s: float, /) -> bool:
        """Whether bytes or the end are there within that time."""
        if self._fileno is None:
            return True
        # In glances, since Python goes on waiting after a signal's handler has run.
        while not self._wait(min(timeout_s, GLANCE_S)):
            timeout_s -= GLANCE_S
            if timeout_s <= 0 or self._ending.asked:
                return False
        return True

    def _wait(self, timeout_s: float) -> bool:
        begin = time.monotonic()
        found = bool(self._poll.poll(1000 * timeout_s))
        if self._ending.asked:
            waited_s = time.monotonic() - begin
            self._waited_s += waited_s
            self._silence_s = 0.0 if found else self._silence_s + waited_s
        return found
