"""The walk over a block of packets that the kernel filled: headers, VLAN tags put back, bytes copied out.

linux/if_packet.h, TPACKET_V3. Block: version (4), private (4), status (4), packets (4), offset of the first packet (4).
Packet: offset of the next (4), seconds (4), nanoseconds (4), bytes captured (4), bytes on the wire (4), status (4),
offset of the frame (2) and of its network header (2), hash (4), VLAN tag (4), VLAN EtherType (2), 10 unused. Then
struct sockaddr_ll: family (2), EtherType (2), interface (4), ARPHRD_ type (2), direction (1), length of the address
(1), address (8). All in the byte order of the machine but the EtherType.
"""

from __future__ import annotations

from typing import Final

import numba
import numpy as np
from numpy.typing import NDArray

__all__ = ["BARE", "COOKED", "COOKED_HEADER", "ETHERNET", "MOST_ADDED", "take"]

# What to make of a frame.
BARE: Final = 0  # as it is
ETHERNET: Final = 1  # VLAN tags that the kernel took off go back behind the addresses
COOKED: Final = 2  # a header of link type LINUX_SLL2 goes in front

COOKED_HEADER: Final = 20
_TAG: Final = 4
MOST_ADDED: Final = COOKED_HEADER + _TAG
"""Bytes by which a frame may grow."""

_ADDRESS: Final = 48  # of struct sockaddr_ll behind the packet's header
_VLAN_VALID: Final = 1 << 4
_VLAN_TYPE_VALID: Final = 1 << 6
_OUTGOING: Final = 4
_MACS: Final = 12


@numba.njit(cache=True, nogil=True)
def _copy(data: NDArray[np.uint8], begin: int, n: int, out: NDArray[np.uint8], at: int) -> int:
    for k in range(n):
        out[at + k] = data[begin + k]
    return at + n


@numba.njit(cache=True, nogil=True)
def _put(value: int, out: NDArray[np.uint8], at: int) -> int:
    """Two bytes, the high one first."""
    out[at] = (value >> 8) & 0xFF
    out[at + 1] = value & 0xFF
    return at + 2


@numba.njit(cache=True, nogil=True)
def take(
    ring: NDArray[np.uint8],
    at: int,
    left: int,
    end: int,
    shape: int,
    loopback: int,
    data: NDArray[np.uint8],
    used: int,
    n: int,
    start: NDArray[np.int64],
    captured: NDArray[np.int32],
    length: NDArray[np.int32],
    time_ns: NDArray[np.int64],
) -> tuple[int, int, int, int]:
    """Copy packets from ``ring[at:end]`` behind the ``n`` frames and ``used`` bytes: (frames, bytes, at, left).

    ``left`` packets are still to come in the block; some remain where rows or bytes do not suffice. What leaves by
    the interface ``loopback`` comes back in by it, so that only the second sight is taken.
    """
    words, halves = ring.view(np.uint32), ring.view(np.uint16)
    while left > 0 and n < len(start):
        if at + _ADDRESS + 20 > end:
            return n, used, at, 0
        word, half = at >> 2, at >> 1
        caught = np.int64(words[word + 3])
        begin = at + np.int64(halves[half + 12])
        if begin + caught > end:
            return n, used, at, 0
        if used + caught + MOST_ADDED > len(data):
            return n, used, at, left
        wire = np.int64(words[word + 4])
        status = np.int64(words[word + 5])
        address = at + _ADDRESS
        interface = np.int64(words[(address + 4) >> 2])
        if not (ring[address + 10] == _OUTGOING and interface == loopback):
            first = used
            tagged = status & _VLAN_VALID != 0
            tag = np.int64(words[word + 8])
            tag_type = np.int64(halves[half + 18]) if status & _VLAN_TYPE_VALID else 0x8100
            if shape == COOKED:
                kind = (np.int64(ring[address + 2]) << 8) | np.int64(ring[address + 3])
                used = _put(tag_type if tagged else kind, data, used)
                used = _put(0, data, used)
                used = _put(interface >> 16, data, used)
                used = _put(interface, data, used)
                used = _put(np.int64(halves[(address + 8) >> 1]), data, used)
                used = _copy(ring, address + 10, 10, data, used)
                if tagged:
                    used = _put(tag, data, used)
                    used = _put(kind, data, used)
                used = _copy(ring, begin, caught, data, used)
            elif shape == ETHERNET and tagged and caught >= _MACS:
                used = _copy(ring, begin, _MACS, data, used)
                used = _put(tag_type, data, used)
                used = _put(tag, data, used)
                used = _copy(ring, begin + _MACS, caught - _MACS, data, used)
            else:
                used = _copy(ring, begin, caught, data, used)
            start[n] = first
            captured[n] = used - first
            length[n] = np.minimum(wire + used - first - caught, 0x7FFFFFFF)
            time_ns[n] = np.int64(words[word + 1]) * 1_000_000_000 + np.int64(words[word + 2])
            n += 1
        left -= 1
        step = np.int64(words[word])
        if step == 0:
            return n, used, at, 0
        at += step  # type: ignore[assignment]
    return n, used, at, left
