"""The summary again, in plain Python with dictionaries: one packet at a time, nothing clever."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from packetclip.wire.flows import BEGUN, FlowSteps
from packetclip.wire.packets import DROPS, LAYERS, TUNNELS, PacketBatch
from packetclip.wire.summary import talkers
from packetclip.wire.summary.names import APPLICATIONS, CARRIERS
from packetclip.wire.summary.timeline import BINS, WIDTHS_NS

UNREAD = {DROPS.index("unknown_link_type"), DROPS.index("truncated_link")}
PORTS = {6: "tcp", 17: "udp", 132: "sctp"}

Address = tuple[int, int]


@dataclass
class Host:
    missed: int
    sent: list[int] = field(default_factory=lambda: [0, 0])
    received: list[int] = field(default_factory=lambda: [0, 0])

    @property
    def most(self) -> int:
        return self.missed + self.sent[1] + self.received[1]


class Oracle:
    def __init__(self) -> None:
        self.times: list[tuple[int, int]] = []
        self.captured = self.cut = self.floor = 0
        self.layers: Counter[str] = Counter()
        self.tunnels: Counter[str] = Counter()
        self.links: Counter[int] = Counter()
        self.ether_types: Counter[int] = Counter()
        self.protocols: Counter[int] = Counter()
        self.flows: Counter[int] = Counter()
        self.applications: Counter[str] = Counter()
        self.services: defaultdict[tuple[str, int], list[int]] = defaultdict(lambda: [0, 0, 0])
        self.hosts: dict[Address, Host] = {}
        self.addresses: set[Address] = set()

    def update(self, packets: PacketBatch, steps: FlowSteps) -> None:
        for row, step in zip(packets.rows, steps.rows, strict=True):
            self._packet(_plain(row), _plain(step))

    def _packet(self, row: dict[str, int], step: dict[str, int]) -> None:
        if len(self.hosts) + 2 > talkers.MOST:
            self._forget()
        length = max(row["length"], 0)
        self.times.append((row["time_ns"], length))
        self.captured += max(row["captured"], 0)
        self.cut += row["captured"] < row["length"]
        self.links[row["link_type"]] += 1
        if row["dropped"] in UNREAD:
            return
        self.ether_types[row["ether_type"]] += 1
        self.layers.update(name for bit, name in enumerate(LAYERS) if row["layers"] >> bit & 1)
        if 0 < row["tunnel"] < len(TUNNELS):
            self.tunnels[TUNNELS[row["tunnel"]]] += 1
        if row["dropped"]:
            return
        if row["ip_version"]:
            self.protocols[row["protocol"]] += 1
        if name := _application(row):
            self.applications[name] += 1
        if step["flow"] >= 0:
            begun = bool(step["event"] & BEGUN)
            self.flows[row["protocol"] if row["ip_version"] else 256] += begun
            if row["protocol"] in PORTS and not row["fragment_offset"]:
                port = row["dst_port"] if step["is_orig"] == 1 else row["src_port"]
                cell = self.services[PORTS[row["protocol"]], port]
                cell[:] = cell[0] + 1, cell[1] + length, cell[2] + begun
        for side, way in (("src", "sent"), ("dst", "received")):
            address = row[f"{side}_hi"], row[f"{side}_lo"]
            self.addresses.add(address)
            counts = getattr(self.hosts.setdefault(address, Host(self.floor)), way)
            counts[:] = counts[0] + 1, counts[1] + length

    def _forget(self) -> None:
        sizes = sorted(host.most for host in self.hosts.values())
        self.floor = sizes[len(sizes) // 2]
        self.hosts = {address: host for address, host in self.hosts.items() if host.most > self.floor}

    def rate(self) -> tuple[int, int, list[int], list[int]]:
        """(number of the first bin, width, packets, bytes)"""
        times = [time_ns for time_ns, _ in self.times]
        width = next(w for w in WIDTHS_NS.tolist() if max(times) // w - min(times) // w < BINS)
        first, last = min(times) // width, max(times) // width
        packets, sizes = [0] * (last - first + 1), [0] * (last - first + 1)
        for time_ns, length in self.times:
            packets[time_ns // width - first] += 1
            sizes[time_ns // width - first] += length
        return first, width, packets, sizes

    def talkers(self) -> list[tuple[Address, Host]]:
        return sorted(
            self.hosts.items(), key=lambda item: (-(item[1].sent[1] + item[1].received[1]), item[0][0], item[0][1])
        )

    def top_services(self) -> list[tuple[str, int, int, int, int]]:
        found = [(name, port, *cell) for (name, port), cell in self.services.items()]
        return sorted(found, key=lambda s: (-s[3], -s[2], CARRIERS.index(s[0]), s[1]))


def _plain(row: Any) -> dict[str, int]:
    return {name: value for name, value in zip(row.dtype.names, row.item(), strict=True) if isinstance(value, int)}


def _application(row: dict[str, int]) -> str:
    ports = {row["src_port"], row["dst_port"]}
    if row["dns_kind"]:
        name = "mdns" if 5353 in ports else "llmnr" if 5355 in ports else "dns"
    elif row["tls_type"]:
        name = "tls"
    elif row["http_method"] or row["http_status"]:
        name = "http"
    else:
        name = "ssh" if row["ssh_banner"] else ""
    assert not name or name in APPLICATIONS
    return name


def stirred(word: int) -> int:
    """The finisher of MurmurHash3 in plain integers."""
    mask = 2**64 - 1
    word ^= word >> 33
    word = word * 0xFF51AFD7ED558CCD & mask
    word ^= word >> 33
    word = word * 0xC4CEB9FE1A85EC53 & mask
    return word ^ word >> 33


def registers_of(addresses: set[Address], bits: int) -> np.ndarray[Any, np.dtype[np.uint8]]:
    registers = np.zeros(1 << bits, np.uint8)
    for hi, lo in addresses:
        word = stirred(stirred(0x9E3779B97F4A7C15 ^ hi) ^ lo)
        rest = f"{word & (1 << 64 - bits) - 1:0{64 - bits}b}"
        rank = len(rest) - len(rest.lstrip("0")) + 1
        registers[word >> 64 - bits] = max(registers[word >> 64 - bits], rank)
    return registers
