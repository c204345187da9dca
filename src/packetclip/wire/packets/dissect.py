"""The main loop: one frame in, one row out, whatever the bytes."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from packetclip.wire.capture.frames import Frames
from packetclip.wire.packets.addresses import is_group
from packetclip.wire.packets.arp import MESSAGE_BYTES as ARP_BYTES
from packetclip.wire.packets.arp import arp
from packetclip.wire.packets.batch import PACKET, PacketBatch
from packetclip.wire.packets.dns import DNS, dns, is_dns_port
from packetclip.wire.packets.ethernet import ethernet
from packetclip.wire.packets.icmp import icmp
from packetclip.wire.packets.ipv4 import ipv4
from packetclip.wire.packets.ipv6 import ipv6, is_extension
from packetclip.wire.packets.linux_sll import linux_sll
from packetclip.wire.packets.linux_sll2 import linux_sll2
from packetclip.wire.packets.null_loop import null_loop
from packetclip.wire.packets.raw_ip import raw_ip
from packetclip.wire.packets.reading import Row, u16
from packetclip.wire.packets.tables import (
    CUT_TRANSPORT_HEADER,
    GROUP_SOURCE,
    ICMP,
    ICMPV6,
    LINK_ETHERNET,
    LINK_IPV4,
    LINK_IPV6,
    LINK_LINUX_SLL,
    LINK_LINUX_SLL2,
    LINK_LOOP,
    LINK_NULL,
    LINK_RAW,
    LINK_RAW_BSD,
    LINK_RAW_DLT,
    NO_IP_OR_ARP,
    ODD_DNS,
    PORT_ZERO,
    SCTP,
    TCP,
    TRUNCATED_LINK,
    TYPE_ARP,
    TYPE_IPV4,
    TYPE_IPV6,
    UDP,
    UNKNOWN_LINK_TYPE,
)
from packetclip.wire.packets.tcp import tcp
from packetclip.wire.packets.text_protocols import text_protocols
from packetclip.wire.packets.tls import tls
from packetclip.wire.packets.udp import sctp, udp


def dissect(frames: Frames) -> PacketBatch:
    """One row of :data:`~packetclip.wire.packets.PACKET` per frame, in order; the batch shares the frames' bytes.

    Never raises on what the wire holds: a frame that is no IPv4, IPv6 or ARP packet says why in ``dropped``, an odd one
    in ``weird``; columns of headers that were not reached are 0 (``vlan``: -1).
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
        row.dropped = packet(row, data, at, end, counts)


@njit(cache=True, nogil=True)
def link(row: Row, data: NDArray[np.uint8], at: int, end: int) -> int:
    """Where the network header begins, or minus the position in DROPS. A new link type gets its line here."""
    kind = row.link_type
    network = -1
    if kind == LINK_ETHERNET:
        network = ethernet(row, data, at, end)
    elif kind == LINK_LINUX_SLL:
        network = linux_sll(row, data, at, end)
    elif kind == LINK_LINUX_SLL2:
        network = linux_sll2(row, data, at, end)
    elif kind in (LINK_NULL, LINK_LOOP):
        network = null_loop(row, data, at, end)
    elif kind in (LINK_RAW, LINK_RAW_DLT, LINK_RAW_BSD, LINK_IPV4, LINK_IPV6):
        network = raw_ip(row, data, at, end)
    else:
        return -UNKNOWN_LINK_TYPE
    return -TRUNCATED_LINK if network < 0 else network


@njit(cache=True, nogil=True)
def packet(row: Row, data: NDArray[np.uint8], at: int, end: int, counts: NDArray[np.int64]) -> int:
    """Dissect the frame in data[at:end]; returns the position in DROPS."""
    frame = at
    wire_end = at + max(row.length, end - at)
    row.network_start = end - frame
    row.transport_start = end - frame
    row.payload_start = end - frame
    at = link(row, data, at, end)
    if at < 0:
        return int(-at)
    if row.ether_type == TYPE_ARP:
        dropped = arp(row, data, at, end)
        if dropped == 0:
            row.network_start = at - frame
            row.transport_start = at + ARP_BYTES - frame
            row.payload_start = at + ARP_BYTES - frame
        return int(dropped)
    network = at
    if row.ether_type == TYPE_IPV4:
        at, stop = ipv4(row, data, at, end, wire_end)
    elif row.ether_type == TYPE_IPV6:
        at, stop = ipv6(row, data, at, end, wire_end)
    else:
        return NO_IP_OR_ARP
    if at < 0:
        return -at
    row.network_start = network - frame
    row.transport_start = at - frame
    if is_group(row.src_hi, row.src_lo):
        row.weird |= GROUP_SOURCE
    payload, stop = transport(row, data, at, min(stop, end), stop)
    row.payload_start = payload - frame
    row.payload_length = max(stop - payload, 0)
    row.payload_captured = max(min(stop, end) - payload, 0)
    if row.payload_captured > 0 and row.fragment_offset == 0:
        application(row, data, payload, payload + row.payload_captured, counts)
    return 0


@njit(cache=True, nogil=True)
def transport(row: Row, data: NDArray[np.uint8], at: int, end: int, stop: int) -> tuple[int, int]:
    """Where the payload begins and where it ends by the headers' lengths; both ``end`` when the header is cut."""
    protocol = row.protocol
    payload = at
    if row.fragment_offset > 0 or (row.ip_version == 6 and is_extension(protocol)):
        return payload, stop
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


@njit(cache=True, nogil=True)
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
