"""BSD loopback: LINKTYPE_NULL (family in the byte order of the machine that wrote it) and LINKTYPE_LOOP (big-endian).

| offset | width | meaning |
|---|---|---|
| 0 | 4 | address family: 2 IPv4; IPv6 is 24, 28, 30 (BSDs, macOS), 10 (Linux) or 23 (Windows) |

Where neither half is zero, the second is an EtherType. Source: https://www.tcpdump.org/linktypes.html
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from packetclip.wire.packets.kernel import kernel
from packetclip.wire.packets.reading import u8, u16
from packetclip.wire.packets.tables import TYPE_IPV4, TYPE_IPV6

HEADER_BYTES = 4


@kernel
def null_loop(data: NDArray[np.uint8], at: int, end: int) -> tuple[int, int]:
    """(EtherType by the family, 0 for others; where the network header begins, or -1 when cut)."""
    if end - at < HEADER_BYTES:
        return 0, -1
    # Families are small: whichever half is zero tells the byte order.
    family = -1
    if u16(data, at) == 0:
        family = u16(data, at + 2)
    elif u16(data, at + 2) == 0:
        family = u8(data, at) | (u8(data, at + 1) << 8)
    if family == 2:
        return TYPE_IPV4, at + HEADER_BYTES
    if family in (10, 23, 24, 28, 30):
        return TYPE_IPV6, at + HEADER_BYTES
    return u16(data, at + 2) if family < 0 else 0, at + HEADER_BYTES
