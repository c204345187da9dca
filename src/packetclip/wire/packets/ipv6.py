"""IPv6 and its extension headers (RFC 8200; authentication header RFC 4302).

| offset | width | meaning |
|---|---|---|
| 0 | 4 | version (4 bits), traffic class (8), flow label (20) |
| 4 | 2 | payload length; 0 in jumbograms and where segmentation was left to the network card |
| 6 | 1 | next header |
| 7 | 1 | hop limit |
| 8 | 16 | source address |
| 24 | 16 | destination address |

Extension headers: hop-by-hop 0, routing 43, fragment 44, authentication 51, destination options 60, mobility 135, HIP
139, Shim6 140

| offset | width | meaning |
|---|---|---|
| 0 | 1 | next header |
| 1 | 1 | length in 8 bytes (authentication: in 4), the first 8 not counted; fragment headers have 8 |
| 2 | 2 | fragment: offset in 8 bytes (13 bits), reserved (2), more fragments (1) |
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from packetclip.wire.packets.kernel import kernel
from packetclip.wire.packets.reading import Row, u8, u16, u64
from packetclip.wire.packets.tables import (
    AUTHENTICATION,
    BAD_NETWORK_HEADER,
    CUT_EXTENSION_HEADER,
    IP_LENGTH_BEYOND_FRAME,
    IP_LENGTH_ZERO,
    LAYER_AH,
    NO_NEXT_HEADER,
    TRUNCATED_NETWORK,
)

HEADER_BYTES = 40
MOST_EXTENSIONS = 16
FRAGMENT = 44


@kernel
def is_extension(number: int) -> bool:
    """Whether a next-header number is an extension header that can be stepped over."""
    return number in (0, 43, FRAGMENT, AUTHENTICATION, 60, 135, 139, 140)


@kernel
def follow_extensions(data: NDArray[np.uint8], at: int, end: int, number: int) -> tuple[int, int, int, bool, bool]:
    """Step over extension headers.

    Gives (next header, where it begins, last fragment field or -1, whether all were there, whether one authenticates).

    Stops after the fragment header of a later fragment: what follows is the middle of a packet.
    """
    fragment = -1
    authentic = False
    count = 0
    while is_extension(number):
        if end - at < 8 or count == MOST_EXTENSIONS:
            return number, at, fragment, False, authentic
        size = (u8(data, at + 1) + 1) * 8
        if number == FRAGMENT:
            size = 8
        elif number == AUTHENTICATION:
            size = (u8(data, at + 1) + 2) * 4
            authentic = True
        if end - at < size:
            return number, at, fragment, False, authentic
        if number == FRAGMENT:
            fragment = u16(data, at + 2)
        number = u8(data, at)
        at += size
        count += 1
        if fragment >= 8:
            break
    return number, at, fragment, True, authentic


@kernel
def ipv6(row: Row, data: NDArray[np.uint8], at: int, end: int, wire_end: int) -> tuple[int, int]:
    """As :func:`~packetclip.wire.packets.ipv4.ipv4`; a cut extension header leaves its own number in ``protocol``."""
    if end - at < HEADER_BYTES:
        return -TRUNCATED_NETWORK, at
    if data[at] >> 4 != 6:
        return -BAD_NETWORK_HEADER, at
    number = u8(data, at + 6)
    length = u16(data, at + 4)
    stop = at + HEADER_BYTES + length
    if length == 0 and number != NO_NEXT_HEADER:
        row.weird |= IP_LENGTH_ZERO
        stop = wire_end
    if stop > wire_end:
        row.weird |= IP_LENGTH_BEYOND_FRAME
    row.ip_version = 6
    row.tos = (u16(data, at) >> 4) & 0xFF
    row.ttl = data[at + 7]
    row.src_hi = u64(data, at + 8)
    row.src_lo = u64(data, at + 16)
    row.dst_hi = u64(data, at + 24)
    row.dst_lo = u64(data, at + 32)
    first = at + HEADER_BYTES
    number, at, fragment, whole, authentic = follow_extensions(data, first, min(stop, end), number)
    if authentic:
        row.layers |= LAYER_AH
    if not whole:
        row.weird |= CUT_EXTENSION_HEADER
    if fragment >= 0:
        row.fragment_offset = fragment >> 3
        row.ip_flags = (fragment & 1) * 2
    row.protocol = number
    row.ip_options = min(at - first, 255)
    return at, stop
