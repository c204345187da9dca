"""Packets that Linux's firewall logged: LINKTYPE_NFLOG.

| offset | width | meaning |
|---|---|---|
| 0 | 1 | address family: 2 IPv4, 10 IPv6 |
| 1 | 1 | version, 0 |
| 2 | 2 | number of the log's group |

Then fields, padded to words, their numbers in the byte order of the machine

| offset | width | meaning |
|---|---|---|
| 0 | 2 | length, these four bytes included |
| 2 | 2 | kind; 9 is the packet from its network header on |

Little-endian is taken when the first field's length is below 256 that way. Source:
https://www.tcpdump.org/linktypes/LINKTYPE_NFLOG.html
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from packetclip.wire.packets.kernel import kernel
from packetclip.wire.packets.reading import u8
from packetclip.wire.packets.tables import TYPE_IPV4, TYPE_IPV6

HEADER_BYTES = 4
FIELD_BYTES = 4
PACKET_FIELD = 9


@kernel
def nflog(data: NDArray[np.uint8], at: int, end: int) -> tuple[int, int]:
    """(EtherType of what was logged, where it begins); the latter -1 when not there, the former 0 when unknown."""
    if end - at < HEADER_BYTES + FIELD_BYTES:
        return 0, -1
    family = data[at]
    at += HEADER_BYTES
    low = 0 if data[at + 1] == 0 else 1  # which byte of a number is the lower one
    while end - at >= FIELD_BYTES:
        size = u8(data, at + low) | (u8(data, at + 1 - low) << 8)
        kind = u8(data, at + 2 + low) | (u8(data, at + 3 - low) << 8)
        if size < FIELD_BYTES:
            return 0, -1
        if kind == PACKET_FIELD:
            if family == 2:
                return TYPE_IPV4, at + FIELD_BYTES
            return TYPE_IPV6 if family == 10 else 0, at + FIELD_BYTES
        at += (size + 3) // 4 * 4
    return 0, -1
