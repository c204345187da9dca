"""The walk over a pcapng's blocks, up to the next one that changes how the rest is read."""

from __future__ import annotations

from typing import Any, Final

import numba
import numpy as np
from numpy.typing import NDArray

from packetclip.wire.capture.clock import nanoseconds
from packetclip.wire.capture.faults import LONGEST_BLOCK, LONGEST_FRAME

__all__ = [
    "BAD_FRAME",
    "BAD_INTERFACE",
    "BAD_LENGTH",
    "BAD_TRAILER",
    "FULL",
    "INTERFACE_NEXT",
    "MORE",
    "SECTION_NEXT",
    "STATISTICS_NEXT",
    "walk",
]

# Why a walk stopped.
FULL: Final = 0
MORE: Final = 1
SECTION_NEXT: Final = 2
INTERFACE_NEXT: Final = 3
BAD_LENGTH: Final = 4
BAD_TRAILER: Final = 5
BAD_INTERFACE: Final = 6
BAD_FRAME: Final = 7
STATISTICS_NEXT: Final = 8

# Block types.
_SECTION_HEADER: Final = 0x0A0D0D0A
_INTERFACE_DESCRIPTION: Final = 1
_PACKET: Final = 2
_SIMPLE_PACKET: Final = 3
_STATISTICS: Final = 5
_ENHANCED_PACKET: Final = 6


@numba.njit(cache=True, nogil=True)
def _u32(data: NDArray[np.uint8], at: int, big: bool) -> int:
    a, b, c, d = np.int64(data[at]), np.int64(data[at + 1]), np.int64(data[at + 2]), np.int64(data[at + 3])
    if big:
        return (a << 24) | (b << 16) | (c << 8) | d  # type: ignore[return-value]
    return (d << 24) | (c << 16) | (b << 8) | a  # type: ignore[return-value]


@numba.njit(cache=True, nogil=True)
def _u16(data: NDArray[np.uint8], at: int, big: bool) -> int:
    a, b = np.int64(data[at]), np.int64(data[at + 1])
    return (a << 8) | b if big else (b << 8) | a  # type: ignore[return-value]


@numba.njit(cache=True, nogil=True)
def walk(
    data: NDArray[np.uint8],
    big: bool,
    interfaces: NDArray[Any],
    last_ns: int,
    start: NDArray[np.int64],
    captured: NDArray[np.int32],
    length: NDArray[np.int32],
    time_ns: NDArray[np.int64],
    link_type: NDArray[np.int32],
) -> tuple[int, int, int, int]:
    """Fill the columns with the frames of whole blocks: (frames, bytes consumed, status, time of the last frame).

    A Simple Packet Block has no time; it gets that of the frame before it, ``last_ns`` at first.
    """
    position = 0
    n = 0
    while n < len(start):
        if position + 8 > len(data):
            return n, position, MORE, last_ns
        kind = _u32(data, position, big)
        if kind == _SECTION_HEADER:
            return n, position, SECTION_NEXT, last_ns
        total = _u32(data, position + 4, big)
        if total < 12 or total > LONGEST_BLOCK or total % 4 != 0:
            return n, position, BAD_LENGTH, last_ns
        end = position + total
        if end > len(data):
            return n, position, MORE, last_ns
        if _u32(data, end - 4, big) != total:
            return n, position, BAD_TRAILER, last_ns
        if kind == _INTERFACE_DESCRIPTION:
            return n, position, INTERFACE_NEXT, last_ns
        if kind == _STATISTICS:
            return n, position, STATISTICS_NEXT, last_ns

        if kind in (_ENHANCED_PACKET, _PACKET):
            if total < 32:
                return n, position, BAD_LENGTH, last_ns
            # The obsolete block has 16 bits of interface and 16 of drops where the other has 32 of interface.
            number = _u32(data, position + 8, big) if kind == _ENHANCED_PACKET else _u16(data, position + 8, big)
            if number >= len(interfaces):
                return n, position, BAD_INTERFACE, last_ns
            caught = _u32(data, position + 20, big)
            if caught > total - 32 or caught > LONGEST_FRAME:
                return n, position, BAD_FRAME, last_ns
            last_ns = nanoseconds(
                _u32(data, position + 12, big),
                _u32(data, position + 16, big),
                interfaces[number].binary != 0,
                np.int64(interfaces[number].exponent),
                interfaces[number].offset_s,
            )
            start[n] = position + 28
            captured[n] = caught
            length[n] = min(_u32(data, position + 24, big), 0x7FFFFFFF)
            time_ns[n] = last_ns
            link_type[n] = interfaces[number].link_type
            n += 1
        elif kind == _SIMPLE_PACKET:
            if total < 16:
                return n, position, BAD_LENGTH, last_ns
            if len(interfaces) == 0:
                return n, position, BAD_INTERFACE, last_ns
            wire = _u32(data, position + 8, big)
            caught = min(wire, total - 16)
            if interfaces[0].snapshot > 0:
                caught = min(caught, interfaces[0].snapshot)
            if caught > LONGEST_FRAME:
                return n, position, BAD_FRAME, last_ns
            start[n] = position + 12
            captured[n] = caught
            length[n] = min(wire, 0x7FFFFFFF)
            time_ns[n] = last_ns
            link_type[n] = interfaces[0].link_type
            n += 1
        position = end
    return n, position, FULL if position < len(data) else MORE, last_ns
