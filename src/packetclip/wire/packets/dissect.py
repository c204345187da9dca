"""The main loop: one frame in, one row out, whatever the bytes."""

from __future__ import annotations

from typing import Any, Final, Literal

import numpy as np
from numba import njit
from numpy.typing import NDArray

from packetclip.wire.capture.frames import Frames
from packetclip.wire.packets.addresses import is_group
from packetclip.wire.packets.arp import arp
from packetclip.wire.packets.batch import PACKET, PacketBatch
from packetclip.wire.packets.dns import DNS, dns, is_dns_port
from packetclip.wire.packets.icmp import icmp
from packetclip.wire.packets.ipoib import ipoib
from packetclip.wire.packets.ipv4 import ipv4
from packetclip.wire.packets.ipv6 import ipv6, is_extension
from packetclip.wire.packets.kernel import kernel
from packetclip.wire.packets.linux_sll import linux_sll
from packetclip.wire.packets.linux_sll2 import linux_sll2
from packetclip.wire.packets.next_header import to_network
from packetclip.wire.packets.nflog import nflog
from packetclip.wire.packets.null_loop import null_loop
from packetclip.wire.packets.ppp import cisco_hdlc, is_cisco
from packetclip.wire.packets.raw_ip import raw_ip
from packetclip.wire.packets.reading import Row, u16, u48
from packetclip.wire.packets.tables import (
    BAD_TUNNEL,
    CUT_TRANSPORT_HEADER,
    ESP,
    GRE,
    GROUP_SOURCE,
    ICMP,
    ICMPV6,
    IGMP,
    LAYER_ARP,
    LAYER_AYIYA,
    LAYER_CAPWAP,
    LAYER_ERSPAN,
    LAYER_ESP,
    LAYER_GENEVE,
    LAYER_GRE,
    LAYER_GTP,
    LAYER_ICMP,
    LAYER_ICMPV6,
    LAYER_IGMP,
    LAYER_IPV4,
    LAYER_IPV6,
    LAYER_MPLS,
    LAYER_SCTP,
    LAYER_TCP,
    LAYER_TEREDO,
    LAYER_UDP,
    LAYER_VXLAN,
    LINK_AVS,
    LINK_C_HDLC,
    LINK_ETHERNET,
    LINK_IEEE802_11,
    LINK_IPOIB,
    LINK_IPV4,
    LINK_IPV6,
    LINK_LINUX_SLL,
    LINK_LINUX_SLL2,
    LINK_LOOP,
    LINK_NFLOG,
    LINK_NULL,
    LINK_PKTAP,
    LINK_PPI,
    LINK_PPP,
    LINK_PPP_ETHER,
    LINK_PPP_SERIAL,
    LINK_PRISM,
    LINK_RADIOTAP,
    LINK_RAW,
    LINK_RAW_BSD,
    LINK_RAW_DLT,
    NO_IP_OR_ARP,
    NO_TUNNEL,
    ODD_DNS,
    PORT_ZERO,
    SCTP,
    TCP,
    TRUNCATED_LINK,
    TUNNEL_TOO_DEEP,
    TYPE_ARP,
    TYPE_ETHERNET,
    TYPE_IPV4,
    TYPE_IPV6,
    TYPE_PPP,
    TYPE_PPPOE,
    TYPE_WLAN,
    UDP,
    UNKNOWN_LINK_TYPE,
    WLAN_NO_DATA,
    WLAN_PROTECTED,
)
from packetclip.wire.packets.tcp import tcp
from packetclip.wire.packets.text_protocols import text_protocols
from packetclip.wire.packets.tls import tls
from packetclip.wire.packets.tunnels import holds, tunnel
from packetclip.wire.packets.udp import sctp, udp
from packetclip.wire.packets.wlan import prism, radiotap
from packetclip.wire.packets.wrapped import pktap, ppi

MOST_TUNNELS: Final = 8
ANY_LENGTH: Final = 1 << 17
"""More than any IP packet is long."""

TUNNEL_LAYERS: Final = np.array(
    [
        0,
        0,
        LAYER_GRE,
        LAYER_GRE | LAYER_ERSPAN,
        LAYER_VXLAN,
        LAYER_GENEVE,
        LAYER_GTP,
        LAYER_TEREDO,
        LAYER_MPLS,
        LAYER_AYIYA,
        LAYER_CAPWAP,
    ],
    np.uint32,
)
"""Bits of LAYERS by position in TUNNELS."""
PROTOCOL_LAYERS: Final = np.zeros(256, np.uint32)
"""Bits of LAYERS by IP protocol number."""
PROTOCOL_LAYERS[[ICMP, IGMP, TCP, UDP, GRE, ESP, ICMPV6, SCTP]] = [
    LAYER_ICMP, LAYER_IGMP, LAYER_TCP, LAYER_UDP, LAYER_GRE, LAYER_ESP, LAYER_ICMPV6, LAYER_SCTP
]  # fmt: skip


def dissect(frames: Frames, tunnels: Literal["inner", "outer"] = "inner") -> PacketBatch:
    """One row of :data:`~packetclip.wire.packets.PACKET` per frame, in order; the batch shares the frames' bytes.

    Of packets carried in packets, the row is the innermost that holds (at most eight tunnels are entered, the columns
    ``tunnels``, ``tunnel``, ``layers`` and ``outer_start`` tell of those around it); with ``tunnels="outer"`` it is the
    outermost. Never raises on what the wire holds: a frame that is no IPv4, IPv6 or ARP packet says why in ``dropped``,
    an odd one in ``weird``; columns of headers that were not reached are 0 (``vlan``: -1).
    """
    rows = np.zeros(len(frames), PACKET)
    data = read_only(frames.data, np.uint8)
    _dissect_all(
        rows,
        data,
        read_only(frames.start, np.int64),
        read_only(frames.captured, np.int32),
        read_only(frames.length, np.int32),
        read_only(frames.time_ns, np.int64),
        read_only(frames.link_type, np.int32),
        read_only(frames.index, np.int64),
        MOST_TUNNELS if tunnels == "inner" else 0,
    )
    return PacketBatch(rows, data)


def read_only(array: NDArray[Any], dtype: Any) -> NDArray[Any]:
    """The array, contiguous and read-only: kernels then compile for one kind of array only."""
    view = np.ascontiguousarray(array, dtype).view()
    view.flags.writeable = False
    return view


@njit(cache=True, nogil=True)
def _dissect_all(
    rows: NDArray[Any],
    data: NDArray[np.uint8],
    start: NDArray[np.int64],
    captured: NDArray[np.int32],
    length: NDArray[np.int32],
    time_ns: NDArray[np.int64],
    link_type: NDArray[np.int32],
    index: NDArray[np.int64],
    most_tunnels: int,
) -> None:
    counts = np.zeros(256, np.int64)
    for i in range(len(rows)):
        row = rows[i]
        row.index = index[i]
        row.time_ns = time_ns[i]
        row.frame_start = start[i]
        row.captured = captured[i]
        row.length = length[i]
        row.link_type = link_type[i]
        row.vlan = -1
        at = min(max(start[i], 0), len(data))
        end = min(max(start[i] + captured[i], at), len(data))
        row.dropped = packet(row, data, at, end, counts, most_tunnels)


@kernel
def link(kind: int, data: NDArray[np.uint8], at: int, end: int) -> tuple[int, int, int, bool]:
    """What the link header says. A new link type gets its line here.

    Gives (EtherType of what comes next; where it begins, or minus the position in DROPS; where a sender's address
    stands outside an Ethernet header, or -1; whether an 802.11 header is padded to words).
    """
    ether_type, network, src_at, padded = 0, -1, -1, False
    if kind == LINK_PPI:
        kind, at = ppi(data, at, end)
    elif kind == LINK_PKTAP:
        kind, at = pktap(data, at, end)
    if at < 0:
        return ether_type, -TRUNCATED_LINK, src_at, padded
    if kind == LINK_ETHERNET:
        ether_type, network = TYPE_ETHERNET, at
    elif kind == LINK_LINUX_SLL:
        ether_type, network, src_at = linux_sll(data, at, end)
    elif kind == LINK_LINUX_SLL2:
        ether_type, network, src_at = linux_sll2(data, at, end)
    elif kind in (LINK_NULL, LINK_LOOP):
        ether_type, network = null_loop(data, at, end)
    elif kind in (LINK_RAW, LINK_RAW_DLT, LINK_RAW_BSD):
        ether_type, network = raw_ip(data, at, end)
    elif kind == LINK_IPV4:
        ether_type, network = TYPE_IPV4, at
    elif kind == LINK_IPV6:
        ether_type, network = TYPE_IPV6, at
    elif kind == LINK_IEEE802_11:
        ether_type, network = TYPE_WLAN, at
    elif kind == LINK_RADIOTAP:
        ether_type = TYPE_WLAN
        network, padded = radiotap(data, at, end)
    elif kind in (LINK_PRISM, LINK_AVS):
        ether_type, network = TYPE_WLAN, prism(data, at, end)
    elif kind == LINK_C_HDLC or (kind in (LINK_PPP, LINK_PPP_SERIAL) and is_cisco(data, at, end)):
        ether_type, network = cisco_hdlc(data, at, end)
    elif kind in (LINK_PPP, LINK_PPP_SERIAL):
        ether_type, network = TYPE_PPP, at
    elif kind == LINK_PPP_ETHER:
        ether_type, network = TYPE_PPPOE, at
    elif kind == LINK_NFLOG:
        ether_type, network = nflog(data, at, end)
    elif kind == LINK_IPOIB:
        ether_type, network = ipoib(data, at, end)
    else:
        return ether_type, -UNKNOWN_LINK_TYPE, src_at, padded
    return ether_type, network if network >= 0 else -TRUNCATED_LINK, src_at, padded


@kernel
def packet(row: Row, data: NDArray[np.uint8], at: int, end: int, counts: NDArray[np.int64], most_tunnels: int) -> int:
    """Dissect the frame in data[at:end], entering up to ``most_tunnels``; returns the position in DROPS."""
    frame = at
    wire_end = at + max(row.length, end - at)
    row.outer_start = end - frame
    row.network_start = end - frame
    row.transport_start = end - frame
    row.payload_start = end - frame
    ether_type, at, src_at, padded = link(row.link_type, data, at, end)
    if at < 0:
        return -at
    ether_type, at, dst_at, src_at, vlan, layers = to_network(data, ether_type, at, end, -1, src_at, padded)
    note_link(row, data, ether_type if at >= 0 else 0, dst_at, src_at, vlan, layers)
    if at < 0:
        return -at
    payload, stop = network(row, data, ether_type, frame, at, end, wire_end)
    if stop < 0:
        return int(-stop)
    row.outer_start = row.network_start
    while True:
        ether_type, at, wire_end = enter(row, data, frame, payload, end, stop, most_tunnels)
        if at < 0:
            break
        end = min(end, stop)
        payload, stop = network(row, data, ether_type, frame, at, end, wire_end)
    row.payload_start = payload - frame
    row.payload_length = max(stop - payload, 0)
    row.payload_captured = max(min(stop, end) - payload, 0)
    if row.payload_captured > 0 and row.fragment_offset == 0:
        application(row, data, payload, payload + row.payload_captured, counts)
    return 0


@kernel
def note_link(
    row: Row, data: NDArray[np.uint8], ether_type: int, dst_at: int, src_at: int, vlan: int, layers: int
) -> None:
    """Fill the link's columns with what :func:`to_network` found; an outer VLAN id stays, inner addresses win."""
    row.ether_type = ether_type
    row.layers |= layers
    if row.vlan < 0:
        row.vlan = vlan
    if dst_at >= 0:
        row.dst_mac = u48(data, dst_at)
    if src_at >= 0:
        row.src_mac = u48(data, src_at)


@kernel
def network(
    row: Row, data: NDArray[np.uint8], ether_type: int, frame: int, at: int, end: int, wire_end: int
) -> tuple[int, int]:
    """Fill network and transport columns; returns (where the payload begins, where it ends by the headers' lengths).

    The latter is minus the position in DROPS when the header at ``at`` does not hold.
    """
    first = at
    if ether_type == TYPE_IPV4:
        row.layers |= LAYER_IPV4
        at, stop = ipv4(row, data, at, end, wire_end)
    elif ether_type == TYPE_IPV6:
        row.layers |= LAYER_IPV6
        at, stop = ipv6(row, data, at, end, wire_end)
    elif ether_type == TYPE_ARP:
        row.layers |= LAYER_ARP
        at, stop = arp(row, data, at, end)
    else:
        return at, -NO_IP_OR_ARP
    if at < 0:
        return at, at
    row.network_start = first - frame
    row.transport_start = at - frame
    if ether_type == TYPE_ARP:
        return at, stop
    if is_group(row.src_hi, row.src_lo):
        row.weird |= GROUP_SOURCE
    at, stop = transport(row, data, at, min(stop, end), stop)
    return at, stop


@kernel
def enter(
    row: Row, data: NDArray[np.uint8], frame: int, payload: int, end: int, stop: int, most_tunnels: int
) -> tuple[int, int, int]:
    """Step into the tunnel that the row's packet is, if it is one: the row then waits for the packet in it.

    Gives (its EtherType, where it begins, where what carries it ends), or -1 for the second when the row stays.
    """
    if row.fragment_offset > 0 or most_tunnels == 0:
        return 0, -1, 0
    end = min(end, stop)
    kind, ether_type, at = tunnel(row, data, frame + row.transport_start, payload, end)
    if kind == NO_TUNNEL:
        return 0, -1, 0
    guessed = row.protocol == UDP
    if at < 0:
        row.weird |= BAD_TUNNEL
        return 0, -1, 0
    ether_type, at, dst_at, src_at, vlan, layers = to_network(data, ether_type, at, end, -1, -1, False)
    if at >= 0 and ether_type != TYPE_IPV4 and ether_type != TYPE_IPV6 and ether_type != TYPE_ARP:
        return 0, -1, 0
    if at == -WLAN_NO_DATA or at == -WLAN_PROTECTED:
        return 0, -1, 0
    # A packet whose first fragment this is goes on in the others; one by number says itself how long it is.
    room = ANY_LENGTH if row.ip_flags & 2 != 0 or not guessed else stop - at
    if at < 0 or not holds(data, ether_type, at, end, room):
        if not guessed:
            row.weird |= BAD_TUNNEL
        return 0, -1, 0
    if row.tunnels == most_tunnels:
        row.weird |= TUNNEL_TOO_DEEP
        return 0, -1, 0
    wire_end = at + ANY_LENGTH if row.ip_flags & 2 != 0 else stop
    row.tunnels += 1
    row.tunnel = kind
    clear(row)
    note_link(row, data, ether_type, dst_at, src_at, vlan, layers | TUNNEL_LAYERS[kind])
    return ether_type, at, wire_end


@kernel
def clear(row: Row) -> None:
    """Forget what :func:`network` wrote of a packet around another, but for what went wrong."""
    row.ip_version = 0
    row.src_hi, row.src_lo = 0, 0
    row.dst_hi, row.dst_lo = 0, 0
    row.protocol, row.ttl, row.tos = 0, 0, 0
    row.ip_flags, row.fragment_offset, row.ip_options = 0, 0, 0
    row.src_port, row.dst_port = 0, 0


@kernel
def transport(row: Row, data: NDArray[np.uint8], at: int, end: int, stop: int) -> tuple[int, int]:
    """Where the payload begins and where it ends by the headers' lengths; both ``end`` when the header is cut."""
    protocol = row.protocol
    payload = at
    if row.fragment_offset > 0 or (row.ip_version == 6 and is_extension(protocol)):
        return payload, stop
    row.layers |= PROTOCOL_LAYERS[protocol]
    if protocol == TCP:
        payload = tcp(row, data, at, end, stop)
    elif protocol == UDP:
        payload, stop = udp(row, data, at, end, stop)
    elif (protocol == ICMP and row.ip_version == 4) or (protocol == ICMPV6 and row.ip_version == 6):
        payload = icmp(row, data, at, end)
    elif protocol == SCTP:
        payload = sctp(row, data, at, end)
    if payload < 0:
        row.weird |= CUT_TRANSPORT_HEADER
        return end, end
    if protocol in (TCP, UDP) and (row.src_port == 0 or row.dst_port == 0):
        row.weird |= PORT_ZERO
    return payload, stop


@kernel
def application(row: Row, data: NDArray[np.uint8], at: int, end: int, counts: NDArray[np.int64]) -> None:
    """Look at a payload of at least one captured byte."""
    cut = row.payload_captured < row.payload_length
    if row.protocol == UDP:
        if is_dns_port(row.src_port) or is_dns_port(row.dst_port):
            known = dns(row, data, at, end, counts)
            if not known and not cut and (row.src_port == DNS or row.dst_port == DNS):
                row.weird |= ODD_DNS
    elif row.protocol == TCP:
        if row.src_port == DNS or row.dst_port == DNS:
            if end - at >= 2:
                dns(row, data, at + 2, min(end, at + 2 + u16(data, at)), counts)
        elif not tls(row, data, at, end):
            text_protocols(row, data, at, end, cut)
