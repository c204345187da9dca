"""GRE: version 0 (RFC 1701, 2784, 2890; NVGRE RFC 7637) and 1 (PPTP, RFC 2637), and ERSPAN over it.

| offset | width | meaning |
|---|---|---|
| 0 | 2 | checksum (bit 15), routing (14), key (13), sequence number (12), acknowledgement (7), version (lowest 3) |
| 2 | 2 | EtherType; 0x880B for PPP |
| 4 | 4 | checksum and offset, when either checksum or routing is there |
| | 4 | key; version 1: length and call |
| | 4 | sequence number; version 1: without it no data follows |
| | 4 | version 1: acknowledgement number |
| | | routing: family (2), offset (1), length (1), that many bytes; the last has length 0 |

EtherType 0x88BE carries an Ethernet frame, after 8 bytes of ERSPAN's second version when there is a sequence number;
0x22EB after 12 bytes of its third, and 8 more when their last bit is set; the frame type (bits 2 to 6 from the left in
byte 10) is 0 for Ethernet, 2 for IP. 0x883E carries IPv4, after 4 bytes of redirection when no version 4 comes first;
0x8200 to 0x83F0 (Aruba) an 802.11 frame; 0x8909 (Cisco's metadata) the EtherType, 6 bytes, and what it says
(draft-foschiano-erspan; draft-wilson-wrec-wccp-v2).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from packetclip.wire.packets.kernel import kernel
from packetclip.wire.packets.reading import u8, u16
from packetclip.wire.packets.tables import (
    TYPE_CISCO_META,
    TYPE_ERSPAN,
    TYPE_ERSPAN_III,
    TYPE_ETHERNET,
    TYPE_IPV4,
    TYPE_IPV6,
    TYPE_WCCP,
    TYPE_WLAN,
)

HEADER_BYTES = 4
MOST_ROUTES = 16
CHECKSUM, ROUTING, KEY, SEQUENCE, ACKNOWLEDGEMENT, VERSION = 0x8000, 0x4000, 0x2000, 0x1000, 0x0080, 7


@kernel
def gre(data: NDArray[np.uint8], at: int, end: int) -> tuple[int, int]:
    """(EtherType of what is carried, where it begins); the latter -1 when the header is cut or cannot be.

    The former is 0 where nothing is carried.
    """
    if end - at < HEADER_BYTES:
        return 0, -1
    flags, ether_type = u16(data, at), u16(data, at + 2)
    version = flags & VERSION
    if version > 1:
        return 0, -1
    at += HEADER_BYTES
    if version == 0 and flags & (CHECKSUM | ROUTING) != 0:
        at += 4
    if flags & KEY != 0:
        at += 4
    if flags & SEQUENCE != 0:
        at += 4
    elif version == 1:
        return 0, at
    if version == 1 and flags & ACKNOWLEDGEMENT != 0:
        at += 4
    if version == 0 and flags & ROUTING != 0:
        at = skip_routes(data, at, end)
    if at < 0 or at > end:
        return 0, -1
    if ether_type == TYPE_ERSPAN:
        return TYPE_ETHERNET, at + (8 if flags & SEQUENCE != 0 else 0)
    if ether_type == TYPE_ERSPAN_III:
        ether_type, at = erspan_iii(data, at, end)
        return ether_type, at
    if ether_type == TYPE_WCCP:
        return TYPE_IPV4, at if end > at and data[at] >> 4 == 4 else at + 4
    if ether_type == TYPE_CISCO_META:
        return (u16(data, at), at + 8) if end - at >= 8 else (0, -1)
    if 0x8200 <= ether_type <= 0x83F0 and ether_type & 15 == 0:
        return TYPE_WLAN, at
    return ether_type, at


@kernel
def skip_routes(data: NDArray[np.uint8], at: int, end: int) -> int:
    """Behind the routing entries, or -1 when they are cut or too many."""
    for _ in range(MOST_ROUTES):
        if end - at < 4:
            return -1
        size = u8(data, at + 3)
        at += 4 + size
        if size == 0:
            return at
    return -1


@kernel
def erspan_iii(data: NDArray[np.uint8], at: int, end: int) -> tuple[int, int]:
    """As :func:`gre`, of ERSPAN's third version."""
    if end - at < 12:
        return 0, -1
    kind = (data[at + 10] >> 2) & 31
    at += 20 if data[at + 11] & 1 != 0 else 12
    if kind == 0:
        return TYPE_ETHERNET, at
    if kind == 2 and end > at:
        return TYPE_IPV6 if data[at] >> 4 == 6 else TYPE_IPV4, at
    return 0, at
