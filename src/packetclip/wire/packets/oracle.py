"""The same answer as :func:`~packetclip.wire.packets.dissect`, slowly: one frame of bytes in, a dict of columns out.

Written with slices and structs from the RFCs, sharing no code with the kernels but the names in :mod:`.tables`; the
tests hold the two against each other. Use it to understand a row, never to read a capture.
"""

from __future__ import annotations

import math
import struct
from collections import Counter

from packetclip.wire.packets.batch import COLUMNS
from packetclip.wire.packets.tables import DROPS, LINK_TYPES, WEIRDS

Values = dict[str, int | float]

EXTENSIONS = {0, 43, 44, 51, 60, 135, 139, 140}
METHODS = ["GET", "POST", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH", "CONNECT", "TRACE", "PROPFIND"]


class _Dropped(Exception):  # noqa: N818 - a way out, not an error
    """Says which of DROPS ends the dissection of a frame."""


def dissect_slowly(frame: bytes, length: int, link_type: int) -> Values:
    """All columns of one frame but ``index``, ``time_ns`` and ``frame_start``; ``length`` is the one on the wire."""
    row: Values = {column.name: 0 for column in COLUMNS}
    for name in ("index", "time_ns", "frame_start"):
        del row[name]
    row.update(captured=len(frame), length=length, link_type=link_type, vlan=-1)
    row.update(network_start=len(frame), transport_start=len(frame), payload_start=len(frame))
    try:
        ether_type, offset = _link(row, frame, link_type)
        row["ether_type"] = ether_type
        if ether_type == 0x0806:
            _arp(row, frame[offset:], offset)
        elif ether_type in (0x0800, 0x86DD):
            _ip(row, frame[offset:], offset, max(length, len(frame)) - offset)
        else:
            raise _Dropped("no_ip_or_arp")
    except _Dropped as why:
        row["dropped"] = DROPS.index(str(why))
    return row


def _weird(row: Values, name: str) -> None:
    row["weird"] = int(row["weird"]) | 1 << WEIRDS.index(name)


def _number(chunk: bytes) -> int:
    return int.from_bytes(chunk, "big")


def _link(row: Values, frame: bytes, link_type: int) -> tuple[int, int]:
    """(EtherType, offset of the network header)."""
    kind = LINK_TYPES.get(link_type, "")
    if kind == "":
        raise _Dropped("unknown_link_type")
    if kind == "ethernet":
        _need(frame, 14)
        row["dst_mac"], row["src_mac"] = _number(frame[:6]), _number(frame[6:12])
        return _tags(row, frame, 12, 14)
    if kind == "linux_sll":
        _need(frame, 16)
        if frame[4:6] == b"\x00\x06":
            row["src_mac"] = _number(frame[6:12])
        return _tags(row, frame, 14, 16)
    if kind == "linux_sll2":
        _need(frame, 20)
        if frame[11] == 6:
            row["src_mac"] = _number(frame[12:18])
        return _tags(row, frame, 0, 20)
    if kind in ("null", "loop"):
        _need(frame, 4)
        families = {struct.unpack(order, frame[:4])[0] for order in ("<I", ">I")}
        if 2 in families:
            return 0x0800, 4
        return (0x86DD if families & {10, 23, 24, 28, 30} else 0), 4
    _need(frame, 1)
    return {4: 0x0800, 6: 0x86DD}.get(frame[0] >> 4, 0), 0


def _need(frame: bytes, size: int, name: str = "truncated_link") -> None:
    if len(frame) < size:
        raise _Dropped(name)


def _tags(row: Values, frame: bytes, type_at: int, offset: int) -> tuple[int, int]:
    ether_type = _number(frame[type_at : type_at + 2])
    while ether_type in (0x8100, 0x88A8, 0x9100):
        _need(frame, offset + 4)
        tag, ether_type = struct.unpack(">HH", frame[offset : offset + 4])
        if row["vlan"] == -1:
            row["vlan"] = tag % 4096
        offset += 4
    if ether_type < 0x600 and frame[offset : offset + 6] == b"\xaa\xaa\x03\0\0\0" and len(frame) >= offset + 8:
        ether_type = _number(frame[offset + 6 : offset + 8])
        offset += 8
    return ether_type, offset


def _address(chunk: bytes) -> tuple[int, int]:
    if len(chunk) == 4:
        chunk = bytes(10) + b"\xff\xff" + chunk
    return _number(chunk[:8]), _number(chunk[8:])


def _arp(row: Values, message: bytes, offset: int) -> None:
    _need(message, 28, "truncated_network")
    _, protocol, hardware_size, protocol_size, operation = struct.unpack(">HHBBH", message[:8])
    if (protocol, hardware_size, protocol_size) != (0x0800, 6, 4):
        raise _Dropped("bad_network_header")
    if operation not in (1, 2):
        _weird(row, "odd_arp_operation")
    row["arp_operation"] = operation if operation in range(1, 255) else 255
    row["arp_src_mac"], row["arp_dst_mac"] = _number(message[8:14]), _number(message[18:24])
    row["src_hi"], row["src_lo"] = _address(message[14:18])
    row["dst_hi"], row["dst_lo"] = _address(message[24:28])
    row.update(network_start=offset, transport_start=offset + 28, payload_start=offset + 28)


def _ip(row: Values, rest: bytes, offset: int, on_wire: int) -> None:
    """``rest``: captured bytes from the IP header on; ``on_wire``: how many there were."""
    before = dict(row)
    head, size = _ipv4(row, rest) if row["ether_type"] == 0x0800 else _ipv6(row, rest, on_wire)
    if size == 0:
        _weird(row, "ip_length_zero")
        size = on_wire
    if size < head and before["ether_type"] == 0x0800:
        row.clear()
        row.update(before)
        raise _Dropped("bad_network_header")
    if size > on_wire:
        _weird(row, "ip_length_beyond_frame")
    row["network_start"], row["transport_start"] = offset, offset + head
    source = int(row["src_hi"]) << 64 | int(row["src_lo"])
    if source >> 120 == 0xFF or source >> 28 == 0xFFFFE or source == 0xFFFFFFFFFFFF:
        _weird(row, "group_source")
    _transport(row, rest[:size], offset, head, size)


def _ipv4(row: Values, rest: bytes) -> tuple[int, int]:
    """(bytes of header, total length by the header)."""
    _need(rest, 20, "truncated_network")
    head = rest[0] % 16 * 4
    if rest[0] // 16 != 4 or head < 20:
        raise _Dropped("bad_network_header")
    _need(rest, head, "truncated_network")
    _, tos, total, _, fragment, ttl, protocol = struct.unpack(">BBHHHBB", rest[:10])
    row.update(ip_version=4, tos=tos, ttl=ttl, protocol=protocol, ip_options=head - 20)
    row["fragment_offset"] = fragment % 8192
    row["ip_flags"] = (1 if fragment & 0x4000 else 0) + (2 if fragment & 0x2000 else 0)
    row["src_hi"], row["src_lo"] = _address(rest[12:16])
    row["dst_hi"], row["dst_lo"] = _address(rest[16:20])
    return head, total


def _ipv6(row: Values, rest: bytes, on_wire: int) -> tuple[int, int]:
    """As :func:`_ipv4`, extension headers among the header."""
    _need(rest, 40, "truncated_network")
    if rest[0] // 16 != 6:
        raise _Dropped("bad_network_header")
    first, length, following, hops = struct.unpack(">IHBB", rest[:8])
    row.update(ip_version=6, tos=first >> 20 & 255, ttl=hops)
    row["src_hi"], row["src_lo"] = _address(rest[8:24])
    row["dst_hi"], row["dst_lo"] = _address(rest[24:40])
    size = 0 if length == 0 and following != 59 else 40 + length
    readable = rest[: size or on_wire]
    protocol, head, fragment, whole = _extensions(readable, 40, following)
    if not whole:
        _weird(row, "cut_extension_header")
    if fragment is not None:
        row["fragment_offset"], row["ip_flags"] = fragment // 8, fragment % 2 * 2
    row["protocol"] = protocol
    row["ip_options"] = min(255, head - 40)
    return head, size


def _extensions(packet: bytes, at: int, kind: int) -> tuple[int, int, int | None, bool]:
    fragment = None
    for _ in range(17):
        if kind not in EXTENSIONS:
            return kind, at, fragment, True
        header = packet[at : at + 8]
        if len(header) < 8 or _ == 16:
            break
        units = {44: 8, 51: header[1] * 4 + 8}.get(kind, header[1] * 8 + 8)
        if at + units > len(packet):
            break
        if kind == 44:
            fragment = _number(header[2:4])
        kind, at = header[0], at + units
        if fragment is not None and fragment // 8 > 0:
            return kind, at, fragment, True
    return kind, at, fragment, False


def _transport(row: Values, packet: bytes, offset: int, head: int, size: int) -> None:
    """``packet``: what is readable of an IP packet of ``size`` bytes, ``head`` of them its header."""
    protocol, version = row["protocol"], row["ip_version"]
    segment, size = packet[head:], size - head
    skip: int | None = 0  # bytes of transport header; None when it is cut
    if row["fragment_offset"] == 0 and not (version == 6 and protocol in EXTENSIONS):
        if protocol == 6:
            skip = _tcp(row, segment, size)
        elif protocol == 17:
            skip, size = _udp(row, segment, size)
        elif (protocol, version) in ((1, 4), (58, 6)):
            skip = _icmp(row, segment)
        elif protocol == 132:
            skip = 12 if len(segment) >= 12 else None
            if skip is not None:
                row["src_port"], row["dst_port"] = struct.unpack(">HH", segment[:4])
    if skip is None:
        _weird(row, "cut_transport_header")
        row["payload_start"] = offset + len(packet)
        return
    parsed = row["fragment_offset"] == 0 and protocol in (6, 17)
    if parsed and 0 in (row["src_port"], row["dst_port"]):
        _weird(row, "port_zero")
    payload = segment[skip : max(size, skip)]
    row["payload_start"] = offset + head + skip
    row["payload_length"] = max(0, size - skip)
    row["payload_captured"] = len(payload)
    if payload and parsed:
        _application(row, payload, len(payload) < size - skip)


def _tcp(row: Values, segment: bytes, size: int) -> int | None:
    if len(segment) < 20:
        return None
    source, target, seq, ack, flags, window = struct.unpack(">HHIIHH", segment[:16])
    row.update(src_port=source, dst_port=target, tcp_seq=seq, tcp_ack=ack, tcp_flags=flags % 512, tcp_window=window)
    head = segment[12] // 16 * 4
    if not 20 <= head <= size:
        _weird(row, "bad_tcp_header")
        return size
    if len(segment) < head:
        _weird(row, "cut_transport_header")
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
            _weird(row, "bad_tcp_options")
            break
        if at + 1 == len(options):
            break
        kind, width = options[at], options[at + 1]
        if width < 2 or width > size - at:
            _weird(row, "bad_tcp_options")
            break
        seen |= {(2, 4): 1}.get((kind, width), {3: 2, 4: 4, 8: 8, 5: 16}.get(kind, 32))
        if (kind, width) == (2, 4) and len(options) >= at + 4:
            row["tcp_mss"] = _number(options[at + 2 : at + 4])
        at += width
    return seen


def _udp(row: Values, segment: bytes, size: int) -> tuple[int | None, int]:
    if len(segment) < 8:
        return None, size
    row["src_port"], row["dst_port"], length = struct.unpack(">HHH", segment[:6])
    fits = length <= size or int(row["ip_flags"]) & 2
    if length < 8 or not fits:
        _weird(row, "bad_udp_length")
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
        protocol, at, first = quote[9], quote[0] % 16 * 4, _number(quote[6:8]) % 8192 == 0
    else:
        _weird(row, "bad_quote")
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


def _application(row: Values, payload: bytes, cut: bool) -> None:
    ports = {row["src_port"], row["dst_port"]}
    if row["protocol"] == 17:
        if ports & {53, 5353, 5355} and not _dns(row, payload, 64 if 5353 in ports else 4) and not cut and 53 in ports:
            _weird(row, "odd_dns")
    elif 53 in ports:
        _dns(row, payload[2 : 2 + _number(payload[:2])], 64 if 5353 in ports else 4)
    elif not _tls(row, payload):
        _text(row, payload, cut)


def _dns(row: Values, message: bytes, most: int) -> bool:
    if len(message) < 12:
        return False
    _, flags, questions, answers, _, _ = struct.unpack(">6H", message[:12])
    if flags >> 11 & 15 or flags & 0x40 or questions > most:
        return False
    if questions:
        labels, at = [], 12
        while at < len(message) and message[at] != 0:
            size = message[at]
            if size > 63:
                return False
            labels.append(message[at + 1 : at + 1 + size])
            at += 1 + size
        if at >= len(message) or at - 12 + 1 > 255 or len(message) < at + 5:
            return False
        row["dns_qtype"] = _number(message[at + 1 : at + 3])
        _name(row, [label.lower() for label in labels])
    row.update(dns_kind=2 if flags & 0x8000 else 1, dns_rcode=flags % 16, dns_answers=answers)
    return True


def _name(row: Values, labels: list[bytes]) -> None:
    text, letters = b".".join(labels), b"".join(labels)
    row.update(dns_name_length=len(text), dns_labels=len(labels), dns_longest_label=max(map(len, labels), default=0))
    row.update(dns_name_hash=fnv1a(text), dns_parent_hash=fnv1a(b".".join(labels[-2:])))
    if letters:
        shares = [count / len(letters) for count in Counter(letters).values()]
        row["dns_entropy"] = -sum(share * math.log2(share) for share in shares)
        row["dns_digits"] = sum(48 <= letter <= 57 for letter in letters) / len(letters)


def fnv1a(text: bytes) -> int:
    """64-bit FNV-1a of some bytes; ``fnv1a(b"a")`` is 0xAF63DC4C8601EC8C."""
    state = 0xCBF29CE484222325
    for byte in text:
        state = (state ^ byte) * 0x100000001B3 % 2**64
    return state


def _tls(row: Values, payload: bytes) -> bool:
    if len(payload) < 5:
        return False
    kind, version, size = struct.unpack(">BHH", payload[:5])
    if kind not in range(20, 25) or version not in range(0x301, 0x305) or size not in range(1, 2**14 + 2049):
        return False
    row.update(tls_type=kind, tls_version=version, tls_length=size)
    body = payload[5:9]
    if kind == 22 and len(body) == 4 and 1 <= body[0] <= 24 and _number(body[1:]) + 4 <= size:
        row["tls_handshake"] = body[0]
    return True


def _text(row: Values, payload: bytes, cut: bool) -> None:
    for position, word in enumerate(METHODS):
        method = word.encode() + b" "
        target = payload[len(method) :]
        if payload.startswith(method) and target and (word == "CONNECT" or target.startswith((b"/", b"*", b"http"))):
            row["http_method"] = min(position + 1, 4)
            line = payload.replace(b"\n", b"\r").split(b"\r")[0]
            row["request_hash"] = fnv1a(b" ".join(line.split(b" ")[:2]))
    digits = b"0123456789"
    if payload.startswith(b"HTTP/") and len(payload) >= 12:
        plain = bytes(48 if byte in digits else byte for byte in payload[5:12])
        if plain == b"0.0 000" and payload[9:10] != b"0":
            row["http_status"] = int(payload[9:12])
    row["ssh_banner"] = int(payload.startswith(b"SSH-"))
    from_server = int(row["src_port"]) < 1024 or row["src_port"] in (2121, 2525)
    if from_server and len(payload) >= 4 and payload[0] in b"12345" and payload[1] in digits and payload[2] in digits:
        row["reply_code"] = int(payload[:3]) if payload[3] in b" -" else 0
    row["http_complete"] = int(_header_ends(payload, cut))


def _header_ends(payload: bytes, cut: bool) -> bool:
    if payload == b"\r\n" and not cut:
        return True
    control = next((at for at, byte in enumerate(payload) if byte < 32 and byte not in b"\t\r\n"), len(payload))
    # Every CR is as good as absent: what counts is a line without any other character.
    if b"\n\n" in payload[:control].replace(b"\r", b""):
        return True
    return cut and control == len(payload)
