"""Packets for tests of flows: rows of PACKET built by hand or by Hypothesis."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from packetclip.wire.packets.batch import PACKET, PacketBatch

MAPPED = 0xFFFF << 32
SECOND = 1_000_000_000
FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16


def packet(**columns: Any) -> dict[str, Any]:
    """A row as a dict: TCP over IPv4 in Ethernet unless the columns say otherwise."""
    row: dict[str, Any] = dict.fromkeys(PACKET.names or (), 0)
    row.update(
        link_type=1, vlan=-1, ip_version=4, ether_type=0x0800, protocol=6, src_lo=MAPPED | 1, dst_lo=MAPPED | 2,
        src_port=40000, dst_port=80, payload_start=54, network_start=14, tcp_window=1000,
    )  # fmt: skip
    return row | columns


def back(**columns: Any) -> dict[str, Any]:
    """The same, from the other side."""
    return packet(src_lo=MAPPED | 2, dst_lo=MAPPED | 1, src_port=80, dst_port=40000) | columns


def batch(packets: list[dict[str, Any]]) -> PacketBatch:
    rows: NDArray[Any] = np.zeros(len(packets), PACKET)
    for row, columns in zip(rows, packets, strict=True):
        for name, value in columns.items():
            row[name] = value
    return PacketBatch(rows, np.zeros(0, np.uint8))


def _among(rng: np.random.Generator, count: int, **weights: tuple[Any, ...]) -> dict[str, NDArray[Any]]:
    return {name: rng.choice(values, count) for name, values in weights.items()}


def stream(seed: int, count: int) -> PacketBatch:
    """Any packets among few hosts and ports, so that flows meet, end and begin anew; times mostly rise."""
    rng = np.random.default_rng(seed)
    rows: NDArray[Any] = np.zeros(count, PACKET)
    flags = (SYN, SYN, SYN | ACK, ACK, ACK, ACK | PSH, FIN | ACK, FIN | ACK, RST, RST | ACK, 0, SYN | FIN, FIN | RST)
    gaps = (0, 1000, 10**6, SECOND) * 8 + tuple(s * SECOND for s in (20, 61, 301, -1, -90))
    common = _among(
        rng, count, time_ns=gaps, dropped=(0,) * 20 + (1,), ether_type=(0x0800,),
        protocol=(6, 6, 6, 17, 17, 1, 1, 58, 47), link_type=(1, 1, 101, 113, 276), vlan=(-1, -1, 7),
        ip_flags=(0, 0, 0, 0, 1, 2), fragment_offset=(0,) * 12 + (185,),
        payload_length=(0, 0, 0, 1, 100, -1), payload_start=(0, 42, 54), network_start=(0, 14, 14, 18),
        tcp_flags=flags, tcp_seq=(0, 1, 2, 100, 101, 2**32 - 1, 2**31), tcp_window=(0, 1000, 1000),
        icmp_code=(0, 0, 3, 4), quoted_protocol=(0, 1, 6, 17),
        quoted_src_port=(80, 40000, 40000, 8, 3), quoted_dst_port=(80, 80, 40000, 0),
    )  # fmt: skip
    for name, values in common.items():
        rows[name] = values
    rows["time_ns"] = 1_700_000_000 * SECOND + np.cumsum(rows["time_ns"])
    rows["ip_version"] = 4
    hosts = MAPPED | np.array((1, 1, 1, 2, 2, 2, 3))
    swap = rng.random(count) < 0.5
    clients, servers = rng.choice(hosts[:4], count), rng.choice(hosts[3:], count)
    ports = rng.choice((40000,) * 8 + (80, 0), count), rng.choice((80,) * 8 + (8080, 40001), count)
    for side, host, port in (("src", clients, ports[0]), ("dst", servers, ports[1])):
        other, other_port = (servers, ports[1]) if side == "src" else (clients, ports[0])
        rows[f"{side}_lo"] = np.where(swap, other, host)
        rows[f"{side}_port"] = np.where(swap, other_port, port)
        rows[f"quoted_{side}_lo"] = rng.choice(hosts, count)
    rows["icmp_type"] = np.where(
        rows["protocol"] == 58, rng.choice((1, 128, 129, 135, 136), count), rng.choice((0, 3, 3, 8, 11), count)
    )
    arp = rng.random(count) < 0.05
    rows["ip_version"][arp], rows["protocol"][arp], rows["ether_type"][arp] = 0, 0, 0x0806
    rows["arp_operation"][arp] = rng.choice((0, 1, 2), int(arp.sum()))
    return PacketBatch(rows, np.zeros(0, np.uint8))


def streams() -> st.SearchStrategy[PacketBatch]:
    """Streams of up to three hundred packets."""
    return st.builds(stream, st.integers(0, 2**32), st.integers(0, 300))
