"""Writes interfaces.pcapng: two sections, one in each byte order, of three link types and three clocks each."""

from __future__ import annotations

import struct
from pathlib import Path

UDP = bytes.fromhex("0035003500080000")
IPV4 = bytes.fromhex("4500001c0001000040110000c0000201c0000202") + UDP
ETHERNET = bytes.fromhex("0200000000020200000000010800") + IPV4
COOKED = bytes.fromhex("0000000100060200000000010000" + "0800") + IPV4
START_S = 1_700_000_000

# (link type, if_tsresol, if_tsoffset in seconds, frame, ticks)
INTERFACES = [
    (1, 6, 0, ETHERNET, START_S * 10**6),
    (101, 9, 0, IPV4, START_S * 10**9 + 1),
    (113, 0x80 | 20, START_S, COOKED, 3 << 19),
]


def block(order: str, kind: int, body: bytes) -> bytes:
    total = struct.pack(order + "I", len(body) + 12)
    return struct.pack(order + "I", kind) + total + body + total


def section(order: str) -> bytes:
    data = block(order, 0x0A0D0D0A, struct.pack(order + "IHHq", 0x1A2B3C4D, 1, 0, -1))
    for link_type, resolution, offset_s, _, _ in INTERFACES:
        options = struct.pack(order + "HHB3xHHqHH", 9, 1, resolution, 14, 8, offset_s, 0, 0)
        data += block(order, 1, struct.pack(order + "HHI", link_type, 0, 0) + options)
    for number, (_, _, _, frame, ticks) in enumerate(INTERFACES):
        head = struct.pack(order + "IIIII", number, ticks >> 32, ticks & 0xFFFFFFFF, len(frame), len(frame))
        data += block(order, 6, head + frame + bytes(-len(frame) % 4))
    return data


def build() -> bytes:
    """The file."""
    return section("<") + section(">")


if __name__ == "__main__":
    Path(__file__).with_suffix(".pcapng").write_bytes(build())
