"""A capture that is still being written, from file to file of its series."""

from __future__ import annotations

import io
import os
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO, Final, cast

from packetclip.errors import MissingCapture
from packetclip.ledger import Ledger
from packetclip.wire.capture import stream
from packetclip.wire.capture.ending import GLANCE_S, Ending
from packetclip.wire.capture.endless import Follow
from packetclip.wire.capture.frames import Frames
from packetclip.wire.capture.series import Series

__all__ = ["frames"]

_LOOK_AROUND_S: Final = 0.5
_HEAD: Final = 512  # holds the time of a file's first packet


def frames(source: Follow, ledger: Ledger, batch_packets: int, batch_bytes: int) -> Iterator[Frames]:
    """The frames of a file as it grows, then of the next one of its series, until ``source`` is told to end.

    A file is left when another of its series holds a later first packet, and its own end has been read.
    Raises CaptureError where the first file cannot be read.
    """
    path = Path(source.path)
    if not path.exists():
        raise MissingCapture(f"{path} does not exist. Check the path.")
    place = _Place(Series(path))
    current = place.next(source.ending) if path.is_dir() else path
    seen = 0
    while current is not None:
        with stream.opened(current) as file:
            place.begin(file)
            growing, before = _Growing(file, place, source.ending), seen
            for batch in stream.frames(growing, str(current), ledger, batch_packets, batch_bytes):
                place.saw(batch)
                yield replace(batch, index=batch.index + before)
                seen += len(batch)
        current = place.next(source.ending)


class _Place:
    """Where in the series the reader is: at the file whose first packet was seen at ``since_ns``."""

    def __init__(self, series: Series) -> None:
        self._series = series
        self._since_ns = -1
        self._fresh = True

    def begin(self, file: BinaryIO) -> None:
        """A file is being read from now on."""
        self._fresh = True
        if self._since_ns < 0:  # packets that are still to come are younger than the file
            self._since_ns = os.fstat(file.fileno()).st_mtime_ns

    def saw(self, batch: Frames) -> None:
        """The file gave frames."""
        if self._fresh and len(batch):
            self._fresh = False
            self._since_ns = int(batch.time_ns[0])

    def moved_on(self) -> bool:
        """Whether the writer is at another file."""
        return self._series.after(self._since_ns) is not None

    def next(self, ending: Ending) -> Path | None:
        """The next file, after waiting for it; None when told to end."""
        while not ending.asked:
            if (found := self._series.after(self._since_ns)) is not None:
                return found
            _sleep(_LOOK_AROUND_S, ending)
        return None


class _Growing:
    """A file's bytes, waiting at its end for more until the writer is at another file."""

    def __init__(self, file: BinaryIO, place: _Place, ending: Ending) -> None:
        self._file = cast(io.BufferedIOBase, file)
        self._place = place
        self._ending = ending
        self._looked_s = 0.0
        self._last = False
        self._stop_at: int | None = None
        self._head = b""

    @property
    def stopped(self) -> bool:
        """Whether it was told to end."""
        return self._ending.asked

    def read(self, n: int, /) -> bytes:
        """What is there, after waiting for the first byte; nothing once the file has been left or reused."""
        room = bytearray(n)
        return bytes(memoryview(room)[: self.readinto(memoryview(room))])

    def readinto(self, room: memoryview, /) -> int:
        """As ``read``."""
        while True:
            if self._ending.asked:
                # What was written until now, however fast the file still grows.
                if self._stop_at is None:
                    self._stop_at = self._size()
                room = room[: max(0, self._stop_at - self._file.tell())]
            n = self._file.readinto(room)
            if self._reused():
                return 0
            if n or self._last or self._ending.asked:
                return n
            if time.monotonic() - self._looked_s > _LOOK_AROUND_S:
                self._looked_s = time.monotonic()
                # Once more to the end: what was written before the next file began.
                self._last = self._place.moved_on()
            if not self._last:
                time.sleep(GLANCE_S)

    def ready(self, timeout_s: float, /) -> bool:
        """Whether more was written, within that time."""
        until = time.monotonic() + timeout_s
        while not self._more():
            if self._ending.asked or time.monotonic() >= until:
                return False
            time.sleep(min(timeout_s, GLANCE_S))
        return True

    def _more(self) -> bool:
        return self._size() > self._file.tell()

    def _reused(self) -> bool:
        """Whether the writer began the file anew, as in a ring: it is shorter, or begins with another packet."""
        before, self._head = self._head, os.pread(self._file.fileno(), _HEAD, 0)
        return not self._head.startswith(before) or self._size() < self._file.tell()

    def _size(self) -> int:
        return os.fstat(self._file.fileno()).st_size


def _sleep(seconds: float, ending: Ending) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until and not ending.asked:
        time.sleep(GLANCE_S)
