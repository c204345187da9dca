"""What a payload begins with: DNS, TLS, text."""

from __future__ import annotations

import math
import struct
from collections import Counter

from packetclip.wire.packets.oracle.values import Values, number, weird

METHODS = ["GET", "POST", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH", "CONNECT", "TRACE", "PROPFIND"]


def application(row: Values, payload: bytes, cut: bool) -> None:
    """Columns of DNS, TLS and text; ``cut`` says that the payload goes on behind what was captured."""
    ports = {row["src_port"], row["dst_port"]}
    if row["protocol"] == 17:
        if ports & {53, 5353, 5355} and not _dns(row, payload, 64 if 5353 in ports else 4) and not cut and 53 in ports:
            weird(row, "odd_dns")
    elif 53 in ports:
        _dns(row, payload[2 : 2 + number(payload[:2])], 64 if 5353 in ports else 4)
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
        row["dns_qtype"] = number(message[at + 1 : at + 3])
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
    if kind == 22 and len(body) == 4 and 1 <= body[0] <= 24 and number(body[1:]) + 4 <= size:
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
