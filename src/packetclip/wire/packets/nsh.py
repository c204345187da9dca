"""Network service header (RFC 8300).

| offset | width | meaning |
|---|---|---|
| 0 | 2 | version (2 bits), operations (1), unassigned (1), time to live (6), length of the header in 4 bytes (6) |
| 2 | 1 | type of metadata |
| 3 | 1 | next: 1 IPv4, 2 IPv6, 3 Ethernet, 4 another such header, 5 MPLS |
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from packetclip.wire.packets.kernel import kernel
from packetclip.wire.packets.reading import u8
from packetclip.wire.packets.tables import TYPE_ETHERNET, TYPE_IPV4, TYPE_IPV6, TYPE_MPLS, TYPE_NSH

HEADER_BYTES = 8
NEXT: Final = (0, TYPE_IPV4, TYPE_IPV6, TYPE_ETHERNET, TYPE_NSH, TYPE_MPLS)
"""EtherType by number of the next protocol; VXLAN-GPE has the same numbers."""


@kernel
def nsh(data: NDArray[np.uint8], at: int, end: int) -> tuple[int, int]:
    """(EtherType of what is carried, where it begins); the latter -1 when cut, the former 0 when unknown."""
    if end - at < HEADER_BYTES:
        return 0, -1
    size = (u8(data, at + 1) & 0x3F) * 4
    if size < HEADER_BYTES or end - at < size:
        return 0, -1
    return next_protocol(u8(data, at + 3)), at + size


@kernel
def next_protocol(number: int) -> int:
    """EtherType by a number of NEXT; 0 for others."""
    return NEXT[number] if number < len(NEXT) else 0
