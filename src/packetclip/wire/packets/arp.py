"""ARP for IPv4 over hardware with six-byte addresses (RFC 826).

| offset | width | meaning |
|---|---|---|
| 0 | 2 | hardware type, 1 Ethernet |
| 2 | 2 | protocol type, 0x0800 |
| 4 | 1 | hardware address length, 6 |
| 5 | 1 | protocol address length, 4 |
| 6 | 2 | operation, 1 request, 2 reply |
| 8 | 6 | sender hardware address |
| 14 | 4 | sender protocol address |
| 18 | 6 | target hardware address |
| 24 | 4 | target protocol address |
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from packetclip.wire.packets.kernel import kernel
from packetclip.wire.packets.reading import Row, mapped, u16, u48
from packetclip.wire.packets.tables import BAD_NETWORK_HEADER, ODD_ARP_OPERATION, TRUNCATED_NETWORK, TYPE_IPV4

MESSAGE_BYTES = 28


@kernel
def arp(row: Row, data: NDArray[np.uint8], at: int, end: int) -> tuple[int, int]:
    """Fill the ARP columns and the addresses; returns where the message ends, twice, or minus the position in DROPS."""
    if end - at < MESSAGE_BYTES:
        return -TRUNCATED_NETWORK, at
    if u16(data, at + 2) != TYPE_IPV4 or data[at + 4] != 6 or data[at + 5] != 4:
        return -BAD_NETWORK_HEADER, at
    operation = u16(data, at + 6)
    if operation != 1 and operation != 2:
        row.weird |= ODD_ARP_OPERATION
    # 0 means "not ARP" to readers of the column, so odd operations that do not fit become 255.
    row.arp_operation = operation if 1 <= operation <= 254 else 255
    row.arp_src_mac = u48(data, at + 8)
    row.src_lo = mapped(data, at + 14)
    row.arp_dst_mac = u48(data, at + 18)
    row.dst_lo = mapped(data, at + 24)
    return at + MESSAGE_BYTES, at + MESSAGE_BYTES
