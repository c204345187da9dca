"""A few hundred frames made by hand: a scan, a web request, pings, ARP, and something that nobody parses."""

from __future__ import annotations

import struct
from pathlib import Path

from packetclip.wire import capture

ETHER = bytes.fromhex("020000000002") + bytes.fromhex("020000000001")


def records() -> list[tuple[int, bytes]]:
    """(time in ns, frame)."""
    out: list[tuple[int, bytes]] = []
    now = 1_700_000_000_000_000_000
    for n in range(120):
        now += 10_000_000
        out.append((now, tcp(1, 2, 40_000 + n, 1 + n, 0x02)))
        out.append((now + 1000, tcp(2, 1, 1 + n, 40_000 + n, 0x14)))
        if n % 10 == 0:
            out.append((now + 2000, tcp(3, 4, 50_000, 80, 0x18, b"GET / HTTP/1.1\r\nHost: example\r\n\r\n")))
            out.append((now + 3000, ip(3, 4, 1, struct.pack(">BBHHH", 8, 0, 0, 1, n) + b"x" * 32)))
            out.append((now + 4000, ETHER + b"\x88\xcc" + b"\x02\x07" * 10))
        if n % 30 == 0:
            out.append((now + 5000, arp(n)))
            out.append((now + 6000, b"\x00" * 5))
    return out


def write(path: Path) -> Path:
    capture.write(path, [capture.memory(records())])
    return path


def ip(src: int, dst: int, protocol: int, payload: bytes) -> bytes:
    ends = bytes([10, 0, 0, src, 10, 0, 0, dst])
    return (
        ETHER
        + b"\x08\x00"
        + struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(payload), 0, 0, 64, protocol, 0)
        + ends
        + payload
    )


def tcp(src: int, dst: int, src_port: int, dst_port: int, flags: int, payload: bytes = b"") -> bytes:
    head = struct.pack(">HHIIBBHHH", src_port, dst_port, 1, 1, 0x50, flags, 1024, 0, 0)
    return ip(src, dst, 6, head + payload)


def arp(n: int) -> bytes:
    sender = bytes.fromhex("020000000001") + bytes([10, 0, 0, 1])
    return (
        ETHER + b"\x08\x06" + struct.pack(">HHBBH", 1, 0x0800, 6, 4, 1) + sender + bytes(6) + bytes([10, 0, 0, n % 250])
    )
