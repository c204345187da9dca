"""Small captures of known packets, and the files that label them."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from packetclip.wire import capture
from tests.wire.packets.making import arp, ethernet, icmp, ipv4, tcp, udp

T0 = 1_500_000_000
"""Unix seconds at which the captures begin: 2017-07-14 02:40:00 UTC."""


class Sent(NamedTuple):
    """One packet: when, after T0, and between whom; protocol 0 is ARP."""

    after_s: float
    src: str
    sport: int
    dst: str
    dport: int
    protocol: int = 6
    payload: bytes = b""


def written(path: Path, packets: Sequence[Sent]) -> Path:
    """A capture of these packets."""
    path.parent.mkdir(parents=True, exist_ok=True)
    capture.write(path, [capture.memory([(T0 * 10**9 + round(p.after_s * 1e9), _frame(p)) for p in packets])])
    return path


def _frame(p: Sent) -> bytes:
    src, dst = ipaddress.IPv4Address(p.src).packed, ipaddress.IPv4Address(p.dst).packed
    if p.protocol == 0:
        return ethernet(arp(1, src, dst), 0x0806)
    inner = {
        1: icmp(8, payload=p.payload),
        6: tcp(p.payload, p.sport, p.dport),
        17: udp(p.payload, p.sport, p.dport),
    }[p.protocol]
    return ethernet(ipv4(inner, p.protocol, src, dst))


A, B, C = "10.0.0.1", "10.0.0.2", "10.0.0.3"

TRAFFIC = (
    Sent(0.0, A, 40000, B, 80),
    Sent(0.5, B, 80, A, 40000),
    Sent(1.0, C, 50000, B, 22),
    Sent(2.0, A, 40000, B, 80),
    Sent(3.0, C, 0, B, 0, 1),
    Sent(4.0, C, 0, B, 0, 0),
    Sent(100.0, C, 50001, B, 53, 17),
)
"""A web connection, one try at SSH, a ping, an ARP request, and a datagram after a long silence."""
