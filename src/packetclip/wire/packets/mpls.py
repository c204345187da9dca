"""MPLS: a stack of labels (RFC 3032), and what may lie under it: IP, or Ethernet as a pseudowire (RFC 4448).

| offset | width | meaning |
|---|---|---|
| 0 | 4 | label (20 bits), traffic class (3), bottom of stack (1), time to live (8) |

Nothing says what follows the last label. A first half byte of 4 or 6 is taken for IP's version; 0 for a control word of
four bytes before an Ethernet frame, or for an address in one; any other for an address. A frame is one whose EtherType
is known here.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from packetclip.wire.packets.kernel import kernel
from packetclip.wire.packets.reading import u16
from packetclip.wire.packets.tables import (
    TYPE_ARP,
    TYPE_ETHERNET,
    TYPE_IPV4,
    TYPE_IPV6,
    TYPE_MPLS,
    TYPE_OLD_QINQ,
    TYPE_SERVICE_VLAN,
    TYPE_VLAN,
)

LABEL_BYTES = 4
CONTROL_WORD_BYTES = 4


@kernel
def mpls(data: NDArray[np.uint8], at: int, end: int) -> tuple[int, int]:
    """(EtherType of what the labels carry, where it begins); the latter -1 when cut, the former 0 when unknown."""
    bottom = False
    while not bottom:
        if end - at < LABEL_BYTES:
            return 0, -1
        bottom = data[at + 2] & 1 == 1
        at += LABEL_BYTES
    if end - at < 1:
        return 0, -1
    first = data[at] >> 4
    if first == 4:
        return TYPE_IPV4, at
    if first == 6:
        return TYPE_IPV6, at
    # Without a control word first: a tagged frame looks like an untagged one behind such a word.
    if carries_frame(data, at, end):
        return TYPE_ETHERNET, at
    if first == 0 and carries_frame(data, at + CONTROL_WORD_BYTES, end):
        return TYPE_ETHERNET, at + CONTROL_WORD_BYTES
    return 0, at


@kernel
def carries_frame(data: NDArray[np.uint8], at: int, end: int) -> bool:
    """Whether an EtherType that leads on stands where an Ethernet frame has it."""
    if end - at < 14:
        return False
    ether_type = u16(data, at + 12)
    tagged = ether_type in (TYPE_VLAN, TYPE_SERVICE_VLAN, TYPE_OLD_QINQ)
    return bool(tagged or ether_type in (TYPE_IPV4, TYPE_IPV6, TYPE_ARP, TYPE_MPLS))
