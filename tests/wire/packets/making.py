"""Frames made by hand, and columns of them: what the tests of this room dissect."""

from __future__ import annotations

import struct
from collections.abc import Sequence

import numpy as np

from packetclip.wire.capture.frames import Frames

A, B = bytes([10, 0, 0, 1]), bytes([10, 0, 0, 2])
A6, B6 = bytes.fromhex("20010db8000000000000000000000001"), bytes.fromhex("20010db8000000000000000000000002")


def frames_of(frames: Sequence[bytes], link_type: int | Sequence[int] = 1, extra: int | Sequence[int] = 0) -> Frames:
    """Frames of these bytes; ``extra`` bytes more were on the wire."""
    captured = np.array([len(frame) for frame in frames], np.int32)
    return Frames(
        data=np.frombuffer(b"".join(frames), np.uint8),
        start=np.cumsum(captured, dtype=np.int64) - captured,
        captured=captured,
        length=(captured + np.asarray(extra)).astype(np.int32),
        time_ns=np.arange(len(frames), dtype=np.int64) * 1_000_000,
        link_type=np.broadcast_to(np.asarray(link_type, np.int32), len(frames)).copy(),
        index=np.arange(len(frames), dtype=np.int64),
    )


def ethernet(payload: bytes, ether_type: int = 0x0800, tags: Sequence[tuple[int, int]] = ()) -> bytes:
    """``tags`` are (EtherType, VLAN id)."""
    header = b"\x02\0\0\0\0\x02" + b"\x02\0\0\0\0\x01"
    for kind, number in tags:
        header += struct.pack(">HH", kind, number)
    return header + struct.pack(">H", ether_type) + payload


def sll(payload: bytes, ether_type: int = 0x0800) -> bytes:
    return struct.pack(">HHH", 0, 1, 6) + b"\x02\0\0\0\0\x01\0\0" + struct.pack(">H", ether_type) + payload


def sll2(payload: bytes, ether_type: int = 0x0800) -> bytes:
    return struct.pack(">HHIHBB", ether_type, 0, 2, 1, 0, 6) + b"\x02\0\0\0\0\x01\0\0" + payload


def ipv4(
    payload: bytes,
    protocol: int = 6,
    src: bytes = A,
    dst: bytes = B,
    *,
    ttl: int = 64,
    tos: int = 0,
    identification: int = 1,
    fragment: int = 0x4000,
    options: bytes = b"",
    total: int | None = None,
    checksum: int = 0,
) -> bytes:
    head = 20 + len(options)
    total = head + len(payload) if total is None else total
    first = struct.pack(">BBHHHBBH", 0x40 + head // 4, tos, total, identification, fragment, ttl, protocol, checksum)
    return first + src + dst + options + payload


def ipv6(
    payload: bytes,
    following: int = 6,
    src: bytes = A6,
    dst: bytes = B6,
    *,
    hops: int = 64,
    traffic_class: int = 0,
    flow_label: int = 0,
    length: int | None = None,
) -> bytes:
    length = len(payload) if length is None else length
    first = struct.pack(">IHBB", 6 << 28 | traffic_class << 20 | flow_label, length, following, hops)
    return first + src + dst + payload


def tcp(
    payload: bytes = b"",
    sport: int = 40000,
    dport: int = 80,
    *,
    flags: int = 0x18,
    seq: int = 1000,
    ack: int = 2000,
    window: int = 500,
    options: bytes = b"",
    checksum: int = 0,
    offset: int | None = None,
) -> bytes:
    offset = 5 + len(options) // 4 if offset is None else offset
    return (
        struct.pack(">HHIIHHHH", sport, dport, seq, ack, offset << 12 | flags, window, checksum, 0) + options + payload
    )


def udp(
    payload: bytes = b"", sport: int = 40000, dport: int = 9, *, length: int | None = None, checksum: int = 0
) -> bytes:
    return struct.pack(">HHHH", sport, dport, 8 + len(payload) if length is None else length, checksum) + payload


def icmp(kind: int, code: int = 0, rest: bytes = b"\0\x07\0\x01", payload: bytes = b"", checksum: int = 0) -> bytes:
    return struct.pack(">BBH", kind, code, checksum) + rest + payload


def arp(operation: int = 1, sender: bytes = A, target: bytes = B, sender_mac: bytes = b"\x02\0\0\0\0\x01") -> bytes:
    return struct.pack(">HHBBH", 1, 0x0800, 6, 4, operation) + sender_mac + sender + bytes(6) + target


def dns(
    name: str = "www.example.com", qtype: int = 1, *, flags: int = 0x0100, number: int = 7, answers: int = 0
) -> bytes:
    labels = b"".join(bytes([len(label)]) + label.encode("latin-1") for label in name.split(".") if label)
    return struct.pack(">6H", number, flags, 1, answers, 0, 0) + labels + b"\0" + struct.pack(">HH", qtype, 1)


def client_hello(server_name: bytes = b"www.example.com") -> bytes:
    listed = b"\0" + struct.pack(">H", len(server_name)) + server_name
    extension = struct.pack(">HHH", 0, len(listed) + 2, len(listed)) + listed
    body = (
        b"\x03\x03"
        + bytes(range(32))
        + b"\0"
        + b"\0\x02\x13\x01"
        + b"\x01\0"
        + struct.pack(">H", len(extension))
        + extension
    )
    message = b"\x01" + struct.pack(">I", len(body))[1:] + body
    return b"\x16\x03\x01" + struct.pack(">H", len(message)) + message


def mpls(payload: bytes, *labels: int) -> bytes:
    last = len(labels) - 1
    return b"".join(struct.pack(">I", label << 12 | (i == last) << 8 | 64) for i, label in enumerate(labels)) + payload


def pppoe(payload: bytes, protocol: int = 0x21, code: int = 0) -> bytes:
    return struct.pack(">BBHHH", 0x11, code, 7, len(payload) + 2, protocol) + payload


def wlan(payload: bytes, ether_type: int = 0x0800, *, control: int = 0x08, flags: int = 1, extra: bytes = b"") -> bytes:
    """A data frame; ``extra`` stands between the fixed header and LLC."""
    addresses = b"\x02\0\0\0\0\x0a" + b"\x02\0\0\0\0\x01" + b"\x02\0\0\0\0\x02"
    llc = b"\xaa\xaa\x03\0\0\0" + struct.pack(">H", ether_type)
    return bytes([control, flags, 0, 0]) + addresses + b"\0\0" + extra + llc + payload


def radiotap(frame: bytes, flags: int | None = None) -> bytes:
    fields = b"" if flags is None else bytes(8) + bytes([flags, 0])
    present = 0 if flags is None else 3
    return struct.pack("<BBHI", 0, 0, 8 + len(fields), present) + fields + frame


def ppi(frame: bytes, link_type: int = 105) -> bytes:
    return struct.pack("<BBHI", 0, 0, 8, link_type) + frame


def pktap(frame: bytes, link_type: int = 1) -> bytes:
    return struct.pack("<III", 108, 1, link_type).ljust(108, b"\0") + frame


def prism(frame: bytes) -> bytes:
    return struct.pack("<II", 0x44, 144).ljust(144, b"\0") + frame


def avs(frame: bytes) -> bytes:
    return struct.pack(">II", 0x80211001, 64).ljust(64, b"\0") + frame


def nflog(packet: bytes, family: int = 2, order: str = "<") -> bytes:
    prefix = struct.pack(order + "HH", 7, 10) + b"ab\0\0"
    return bytes([family, 0, 0, 42]) + prefix + struct.pack(order + "HH", 4 + len(packet), 9) + packet


def gre(payload: bytes, ether_type: int = 0x0800, flags: int = 0, options: bytes = b"") -> bytes:
    return struct.pack(">HH", flags, ether_type) + options + payload


def vxlan(frame: bytes, flags: int = 8, following: int = 0) -> bytes:
    return bytes([flags, 0, 0, following, 0, 0, 99, 0]) + frame


def geneve(payload: bytes, ether_type: int = 0x6558, options: bytes = b"") -> bytes:
    return struct.pack(">BBHI", len(options) // 4, 0, ether_type, 99 << 8) + options + payload


def gtp(packet: bytes, flags: int = 0x30, more: bytes = b"", kind: int = 255) -> bytes:
    return struct.pack(">BBHI", flags, kind, len(more) + len(packet), 77) + more + packet


def ayiya(packet: bytes, following: int = 41) -> bytes:
    return struct.pack(">BBBBI", 0x41, 0x52, 0x11, following, 9) + A6 + bytes(20) + packet


def capwap(frame: bytes, binding: int = 1, native: int = 1) -> bytes:
    return struct.pack(">II", 2 << 19 | binding << 9 | native << 8, 0) + frame
