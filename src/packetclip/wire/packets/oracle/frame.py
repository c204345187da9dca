"""One frame: its link, its network and transport headers, and those of the packets in it."""

from __future__ import annotations

import struct

from packetclip.wire.packets.batch import COLUMNS
from packetclip.wire.packets.oracle.link import NETWORK, Path, link
from packetclip.wire.packets.oracle.payload import application
from packetclip.wire.packets.oracle.tunnels import ENDLESS, enter
from packetclip.wire.packets.oracle.values import Dropped, Values, layer, need, number, weird
from packetclip.wire.packets.tables import DROPS

EXTENSIONS = {0, 43, 44, 51, 60, 135, 139, 140}
PROTOCOLS = {1: "icmp", 2: "igmp", 6: "tcp", 17: "udp", 47: "gre", 50: "esp", 58: "icmpv6", 132: "sctp"}
OF_PACKET = [
    *("ip_version", "src_hi", "src_lo", "dst_hi", "dst_lo", "protocol", "ttl", "tos", "ip_flags", "fragment_offset"),
    *("ip_options", "src_port", "dst_port"),
]


def dissect_slowly(frame: bytes, length: int, link_type: int, most_tunnels: int = 8) -> Values:
    """All columns of one frame but ``index``, ``time_ns`` and ``frame_start``; ``length`` is the one on the wire."""
    row: Values = {column.name: 0 for column in COLUMNS}
    for name in ("index", "time_ns", "frame_start"):
        del row[name]
    row.update(captured=len(frame), length=length, link_type=link_type, vlan=-1)
    row.update(dict.fromkeys(("network_start", "transport_start", "payload_start", "outer_start"), len(frame)))
    try:
        _dissect(row, frame, most_tunnels)
    except Dropped as why:
        row["dropped"] = DROPS.index(str(why))
    return row


def _dissect(row: Values, frame: bytes, most_tunnels: int) -> None:
    path = link(frame, int(row["link_type"]))
    _note(row, path)
    if path.why:
        raise Dropped(path.why)
    if path.ether_type not in NETWORK:
        raise Dropped("no_ip_or_arp")
    on_wire = max(int(row["length"]), len(frame))
    readable, head, skip, size = _network(row, path, frame, on_wire)
    row["outer_start"] = row["network_start"]
    while True:
        start, more = path.offset, int(row["ip_flags"]) & 2
        inner = enter(row, readable, head, skip, size, most_tunnels)
        if inner is None:
            break
        row.update(dict.fromkeys(OF_PACKET, 0))
        inner.offset += start
        path, on_wire = inner, start + size
        if more:
            on_wire = path.offset + ENDLESS
        frame = frame[: start + len(readable)]
        _note(row, path)
        readable, head, skip, size = _network(row, path, frame, on_wire)
    row["payload_start"] = path.offset + skip
    row["payload_length"] = max(0, size - skip)
    payload = readable[skip:]
    row["payload_captured"] = len(payload)
    if payload and row["fragment_offset"] == 0 and row["protocol"] in (6, 17):
        application(row, payload, len(payload) < size - skip)


def _note(row: Values, path: Path) -> None:
    row["ether_type"] = 0 if path.why else path.ether_type
    layer(row, *path.layers)
    if row["vlan"] == -1:
        row["vlan"] = path.vlan
    if path.target:
        row["dst_mac"] = number(path.target)
    if path.source:
        row["src_mac"] = number(path.source)


def _network(row: Values, path: Path, frame: bytes, on_wire: int) -> tuple[bytes, int, int, int]:
    """(Readable bytes of the packet, bytes before its transport header, before its payload, in all by the headers)."""
    rest, room = frame[path.offset :], on_wire - path.offset
    layer(row, {0x0800: "ip", 0x86DD: "ipv6", 0x0806: "arp"}[path.ether_type])
    if path.ether_type == 0x0806:
        _arp(row, rest)
        row.update(network_start=path.offset, transport_start=path.offset + 28)
        return rest[:28], 28, 28, 28
    head, size = _ip(row, rest, room)
    row.update(network_start=path.offset, transport_start=path.offset + head)
    readable = rest[: max(size, 0)]
    skip, size = _transport(row, readable, head, size)
    return readable[: max(size, 0)], head, skip, size


def _address(chunk: bytes) -> tuple[int, int]:
    if len(chunk) == 4:
        chunk = bytes(10) + b"\xff\xff" + chunk
    return number(chunk[:8]), number(chunk[8:])


def _arp(row: Values, message: bytes) -> None:
    need(message, 28, "truncated_network")
    _, protocol, hardware_size, protocol_size, operation = struct.unpack(">HHBBH", message[:8])
    if (protocol, hardware_size, protocol_size) != (0x0800, 6, 4):
        raise Dropped("bad_network_header")
    if operation not in (1, 2):
        weird(row, "odd_arp_operation")
    row["arp_operation"] = operation if operation in range(1, 255) else 255
    row["arp_src_mac"], row["arp_dst_mac"] = number(message[8:14]), number(message[18:24])
    row["src_hi"], row["src_lo"] = _address(message[14:18])
    row["dst_hi"], row["dst_lo"] = _address(message[24:28])


def _ip(row: Values, rest: bytes, on_wire: int) -> tuple[int, int]:
    """(Bytes of header, of the packet by its header); ``on_wire``: how many bytes there were from its start on."""
    before = dict(row)
    four = row["ether_type"] == 0x0800
    head, size = _ipv4(row, rest) if four else _ipv6(row, rest, on_wire)
    if size == 0:
        weird(row, "ip_length_zero")
        size = on_wire
    if size < head and four:
        row.clear()
        row.update(before)
        raise Dropped("bad_network_header")
    if size > on_wire:
        weird(row, "ip_length_beyond_frame")
    if four and not _options_hold(rest[20:head]):
        weird(row, "bad_ip_options")
    source = int(row["src_hi"]) << 64 | int(row["src_lo"])
    if source >> 120 == 0xFF or source >> 28 == 0xFFFFE or source == 0xFFFFFFFFFFFF:
        weird(row, "group_source")
    if four and row["protocol"] == 51 and row["fragment_offset"] == 0:
        head = _authentication(row, rest[:size], head)
    return head, size


def _options_hold(options: bytes) -> bool:
    while options and options[0] != 0:
        size = 1 if options[0] == 1 else options[1] if len(options) > 1 else 0
        if size == 0 or size > len(options) or (size == 1 and options[0] != 1):
            return False
        options = options[size:]
    return True


def _authentication(row: Values, packet: bytes, at: int) -> int:
    layer(row, "ah")
    while row["protocol"] == 51:
        header = packet[at : at + 8]
        if len(header) < 8 or at + header[1] * 4 + 8 > len(packet):
            weird(row, "cut_extension_header")
            break
        row["protocol"] = header[0]
        at += header[1] * 4 + 8
    return at


def _ipv4(row: Values, rest: bytes) -> tuple[int, int]:
    """(bytes of header, total length by the header)."""
    need(rest, 20, "truncated_network")
    head = rest[0] % 16 * 4
    if rest[0] // 16 != 4 or head < 20:
        raise Dropped("bad_network_header")
    need(rest, head, "truncated_network")
    _, tos, total, _, fragment, ttl, protocol = struct.unpack(">BBHHHBB", rest[:10])
    row.update(ip_version=4, tos=tos, ttl=ttl, protocol=protocol, ip_options=head - 20)
    row["fragment_offset"] = fragment % 8192
    row["ip_flags"] = (1 if fragment & 0x4000 else 0) + (2 if fragment & 0x2000 else 0)
    row["src_hi"], row["src_lo"] = _address(rest[12:16])
    row["dst_hi"], row["dst_lo"] = _address(rest[16:20])
    return head, total


def _ipv6(row: Values, rest: bytes, on_wire: int) -> tuple[int, int]:
    """As :func:`_ipv4`, extension headers among the header."""
    need(rest, 40, "truncated_network")
    if rest[0] // 16 != 6:
        raise Dropped("bad_network_header")
    first, length, following, hops = struct.unpack(">IHBB", rest[:8])
    row.update(ip_version=6, tos=first >> 20 & 255, ttl=hops)
    row["src_hi"], row["src_lo"] = _address(rest[8:24])
    row["dst_hi"], row["dst_lo"] = _address(rest[24:40])
    size = 0 if length == 0 and following != 59 else 40 + length
    readable = rest[: size or on_wire]
    protocol, head, fragment, whole = _extensions(readable, 40, following, row)
    if not whole:
        weird(row, "cut_extension_header")
    if fragment is not None:
        row["fragment_offset"], row["ip_flags"] = fragment // 8, fragment % 2 * 2
    row["protocol"] = protocol
    row["ip_options"] = min(255, head - 40)
    return head, size


def _extensions(packet: bytes, at: int, kind: int, row: Values | None = None) -> tuple[int, int, int | None, bool]:
    fragment = None
    for _ in range(17):
        if kind not in EXTENSIONS:
            return kind, at, fragment, True
        header = packet[at : at + 8]
        if len(header) < 8 or _ == 16:
            break
        if kind == 51 and row is not None:
            layer(row, "ah")
        units = {44: 8, 51: header[1] * 4 + 8}.get(kind, header[1] * 8 + 8)
        if at + units > len(packet):
            break
        if kind == 44:
            fragment = number(header[2:4])
        kind, at = header[0], at + units
        if fragment is not None and fragment // 8 > 0:
            return kind, at, fragment, True
    return kind, at, fragment, False


def _transport(row: Values, packet: bytes, head: int, size: int) -> tuple[int, int]:
    """(Bytes before the payload, to its end) of an IP packet of ``size`` bytes, of which ``packet`` is readable."""
    protocol, version = int(row["protocol"]), row["ip_version"]
    if row["fragment_offset"] or (version == 6 and protocol in EXTENSIONS):
        return head, size
    if protocol in PROTOCOLS:
        layer(row, PROTOCOLS[protocol])
    segment, length = packet[head:], size - head
    skip: int | None = 0  # bytes of transport header; None when it is cut
    if protocol == 6:
        skip = _tcp(row, segment, length)
    elif protocol == 17:
        skip, length = _udp(row, segment, length)
    elif (protocol, version) in ((1, 4), (58, 6)):
        skip = _icmp(row, segment)
    elif protocol == 132:
        skip = 12 if len(segment) >= 12 else None
        if skip is not None:
            row["src_port"], row["dst_port"] = struct.unpack(">HH", segment[:4])
    if skip is None:
        weird(row, "cut_transport_header")
        return len(packet), len(packet)
    if protocol in (6, 17) and 0 in (row["src_port"], row["dst_port"]):
        weird(row, "port_zero")
    return head + skip, head + length


def _tcp(row: Values, segment: bytes, size: int) -> int | None:
    if len(segment) < 20:
        return None
    source, target, seq, ack, flags, window = struct.unpack(">HHIIHH", segment[:16])
    row.update(src_port=source, dst_port=target, tcp_seq=seq, tcp_ack=ack, tcp_flags=flags % 512, tcp_window=window)
    head = segment[12] // 16 * 4
    if not 20 <= head <= size:
        weird(row, "bad_tcp_header")
        return size
    if len(segment) < head:
        weird(row, "cut_transport_header")
    row["tcp_options"] = _tcp_options(row, segment[20:head], head - 20)
    return head


def _tcp_options(row: Values, options: bytes, size: int) -> int:
    seen = 0
    at = 0
    while at < len(options) and options[at] != 0:
        if options[at] == 1:
            at += 1
            continue
        if at + 1 == size:
            weird(row, "bad_tcp_options")
            break
        if at + 1 == len(options):
            break
        kind, width = options[at], options[at + 1]
        if width < 2 or width > size - at:
            weird(row, "bad_tcp_options")
            break
        seen |= {(2, 4): 1}.get((kind, width), {3: 2, 4: 4, 8: 8, 5: 16}.get(kind, 32))
        if (kind, width) == (2, 4) and len(options) >= at + 4:
            row["tcp_mss"] = number(options[at + 2 : at + 4])
        at += width
    return seen


def _udp(row: Values, segment: bytes, size: int) -> tuple[int | None, int]:
    if len(segment) < 8:
        return None, size
    row["src_port"], row["dst_port"], length = struct.unpack(">HHH", segment[:6])
    fits = length <= size or int(row["ip_flags"]) & 2
    if length < 8 or not fits:
        weird(row, "bad_udp_length")
        return 8, size
    return 8, min(length, size)


def _icmp(row: Values, segment: bytes) -> int | None:
    if len(segment) < 8:
        return None
    row["icmp_type"], row["icmp_code"] = segment[0], segment[1]
    six = row["ip_version"] == 6
    if segment[0] not in (range(1, 128) if six else (3, 4, 5, 11, 12)):
        return 8
    quote = segment[8:]
    if six and len(quote) >= 40 and quote[0] // 16 == 6:
        source, target = quote[8:24], quote[24:40]
        protocol, at, fragment, whole = _extensions(quote, 40, quote[6])
        first = whole and (fragment or 0) < 8
    elif not six and len(quote) >= 20 and quote[0] // 16 == 4 and quote[0] % 16 >= 5:
        source, target = quote[12:16], quote[16:20]
        protocol, at, first = quote[9], quote[0] % 16 * 4, number(quote[6:8]) % 8192 == 0
    else:
        weird(row, "bad_quote")
        return 8
    row["quoted_protocol"] = protocol
    row["quoted_src_hi"], row["quoted_src_lo"] = _address(source)
    row["quoted_dst_hi"], row["quoted_dst_lo"] = _address(target)
    inner = quote[at:]
    if first and protocol in (6, 17, 132) and len(inner) >= 4:
        row["quoted_src_port"], row["quoted_dst_port"] = struct.unpack(">HH", inner[:4])
    elif first and protocol in (1, 58) and len(inner) >= 2:
        row["quoted_src_port"], row["quoted_dst_port"] = inner[0], inner[1]
    return 8
