"""Which tunnel a packet is: what it carries and where, by IP protocol number or UDP port.

A number says what follows; a port is only a guess, which the header behind it and the packet in it have to bear out. A
new tunnel gets its line here.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from packetclip.wire.packets.arp import MESSAGE_BYTES as ARP_BYTES
from packetclip.wire.packets.capwap import capwap
from packetclip.wire.packets.gre import gre
from packetclip.wire.packets.gtp import gtp
from packetclip.wire.packets.ipv4 import HEADER_BYTES as IPV4_BYTES
from packetclip.wire.packets.ipv6 import HEADER_BYTES as IPV6_BYTES
from packetclip.wire.packets.kernel import kernel
from packetclip.wire.packets.reading import Row, u8, u16
from packetclip.wire.packets.tables import (
    GRE,
    IN_IPV4,
    IN_IPV6,
    IN_MPLS,
    NO_NEXT_HEADER,
    NO_TUNNEL,
    TCP,
    TUNNEL_AYIYA,
    TUNNEL_CAPWAP,
    TUNNEL_ERSPAN,
    TUNNEL_GENEVE,
    TUNNEL_GRE,
    TUNNEL_GTP,
    TUNNEL_IP,
    TUNNEL_MPLS,
    TUNNEL_TEREDO,
    TUNNEL_VXLAN,
    TYPE_ARP,
    TYPE_ERSPAN,
    TYPE_ERSPAN_III,
    TYPE_IPV4,
    TYPE_IPV6,
    TYPE_MPLS,
    UDP,
)
from packetclip.wire.packets.teredo import ayiya, teredo
from packetclip.wire.packets.vxlan import geneve, vxlan

VXLAN_PORT, VXLAN_LINUX_PORT, VXLAN_GPE_PORT, GENEVE_PORT = 4789, 8472, 4790, 6081
GTP_PORT, TEREDO_PORT, AYIYA_PORT, MPLS_PORT, GRE_PORT, CAPWAP_PORT = 2152, 3544, 5072, 6635, 4754, 5247


@kernel
def tunnel(row: Row, data: NDArray[np.uint8], at: int, payload: int, end: int) -> tuple[int, int, int]:
    """(Position in TUNNELS, EtherType of what is carried, where it begins, -1 when the tunnel's header does not hold).

    ``at`` is where the transport header begins, ``payload`` where UDP's payload does. The first is 0 for packets that
    are no tunnel, and for those on a tunnel's port that do not begin like it.
    """
    protocol = row.protocol
    if protocol == TCP:
        return NO_TUNNEL, 0, -1
    if protocol == UDP:
        kind, ether_type, inner = by_port(row.dst_port, data, payload, end)
        if kind == NO_TUNNEL:
            kind, ether_type, inner = by_port(row.src_port, data, payload, end)
        return (kind, ether_type, inner) if inner >= 0 else (NO_TUNNEL, 0, -1)
    if protocol == IN_IPV4:
        return TUNNEL_IP, TYPE_IPV4, at
    if protocol == IN_IPV6:
        return TUNNEL_IP, TYPE_IPV6, at
    if protocol == IN_MPLS:
        return TUNNEL_MPLS, TYPE_MPLS, at
    if protocol == GRE:
        ether_type, inner = gre(data, at, end)
        return gre_kind(data, at, end), ether_type, inner
    return NO_TUNNEL, 0, -1


@kernel
def gre_kind(data: NDArray[np.uint8], at: int, end: int) -> int:
    """ERSPAN or GRE."""
    if end - at >= 4 and u16(data, at + 2) in (TYPE_ERSPAN, TYPE_ERSPAN_III):
        return TUNNEL_ERSPAN
    return TUNNEL_GRE


@kernel
def by_port(port: int, data: NDArray[np.uint8], at: int, end: int) -> tuple[int, int, int]:
    """As :func:`tunnel`, of a UDP payload to or from this port."""
    if port < GTP_PORT or port > VXLAN_LINUX_PORT:
        return NO_TUNNEL, 0, -1
    kind, ether_type, inner = NO_TUNNEL, 0, -1
    if port in (VXLAN_PORT, VXLAN_LINUX_PORT, VXLAN_GPE_PORT):
        kind = TUNNEL_VXLAN
        ether_type, inner = vxlan(data, at, end, port == VXLAN_GPE_PORT)
    elif port == GENEVE_PORT:
        kind = TUNNEL_GENEVE
        ether_type, inner = geneve(data, at, end)
    elif port == GTP_PORT:
        kind = TUNNEL_GTP
        ether_type, inner = gtp(data, at, end)
    elif port == TEREDO_PORT:
        kind = TUNNEL_TEREDO
        ether_type, inner = teredo(data, at, end)
    elif port == MPLS_PORT:
        kind, ether_type, inner = TUNNEL_MPLS, TYPE_MPLS, at
    elif port == GRE_PORT:
        kind = gre_kind(data, at, end)
        ether_type, inner = gre(data, at, end)
    elif port == AYIYA_PORT:
        kind = TUNNEL_AYIYA
        ether_type, inner = ayiya(data, at, end)
    elif port == CAPWAP_PORT:
        kind = TUNNEL_CAPWAP
        ether_type, inner = capwap(data, at, end)
    return kind, ether_type, inner


@kernel
def holds(data: NDArray[np.uint8], ether_type: int, at: int, end: int, room: int) -> bool:
    """Whether an IPv4, IPv6 or ARP header is all there and its packet takes at most ``room`` bytes."""
    if ether_type == TYPE_IPV4:
        if end - at < IPV4_BYTES or data[at] >> 4 != 4:
            return False
        header = (u8(data, at) & 15) * 4
        total = u16(data, at + 2)
        return IPV4_BYTES <= header <= end - at and (header <= total <= room or (total == 0 and room > 0xFFFF))
    if ether_type == TYPE_IPV6:
        if end - at < IPV6_BYTES or data[at] >> 4 != 6:
            return False
        length = u16(data, at + 4)
        return IPV6_BYTES + length <= room and (length > 0 or data[at + 6] == NO_NEXT_HEADER or room > 0xFFFF)
    if ether_type == TYPE_ARP:
        if end - at < ARP_BYTES:
            return False
        return bool(u16(data, at + 2) == TYPE_IPV4 and data[at + 4] == 6 and data[at + 5] == 4)
    return False
