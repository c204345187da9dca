"""Ethernet II, IEEE 802.3 with SNAP, VLAN tags and the headers that carry Ethernet frames in Ethernet frames.

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

Other tags: Cisco's metadata 0x8909 and 802.1BR's 0x893F (6 bytes, then the EtherType), VN-tag 0x8926 (4 bytes, then
it). Four bytes follow 0x88E7 (802.1ah: priority and service id), two follow 0x8903 (Cisco FabricPath: tree and hops);
behind them comes an Ethernet frame.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from packetclip.wire.packets.kernel import kernel
from packetclip.wire.packets.reading import u16
from packetclip.wire.packets.tables import (
    TYPE_CISCO_META,
    TYPE_E_TAG,
    TYPE_OLD_QINQ,
    TYPE_SERVICE_VLAN,
    TYPE_VLAN,
    TYPE_VN_TAG,
)

HEADER_BYTES = 14
TAG_BYTES = 4
SNAP_BYTES = 8
BACKBONE_BYTES = 4
FABRIC_PATH_BYTES = 2
SNAP_HIGH, SNAP_LOW = 0xAAAA, 0x0300  # DSAP, SSAP, control and the first byte of OUI 00-00-00


@kernel
def is_tag(ether_type: int) -> bool:
    """Whether a VLAN tag follows."""
    return ether_type in (TYPE_VLAN, TYPE_SERVICE_VLAN, TYPE_OLD_QINQ)


@kernel
def other_tag_bytes(ether_type: int) -> int:
    """Bytes ahead of the next EtherType in a tag that is no VLAN's; 0 for what is none."""
    if ether_type == TYPE_VN_TAG:
        return 4
    return 6 if ether_type in (TYPE_CISCO_META, TYPE_E_TAG) else 0


@kernel
def is_snap(data: NDArray[np.uint8], at: int, end: int) -> bool:
    """Whether LLC and SNAP headers follow whose last two bytes are an EtherType."""
    if end - at < SNAP_BYTES:
        return False
    return bool(u16(data, at) == SNAP_HIGH and u16(data, at + 2) == SNAP_LOW and u16(data, at + 4) == 0)
