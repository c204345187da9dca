"""The classic capture file: one header, then records of 16 bytes of header and a frame each.

draft-ietf-opsawg-pcap. File header: magic (4), version (2 + 2), two unused fields (4 + 4), snapshot length (4),
link type (4, of which the lower 16 bits count). Record: seconds (4), micro- or nanoseconds (4), bytes captured (4),
bytes on the wire (4).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Literal

import numba
import numpy as np
from numpy.typing import NDArray

from packetclip.errors import NotACapture
from packetclip.ledger import Ledger
from packetclip.wire.capture import sniff
from packetclip.wire.capture.faults import LONGEST_FRAME, cut_short, damaged
from packetclip.wire.capture.frames import Frames
from packetclip.wire.capture.gather import frames_at
from packetclip.wire.capture.window import Window

__all__ = ["frames"]

_HEADER: Final = 24

_FULL: Final = 0
_MORE: Final = 1
_DAMAGED: Final = 2


def frames(window: Window, name: str, ledger: Ledger, batch_packets: int) -> Iterator[Frames]:
    """The frames of a pcap, in batches; a file that is cut short or damaged ends early with a warning."""
    kind = sniff.PCAPS[window.unread[:4].tobytes()]
    if not window.at_least(_HEADER + kind.file_header_extra):
        if window.torn:
            ledger.warn(cut_short(window, name, 0, "its file header"))
        return
    header = window.unread[:_HEADER].tobytes()
    order: Literal["little", "big"] = "big" if kind.big_endian else "little"
    major, minor = int.from_bytes(header[4:6], order), int.from_bytes(header[6:8], order)
    if major != 2:
        raise NotACapture(f"{name} is a pcap of version {major}.{minor}, and only version 2 is known. Write it anew.")
    link_type = int.from_bytes(header[20:24], order) & 0xFFFF
    window.consume(_HEADER + kind.file_header_extra)

    index = 0
    while True:
        unread = window.unread
        room = min(batch_packets, len(unread) // kind.record_header)
        start, time_ns = np.empty(room, np.int64), np.empty(room, np.int64)
        captured, length = np.empty(room, np.int32), np.empty(room, np.int32)
        n, consumed, status = _walk(
            unread, kind.big_endian, kind.record_header, kind.tick_ns, minor, start, captured, length, time_ns
        )
        if n:
            link_types = np.full(n, link_type, np.int32)
            yield frames_at(window, start[:n], captured[:n], length[:n], time_ns[:n], link_types, index)
            index += n
        window.consume(consumed)
        if status == _DAMAGED:
            ledger.warn(damaged(name, index, "claims a length that no frame has"))
            return
        if status == _MORE and not window.fetch():
            if window.torn:
                ledger.warn(cut_short(window, name, index, f"record {index}"))
            return


@numba.njit(cache=True, nogil=True)
def _u32(data: NDArray[np.uint8], at: int, big: bool) -> int:
    a, b, c, d = np.int64(data[at]), np.int64(data[at + 1]), np.int64(data[at + 2]), np.int64(data[at + 3])
    if big:
        return (a << 24) | (b << 16) | (c << 8) | d  # type: ignore[return-value]
    return (d << 24) | (c << 16) | (b << 8) | a  # type: ignore[return-value]


@numba.njit(cache=True, nogil=True)
def _walk(
    data: NDArray[np.uint8],
    big: bool,
    header: int,
    tick_ns: int,
    minor: int,
    start: NDArray[np.int64],
    captured: NDArray[np.int32],
    length: NDArray[np.int32],
    time_ns: NDArray[np.int64],
) -> tuple[int, int, int]:
    """Fill the columns with whole records of ``data``: (records, bytes consumed, status)."""
    position = 0
    n = 0
    while n < len(start):
        frame = position + header
        if frame > len(data):
            return n, position, _MORE
        caught = _u32(data, position + 8, big)
        wire = _u32(data, position + 12, big)
        # Before version 2.3 the two lengths stood the other way round; 2.3 itself was written both ways.
        if minor < 3 or (minor == 3 and caught > wire):
            caught, wire = wire, caught
        if caught > LONGEST_FRAME:
            return n, position, _DAMAGED
        if frame + caught > len(data):
            return n, position, _MORE
        start[n] = frame
        captured[n] = caught
        length[n] = min(wire, 0x7FFFFFFF)
        time_ns[n] = _u32(data, position, big) * 1_000_000_000 + _u32(data, position + 4, big) * tick_ns
        n += 1
        position = frame + caught
    # Asked for no more than fits, so that a full batch may also be all that the window holds.
    return n, position, _FULL if position + header <= len(data) else _MORE
