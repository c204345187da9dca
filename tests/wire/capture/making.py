"""Captures as bytes, piece by piece, and frames as plain values."""

from __future__ import annotations

import struct
from collections.abc import Iterable

from packetclip.wire.capture import Frames
from tests.wire.capture.oracle import Frame


def pcap(
    records: Iterable[tuple[int, int, bytes]],
    order: str = "<",
    magic: int = 0xA1B2C3D4,
    version: int = 4,
    link: int = 1,
) -> bytes:
    """A pcap of (seconds, fraction, frame)."""
    data = struct.pack(order + "IHHiIII", magic, 2, version, 0, 0, 65535, link)
    data += bytes(4) if magic >> 24 == 0x1C else b""
    for seconds, fraction, frame in records:
        lengths = (len(frame), len(frame))
        data += struct.pack(order + "IIII", seconds, fraction, *lengths)
        data += bytes(8) if magic == 0xA1B2CD34 else b""
        data += frame
    return data


def block(kind: int, body: bytes, order: str = "<") -> bytes:
    body += bytes(-len(body) % 4)
    total = struct.pack(order + "I", len(body) + 12)
    return struct.pack(order + "I", kind) + total + body + total


def option(code: int, value: bytes, order: str = "<") -> bytes:
    return struct.pack(order + "HH", code, len(value)) + value + bytes(-len(value) % 4)


def section(order: str = "<", major: int = 1) -> bytes:
    return block(0x0A0D0D0A, struct.pack(order + "IHHq", 0x1A2B3C4D, major, 0, -1), order)


def interface(
    order: str = "<", link: int = 1, snapshot: int = 0, resolution: int | None = None, offset_s: int | None = None
) -> bytes:
    body = struct.pack(order + "HHI", link, 0, snapshot) + option(2, b"eth0", order)
    if resolution is not None:
        body += option(9, bytes([resolution]), order)
    if offset_s is not None:
        body += option(14, struct.pack(order + "q", offset_s), order)
    return block(1, body + option(0, b"", order), order)


def enhanced(frame: bytes, ticks: int = 0, number: int = 0, order: str = "<") -> bytes:
    head = struct.pack(order + "IIIII", number, ticks >> 32, ticks & 0xFFFFFFFF, len(frame), len(frame))
    return block(6, head + frame + bytes(-len(frame) % 4) + option(1, b"a comment", order), order)


def obsolete(frame: bytes, ticks: int = 0, number: int = 0, order: str = "<") -> bytes:
    head = struct.pack(order + "HHIIII", number, 7, ticks >> 32, ticks & 0xFFFFFFFF, len(frame), len(frame))
    return block(2, head + frame, order)


def simple(frame: bytes, length: int | None = None, order: str = "<") -> bytes:
    return block(3, struct.pack(order + "I", len(frame) if length is None else length) + frame, order)


def statistics(number: int, drops: dict[int, int], order: str = "<") -> bytes:
    body = struct.pack(order + "III", number, 0, 0)
    body += b"".join(option(code, struct.pack(order + "Q", count), order) for code, count in drops.items())
    return block(5, body + option(0, b"", order), order)


def plain(batches: Iterable[Frames]) -> list[Frame]:
    """Frames as the oracle has them; checks on the way that they are numbered and lie in order, not far apart."""
    found: list[Frame] = []
    for batch in batches:
        at = 0
        for i in range(len(batch)):
            assert batch.index[i] == len(found)
            assert batch.start[i] >= at
            at = int(batch.start[i] + batch.captured[i])
            data = batch.data[batch.start[i] : at].tobytes()
            found.append(Frame(int(batch.time_ns[i]), int(batch.length[i]), int(batch.link_type[i]), data))
        assert at == len(batch.data) <= 2 * batch.captured.sum()
    return found
