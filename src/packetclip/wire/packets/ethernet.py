"""Ethernet II, IEEE 802.3 with SNAP, and the VLAN tags that may follow any link header.

| offset | width | meaning |
|---|---|---|
| 0 | 6 | destination hardware address |
| 6 | 6 | source hardware address |
| 12 | 2 | EtherType, or below 1536 a length (IEEE 802.3); then an LLC/SNAP header may follow (RFC 1042) |

A VLAN tag follows EtherType 0x8100 (802.1Q), 0x88A8 (802.1ad) or 0x9100 (before 802.1ad)

| offset | width | meaning |
|---|---|---|
| 0 | 2 | priority (3 bits), drop eligible (1), VLAN id (12) |
| 2 | 2 | the next EtherType |
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from packetclip.wire.packets.reading import Row, u16, u48
from packetclip.wire.packets.tables import TYPE_OLD_QINQ, TYPE_SERVICE_VLAN, TYPE_VLAN

HEADER_BYTES = 14
FIRST_ETHER_TYPE = 1536
SNAP_HIGH, SNAP_LOW = 0xAAAA, 0x0300  # DSAP, SSAP, control and the first byte of OUI 00-00-00


@njit(cache=True, nogil=True)
def ethernet(row: Row, data: NDArray[np.uint8], at: int, end: int) -> int:
    """Where the network header begins, or -1 when the link header is cut."""
    if end - at < HEADER_BYTES:
        return -1
    row.dst_mac = u48(data, at)
    row.src_mac = u48(data, at + 6)
    return int(follow_tags(row, u16(data, at + 12), data, at + HEADER_BYTES, end))


@njit(cache=True, nogil=True)
def follow_tags(row: Row, ether_type: int, data: NDArray[np.uint8], at: int, end: int) -> int:
    """Step over VLAN tags and SNAP; sets ``ether_type`` and ``vlan``. Returns as :func:`ethernet` does."""
    while ether_type in (TYPE_VLAN, TYPE_SERVICE_VLAN, TYPE_OLD_QINQ):
        if end - at < 4:
            return -1
        if row.vlan < 0:
            row.vlan = u16(data, at) & 0xFFF
        ether_type = u16(data, at + 2)
        at += 4
    if ether_type < FIRST_ETHER_TYPE and end - at >= 8 and is_snap(data, at):
        ether_type = u16(data, at + 6)
        at += 8
    row.ether_type = ether_type
    return at


@njit(cache=True, nogil=True)
def is_snap(data: NDArray[np.uint8], at: int) -> bool:
    """Whether LLC and SNAP headers follow whose last two bytes are an EtherType."""
    return bool(u16(data, at) == SNAP_HIGH and u16(data, at + 2) == SNAP_LOW and u16(data, at + 4) == 0)
