"""GTP-U, version 1: user data of mobile networks (3GPP TS 29.281).

| offset | width | meaning |
|---|---|---|
| 0 | 1 | version 1 (3 bits), protocol type 1 (1), spare (1); extension headers, sequence and N-PDU number (1 each) |
| 1 | 1 | message type; 255 carries a user's packet |
| 2 | 2 | length of what follows the first eight bytes |
| 4 | 4 | tunnel endpoint id |
| 8 | 4 | when any of the three lowest flags is set: sequence number (2), N-PDU number (1), next extension header (1) |

An extension header is its length in 4 bytes (1), content, and the type of the next (1), 0 for none.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from packetclip.wire.packets.kernel import kernel
from packetclip.wire.packets.reading import u8
from packetclip.wire.packets.tables import TYPE_IPV4, TYPE_IPV6

HEADER_BYTES = 8
USER_PACKET = 255
MOST_EXTENSIONS = 16


@kernel
def gtp(data: NDArray[np.uint8], at: int, end: int) -> tuple[int, int]:
    """(EtherType of the user's packet, where it begins); the latter -1 when this is no such header."""
    if end - at < HEADER_BYTES or data[at] >> 4 != 3 or data[at + 1] != USER_PACKET:
        return 0, -1
    flags = data[at] & 7
    at += HEADER_BYTES
    if flags != 0:
        if end - at < 4:
            return 0, -1
        following = u8(data, at + 3) if flags & 4 != 0 else 0
        at += 4
        for _ in range(MOST_EXTENSIONS):
            if following == 0:
                break
            if end - at < 4:
                return 0, -1
            size = u8(data, at) * 4
            if size == 0 or end - at < size:
                return 0, -1
            at += size
            following = u8(data, at - 1)
        if following != 0:
            return 0, -1
    ether_type, at = by_version(data, at, end)
    return ether_type, at


@kernel
def by_version(data: NDArray[np.uint8], at: int, end: int) -> tuple[int, int]:
    """(EtherType by the version of the IP header at ``at``, ``at``); the latter -1 when none is there."""
    if end > at and data[at] >> 4 == 4:
        return TYPE_IPV4, at
    if end > at and data[at] >> 4 == 6:
        return TYPE_IPV6, at
    return 0, -1
