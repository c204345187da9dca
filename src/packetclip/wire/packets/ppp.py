"""PPP (RFC 1661), framed as HDLC (RFC 1662) or not, and Cisco's HDLC: LINKTYPE_PPP, PPP_SERIAL and C_HDLC.

| offset | width | meaning |
|---|---|---|
| 0 | 2 | HDLC only: address 0xFF and control 3; Cisco: address 0x0F or 0x8F and control 0 |
| then | 2 | protocol: 0x0021 IPv4, 0x0057 IPv6, 0x0281, 0x0283 MPLS; an odd first byte is all of it. Cisco: EtherType |
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from packetclip.wire.packets.kernel import kernel
from packetclip.wire.packets.reading import u8, u16
from packetclip.wire.packets.tables import TYPE_IPV4, TYPE_IPV6, TYPE_MPLS, TYPE_MPLS_UPSTREAM, TYPE_PPP

CISCO_BYTES = 4


@kernel
def ppp(data: NDArray[np.uint8], at: int, end: int) -> tuple[int, int]:
    """(EtherType of what is carried, where it begins); the latter -1 when cut, the former TYPE_PPP when unknown."""
    if end - at >= 2 and u16(data, at) == 0xFF03:
        at += 2
    if end - at < 1:
        return TYPE_PPP, -1
    protocol = u8(data, at)
    if protocol & 1 == 0:
        if end - at < 2:
            return TYPE_PPP, -1
        protocol = u16(data, at)
        at += 1
    at += 1
    if protocol == 0x21:
        return TYPE_IPV4, at
    if protocol == 0x57:
        return TYPE_IPV6, at
    if protocol == 0x281:
        return TYPE_MPLS, at
    if protocol == 0x283:
        return TYPE_MPLS_UPSTREAM, at
    return TYPE_PPP, at


@kernel
def cisco_hdlc(data: NDArray[np.uint8], at: int, end: int) -> tuple[int, int]:
    """As :func:`ppp`, of a frame in Cisco's HDLC."""
    if end - at < CISCO_BYTES:
        return 0, -1
    return u16(data, at + 2), at + CISCO_BYTES


@kernel
def is_cisco(data: NDArray[np.uint8], at: int, end: int) -> bool:
    """Whether a frame on a serial line is Cisco's HDLC, not PPP."""
    return bool(end - at >= 2 and data[at + 1] == 0 and (data[at] == 0x0F or data[at] == 0x8F))
