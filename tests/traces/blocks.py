"""Writes blocks.pcapng: every block that holds a frame, with all that readers step over between them."""

from __future__ import annotations

import struct
from pathlib import Path

UDP = bytes.fromhex("0035003500080000")
FRAME = bytes.fromhex("0200000000020200000000010800") + bytes.fromhex("4500001c0001000040110000c0000201c0000202") + UDP
START_US = 1_700_000_000_000_000


def block(kind: int, body: bytes) -> bytes:
    body += bytes(-len(body) % 4)
    total = struct.pack("<I", len(body) + 12)
    return struct.pack("<I", kind) + total + body + total


def option(code: int, value: bytes) -> bytes:
    return struct.pack("<HH", code, len(value)) + value + bytes(-len(value) % 4)


def ticks(us: int) -> bytes:
    return struct.pack("<II", (START_US + us) >> 32, (START_US + us) & 0xFFFFFFFF)


def build() -> bytes:
    """The file."""
    lengths = struct.pack("<II", len(FRAME), len(FRAME) + 100)
    return b"".join(
        [
            block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1) + option(3, b"no system") + option(0, b"")),
            block(1, struct.pack("<HHI", 1, 0, 40) + option(2, b"eth0") + option(13, b"\4") + option(0, b"")),
            block(4, struct.pack("<HH4s", 1, 9, bytes([192, 0, 2, 1])) + b"host\0" + bytes(7)),  # name resolution
            block(2, struct.pack("<HH", 0, 3) + ticks(1) + lengths + FRAME),  # obsolete, three drops before it
            block(10, struct.pack("<II", 0x544C534B, 6) + b"secret"),  # decryption secrets
            block(6, struct.pack("<I", 0) + ticks(2) + lengths + FRAME + bytes(2) + option(1, b"a comment")),
            block(3, struct.pack("<I", len(FRAME)) + FRAME[:40]),  # simple: no time, cut by the snapshot length
            block(0xBAD, struct.pack("<I", 32473) + b"custom"),
            block(0x40000AAA, b"of nobody"),
            block(5, struct.pack("<I", 0) + ticks(3) + option(4, bytes(8)) + option(5, bytes(8)) + option(0, b"")),
        ]
    )


if __name__ == "__main__":
    Path(__file__).with_suffix(".pcapng").write_bytes(build())
