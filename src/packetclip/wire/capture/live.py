"""The packets of an interface, as they come."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Final

import numpy as np

from packetclip.errors import CaptureError
from packetclip.ledger import Ledger
from packetclip.wire.capture.ending import FLUSH_S, GLANCE_S
from packetclip.wire.capture.endless import Live
from packetclip.wire.capture.frames import Frames
from packetclip.wire.capture.ring import RETIRE_S, Ring
from packetclip.wire.capture.ring_walk import take

__all__ = ["frames"]

_BATCH_BYTES: Final = 1 << 23


def frames(source: Live, ledger: Ledger, batch_packets: int) -> Iterator[Frames]:
    """What the interface sees from now on, until ``source`` is told to end: then what the kernel still holds.

    Packets that the kernel dropped for want of room are counted in the ledger, as read and as dropped ("kernel").
    An interface that disappears ends them with a warning. Raises CaptureError where it cannot be captured from.
    """
    with Ring(source) as ring:
        batch, index = _Batch(ring, batch_packets), 0
        while True:
            more = batch.fill(source)
            lost = ring.dropped()
            ledger.read(lost)
            ledger.drop("kernel", lost)
            if batch.n:
                yield batch.frames(index)
                index += batch.n
            if batch.problem:
                ledger.warn(batch.problem)
            if not more:
                return


class _Batch:
    """Room for the frames of one batch, used again for the next."""

    def __init__(self, ring: Ring, packets: int) -> None:
        self._ring = ring
        self._data = np.empty(_BATCH_BYTES, np.uint8)
        self._start, self._time_ns = np.empty(packets, np.int64), np.empty(packets, np.int64)
        self._captured, self._length = np.empty(packets, np.int32), np.empty(packets, np.int32)
        self._at = self._left = self._end = 0
        self._deaf = False
        self.n = self._used = 0
        self.problem = ""

    def fill(self, source: Live) -> bool:
        """Take packets until the batch is full or its first one has waited long enough; False after the last ones."""
        self.n = self._used = 0
        until: float | None = None
        while True:
            if source.ending.asked and not self._deaf:
                self._ring.deafen()
                self._deaf = True
            if not self._left:
                try:
                    found = self._ring.wait(3 * RETIRE_S if self._deaf else GLANCE_S)
                except CaptureError as error:
                    self.problem = str(error)
                    return False
                if self._deaf and not found:
                    return False
                if found:
                    self._at, self._left, self._end = self._ring.block()
            if self._left:
                until = until or time.monotonic() + FLUSH_S
                full = self._take()
                if full:
                    return True
            if until is not None and time.monotonic() >= until:
                return True

    def _take(self) -> bool:
        """Copy what fits of the block at hand; whether the batch is full."""
        ring = self._ring
        self.n, self._used, self._at, self._left = take(
            ring.bytes,
            self._at,
            self._left,
            self._end,
            ring.shape,
            ring.loopback,
            self._data,
            self._used,
            self.n,
            self._start,
            self._captured,
            self._length,
            self._time_ns,
        )
        if self._left:
            return True
        ring.release()
        return False

    def frames(self, first_index: int) -> Frames:
        """The batch, with memory of its own."""
        n = self.n
        return Frames(
            data=self._data[: self._used].copy(),
            start=self._start[:n].copy(),
            captured=self._captured[:n].copy(),
            length=self._length[:n].copy(),
            time_ns=self._time_ns[:n].copy(),
            link_type=np.full(n, self._ring.link_type, np.int32),
            index=np.arange(first_index, first_index + n, dtype=np.int64),
        )
