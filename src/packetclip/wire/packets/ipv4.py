"""IPv4 (RFC 791).

| offset | width | meaning |
|---|---|---|
| 0 | 1 | version (4 bits), header length in 32-bit words (4 bits) |
| 1 | 1 | type of service |
| 2 | 2 | total length, header included; 0 where segmentation was left to the network card |
| 4 | 2 | identification |
| 6 | 2 | reserved (1 bit), don't fragment, more fragments, fragment offset in 8 bytes (13) |
| 8 | 1 | time to live |
| 9 | 1 | protocol |
| 10 | 2 | header checksum (not verified: network cards fill it in later) |
| 12 | 4 | source address |
| 16 | 4 | destination address |
| 20 | | options: kind, length, value (0 ends them and 1 pads, both without length) |

An authentication header is stepped over.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from packetclip.wire.packets.authentication import authentication
from packetclip.wire.packets.kernel import kernel
from packetclip.wire.packets.reading import Row, mapped, u8, u16
from packetclip.wire.packets.tables import (
    AUTHENTICATION,
    BAD_IP_OPTIONS,
    BAD_NETWORK_HEADER,
    CUT_EXTENSION_HEADER,
    IP_LENGTH_BEYOND_FRAME,
    IP_LENGTH_ZERO,
    LAYER_AH,
    TRUNCATED_NETWORK,
)

HEADER_BYTES = 20


@kernel
def ipv4(row: Row, data: NDArray[np.uint8], at: int, end: int, wire_end: int) -> tuple[int, int]:
    """Fill the network columns; returns (where the transport header begins, where the packet ends by its own word).

    The first is minus the position in DROPS when the header does not hold. ``end`` is where captured bytes end,
    ``wire_end`` where the frame on the wire did.
    """
    if end - at < HEADER_BYTES:
        return -TRUNCATED_NETWORK, at
    header = (u8(data, at) & 15) * 4
    if data[at] >> 4 != 4 or header < HEADER_BYTES:
        return -BAD_NETWORK_HEADER, at
    if end - at < header:
        return -TRUNCATED_NETWORK, at
    total = u16(data, at + 2)
    if total == 0:
        row.weird |= IP_LENGTH_ZERO
        total = wire_end - at
    elif total < header:
        return -BAD_NETWORK_HEADER, at
    if at + total > wire_end:
        row.weird |= IP_LENGTH_BEYOND_FRAME
    fragment = u16(data, at + 6)
    row.ip_version = 4
    row.tos = data[at + 1]
    row.ip_flags = ((fragment >> 14) & 1) | ((fragment >> 12) & 2)
    row.fragment_offset = fragment & 0x1FFF
    row.ttl = data[at + 8]
    row.protocol = data[at + 9]
    row.src_lo = mapped(data, at + 12)
    row.dst_lo = mapped(data, at + 16)
    row.ip_options = header - HEADER_BYTES
    if header > HEADER_BYTES and not options_hold(data, at + HEADER_BYTES, at + header):
        row.weird |= BAD_IP_OPTIONS
    stop = at + total
    at += header
    if row.protocol == AUTHENTICATION and row.fragment_offset == 0:
        row.layers |= LAYER_AH
        row.protocol, at = authentication(data, at, min(stop, end))
        if row.protocol == AUTHENTICATION:
            row.weird |= CUT_EXTENSION_HEADER
    return at, stop


@kernel
def options_hold(data: NDArray[np.uint8], at: int, end: int) -> bool:
    """Whether the options' lengths lead to their end."""
    while at < end:
        kind = data[at]
        if kind == 0:
            return True
        if kind == 1:
            at += 1
            continue
        if end - at < 2 or data[at + 1] < 2:
            return False
        at += u8(data, at + 1)
    return at == end
