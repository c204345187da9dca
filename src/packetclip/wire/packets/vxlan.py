"""VXLAN (RFC 7348), its generic extension (draft-ietf-nvo3-vxlan-gpe) and Geneve (RFC 8926), over UDP.

| offset | width | meaning |
|---|---|---|
| 0 | 1 | VXLAN: flags, 8 for a network id, 4 (extension, port 4790) for a next protocol |
| 3 | 1 | VXLAN: next protocol, numbered as in :mod:`.nsh`; without the extension an Ethernet frame follows |
| 4 | 3 | network id |

| offset | width | meaning |
|---|---|---|
| 0 | 1 | Geneve: version 0 (2 bits), length of the options in 4 bytes (6) |
| 1 | 1 | control (bit 7), critical options (6) |
| 2 | 2 | EtherType |
| 4 | 3 | network id |
| 8 | | options |
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from packetclip.wire.packets.kernel import kernel
from packetclip.wire.packets.nsh import next_protocol
from packetclip.wire.packets.reading import u8, u16
from packetclip.wire.packets.tables import TYPE_ETHERNET

HEADER_BYTES = 8


@kernel
def vxlan(data: NDArray[np.uint8], at: int, end: int, extended: bool) -> tuple[int, int]:
    """(EtherType of what is carried, where it begins); the latter -1 when this is no such header."""
    if end - at < HEADER_BYTES or data[at] & 8 == 0:
        return 0, -1
    if extended and data[at] & 4 != 0:
        return next_protocol(u8(data, at + 3)), at + HEADER_BYTES
    return TYPE_ETHERNET, at + HEADER_BYTES


@kernel
def geneve(data: NDArray[np.uint8], at: int, end: int) -> tuple[int, int]:
    """As :func:`vxlan`."""
    if end - at < HEADER_BYTES or data[at] >> 6 != 0 or data[at + 1] & 0x3F != 0:
        return 0, -1
    return u16(data, at + 2), at + HEADER_BYTES + (u8(data, at) & 0x3F) * 4
