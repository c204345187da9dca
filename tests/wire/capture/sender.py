"""Sends UDP datagrams by a raw socket: python sender.py INTERFACE COUNT [TAG], where TAG is a VLAN header in hex."""

from __future__ import annotations

import socket
import struct
import sys

MACS = bytes.fromhex("020000000001020000000002")


def main(interface: str, count: str, tag: str = "") -> None:
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as wire:
        wire.bind((interface, 0))
        for number in range(int(count)):
            payload = struct.pack(">I", number)
            udp = struct.pack(">HHHH", 40_000 + number % 100, 4789 - 4, 8 + len(payload), 0) + payload
            ends = bytes([192, 0, 2, 1, 192, 0, 2, 2])
            ip = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(udp), number & 0xFFFF, 0, 64, 17, 0) + ends
            wire.send(MACS + bytes.fromhex(tag) + b"\x08\x00" + ip + udp)


if __name__ == "__main__":
    main(*sys.argv[1:])
