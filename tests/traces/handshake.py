"""Writes handshake.pcap: ARP finds a server, then a TCP connection opens, asks, is answered and closes."""

from __future__ import annotations

import struct
from pathlib import Path

CLIENT, SERVER = bytes([192, 0, 2, 10]), bytes([192, 0, 2, 20])
CLIENT_MAC, SERVER_MAC = bytes.fromhex("020000000010"), bytes.fromhex("020000000020")
FIN, SYN, PSH, ACK = 1, 2, 8, 16
START_S = 1_700_000_000


def checksum(data: bytes) -> int:
    """RFC 1071."""
    total = sum(struct.unpack(f"!{len(data) // 2 + len(data) % 2}H", data + bytes(len(data) % 2)))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def arp(operation: int, src_mac: bytes, src: bytes, dst_mac: bytes, dst: bytes) -> bytes:
    body = struct.pack("!HHBBH", 1, 0x0800, 6, 4, operation) + src_mac + src + dst_mac + dst
    return (b"\xff" * 6 if operation == 1 else dst_mac) + src_mac + b"\x08\x06" + body


def tcp(from_client: bool, flags: int, seq: int, ack: int, payload: bytes = b"") -> bytes:
    src, dst = (CLIENT, SERVER) if from_client else (SERVER, CLIENT)
    macs = SERVER_MAC + CLIENT_MAC if from_client else CLIENT_MAC + SERVER_MAC
    ports = (49152, 80) if from_client else (80, 49152)
    options = bytes.fromhex("020405b4") if flags & SYN else b""
    words = (20 + len(options)) // 4
    segment = struct.pack("!HHIIBBHHH", *ports, seq, ack, words << 4, flags, 65535, 0, 0) + options + payload
    pseudo = src + dst + struct.pack("!BBH", 0, 6, len(segment))
    segment = segment[:16] + struct.pack("!H", checksum(pseudo + segment)) + segment[18:]
    header = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(segment), seq & 0xFFFF, 0x4000, 64, 6, 0) + src + dst
    header = header[:10] + struct.pack("!H", checksum(header)) + header[12:]
    return macs + b"\x08\x00" + header + segment


ASK = b"GET / HTTP/1.1\r\nHost: example.org\r\n\r\n"
ANSWER = b"HTTP/1.1 204 No Content\r\n\r\n"
A, B = 1000, 5000  # initial sequence numbers

FRAMES = [
    arp(1, CLIENT_MAC, CLIENT, bytes(6), SERVER),
    arp(2, SERVER_MAC, SERVER, CLIENT_MAC, CLIENT),
    tcp(True, SYN, A, 0),
    tcp(False, SYN | ACK, B, A + 1),
    tcp(True, ACK, A + 1, B + 1),
    tcp(True, PSH | ACK, A + 1, B + 1, ASK),
    tcp(False, PSH | ACK, B + 1, A + 1 + len(ASK), ANSWER),
    tcp(True, FIN | ACK, A + 1 + len(ASK), B + 1 + len(ANSWER)),
    tcp(False, FIN | ACK, B + 1 + len(ANSWER), A + 2 + len(ASK)),
    tcp(True, ACK, A + 2 + len(ASK), B + 2 + len(ANSWER)),
]


def build() -> bytes:
    """The file: microseconds, little-endian, Ethernet, a frame every 10 ms."""
    data = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1)
    for i, frame in enumerate(FRAMES):
        data += struct.pack("<IIII", START_S, i * 10_000, len(frame), len(frame)) + frame
    return data


if __name__ == "__main__":
    Path(__file__).with_suffix(".pcap").write_bytes(build())
