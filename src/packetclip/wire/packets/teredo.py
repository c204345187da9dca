"""Teredo (RFC 4380) and AYIYA (draft-massar-v6ops-ayiya): IPv6 over UDP, for hosts behind address translation.

Teredo: an IPv6 packet, ahead of it at most two headers

| offset | width | meaning |
|---|---|---|
| 0 | 2 | 1 authentication |
| 2 | 1 | length of a client's name, which stands at 4 |
| 3 | 1 | length of a value, which follows the name; behind it nine bytes |

| offset | width | meaning |
|---|---|---|
| 0 | 2 | 0 origin; eight bytes in all |

AYIYA

| offset | width | meaning |
|---|---|---|
| 0 | 1 | length of the identity as a power of two (4 bits), its kind (4) |
| 1 | 1 | length of the signature in 4 bytes (4 bits), its hash (4) |
| 2 | 1 | authentication (4 bits), operation (4; 1 carries a packet) |
| 3 | 1 | IP protocol number of what is carried: 4 or 41 |
| 4 | 4 | time |
| 8 | | identity, signature |
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from packetclip.wire.packets.gtp import by_version
from packetclip.wire.packets.kernel import kernel
from packetclip.wire.packets.reading import u8, u16
from packetclip.wire.packets.tables import IN_IPV4, IN_IPV6, TYPE_IPV6

AUTHENTICATION_BYTES = 13
ORIGIN_BYTES = 8
AYIYA_BYTES = 8


@kernel
def teredo(data: NDArray[np.uint8], at: int, end: int) -> tuple[int, int]:
    """(TYPE_IPV6, where the packet begins); the latter -1 when none does."""
    if end - at >= AUTHENTICATION_BYTES and u16(data, at) == 1:
        at += AUTHENTICATION_BYTES + u8(data, at + 2) + u8(data, at + 3)
    if end - at >= ORIGIN_BYTES and u16(data, at) == 0:
        at += ORIGIN_BYTES
    ether_type, at = by_version(data, at, end)
    return ether_type, at if ether_type == TYPE_IPV6 else -1


@kernel
def ayiya(data: NDArray[np.uint8], at: int, end: int) -> tuple[int, int]:
    """As :func:`teredo`; IPv4 may be carried too."""
    if end - at < AYIYA_BYTES or data[at + 2] & 15 != 1:
        return 0, -1
    if data[at + 3] != IN_IPV4 and data[at + 3] != IN_IPV6:
        return 0, -1
    at += AYIYA_BYTES + (1 << (u8(data, at) >> 4)) + (u8(data, at + 1) >> 4) * 4
    ether_type, at = by_version(data, at, end)
    return ether_type, at
