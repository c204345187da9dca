"""CAPWAP's data channel: frames that an access point sends on to its controller (RFC 5415, 5416), over UDP.

| offset | width | meaning |
|---|---|---|
| 0 | 1 | version 0 (4 bits), type (4): 0 plain, 1 encrypted |
| 1 | 3 | length in 4 bytes (5 bits), radio (5), binding (5; 1 is 802.11), native frame (1), fragment (1), ... |
| 4 | 4 | fragment's id and offset |
| 8 | | further fields, up to the length |

A native frame with that binding is 802.11, any other Ethernet. Later fragments carry no header.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from packetclip.wire.packets.kernel import kernel
from packetclip.wire.packets.reading import u8, u16
from packetclip.wire.packets.tables import TYPE_ETHERNET, TYPE_WLAN

HEADER_BYTES = 8


@kernel
def capwap(data: NDArray[np.uint8], at: int, end: int) -> tuple[int, int]:
    """(EtherType of what is carried, where it begins); the latter -1 when this is no such header."""
    if end - at < HEADER_BYTES or data[at] != 0:
        return 0, -1
    size = (u8(data, at + 1) >> 3) * 4
    if size < HEADER_BYTES or u16(data, at + 6) >> 3 != 0:
        return 0, -1
    binding = (u8(data, at + 2) >> 1) & 31
    if data[at + 2] & 1 == 0:
        return TYPE_ETHERNET, at + size
    return (TYPE_WLAN, at + size) if binding == 1 else (0, -1)
