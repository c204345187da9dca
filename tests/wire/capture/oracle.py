"""The slow way to read captures: struct, one record after the other, and Python's own big numbers."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from fractions import Fraction
from typing import NamedTuple

MAGICS = {
    b"\xd4\xc3\xb2\xa1": ("<", 1000, 16),
    b"\xa1\xb2\xc3\xd4": (">", 1000, 16),
    b"\x4d\x3c\xb2\xa1": ("<", 1, 16),
    b"\xa1\xb2\x3c\x4d": (">", 1, 16),
    b"\x34\xcd\xb2\xa1": ("<", 1000, 24),
    b"\xa1\xb2\xcd\x34": (">", 1000, 24),
    b"\xac\x01\x00\x1c": ("<", 1, 16),
    b"\x1c\x00\x01\xac": (">", 1, 16),
    b"\xab\x01\x00\x1c": ("<", 1000, 16),
    b"\x1c\x00\x01\xab": (">", 1000, 16),
}
LATEST_NS = 2**62 - 1


class Frame(NamedTuple):
    time_ns: int
    length: int
    link_type: int
    data: bytes


def read(data: bytes) -> Iterator[Frame]:
    """Every whole frame before the first fault; ``data`` are those of a pcap or a pcapng."""
    if data[:4] in MAGICS:
        yield from _pcap(data)
    else:
        yield from _pcapng(data)


def _pcap(data: bytes) -> Iterator[Frame]:
    order, tick, header = MAGICS[data[:4]]
    at = 28 if b"\x1c" in data[:4] else 24  # IXIA's has a length more
    if len(data) < at:
        return
    major, minor, _, _, _, link_type = struct.unpack(order + "HHiIII", data[4:24])
    assert major == 2
    while at + header <= len(data):
        seconds, fraction, captured, length = struct.unpack(order + "IIII", data[at : at + 16])
        if minor < 3 or (minor == 3 and captured > length):
            captured, length = length, captured
        at += header
        if captured > 2**18 or at + captured > len(data):
            return
        length = min(length, 2**31 - 1)
        yield Frame(seconds * 10**9 + fraction * tick, length, link_type & 0xFFFF, data[at : at + captured])
        at += captured


def nanoseconds(ticks: int, resolution: int, offset_s: int) -> int:
    """The time of a pcapng time stamp, by the meaning of if_tsresol and if_tsoffset."""
    base, exponent = (2, resolution & 0x7F) if resolution & 0x80 else (10, resolution)
    most = LATEST_NS // 10**9
    ns = min(int(Fraction(ticks * 10**9, base**exponent)), LATEST_NS) + max(-most, min(most, offset_s)) * 10**9
    return max(0, min(LATEST_NS, ns))


def _pcapng(data: bytes) -> Iterator[Frame]:
    order, at, last = "<", 0, 0
    interfaces: list[tuple[int, int, int, int]] = []
    while at + 12 <= len(data):
        section = data[at : at + 4] == b"\n\r\r\n"
        if section:
            if at + 28 > len(data) or data[at + 8 : at + 12] not in (b"\x4d\x3c\x2b\x1a", b"\x1a\x2b\x3c\x4d"):
                return
            order = "<" if data[at + 8] == 0x4D else ">"
            interfaces = []
        kind, total = struct.unpack(order + "II", data[at : at + 8])
        if total < (28 if section else 12) or total % 4 or total > 2**24 or at + total > len(data):
            return
        body = data[at + 8 : at + total - 4]
        at += total
        if section:
            if struct.unpack(order + "H", body[4:6])[0] != 1:
                return
            continue
        if struct.unpack(order + "I", data[at - 4 : at])[0] != total:
            return
        if kind == 1:
            if len(body) < 8:
                return
            link_type, _, snapshot = struct.unpack(order + "HHI", body[:8])
            resolution, offset_s = 6, 0
            options = body[8:]
            while len(options) >= 4:
                code, length = struct.unpack(order + "HH", options[:4])
                if code == 0 or 4 + length > len(options):
                    break
                value = options[4 : 4 + length]
                if code == 9 and length >= 1:
                    resolution = value[0]
                if code == 14 and length >= 8:
                    (offset_s,) = struct.unpack(order + "q", value[:8])
                options = options[4 + -(-length // 4) * 4 :]
            interfaces.append((link_type, snapshot, resolution, offset_s))
        elif kind in (2, 6):
            if len(body) < 20:
                return
            number, high, low, captured, length = struct.unpack(order + "IIIII", body[:20])
            if kind == 2:
                (number,) = struct.unpack(order + "H", body[:2])
            if number >= len(interfaces) or captured > len(body) - 20 or captured > 2**18:
                return
            link_type, _, resolution, offset_s = interfaces[number]
            last = nanoseconds(high << 32 | low, resolution, offset_s)
            yield Frame(last, min(length, 2**31 - 1), link_type, body[20 : 20 + captured])
        elif kind == 3:
            if len(body) < 4 or not interfaces:
                return
            (length,) = struct.unpack(order + "I", body[:4])
            captured = min(length, len(body) - 4, interfaces[0][1] or length)
            if captured > 2**18:
                return
            yield Frame(last, min(length, 2**31 - 1), interfaces[0][0], body[4 : 4 + captured])
