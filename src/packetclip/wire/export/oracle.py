"""What the accumulator should say, in plain Python: every packet is kept, and counted at the end."""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from packetclip.wire.export.kernel import FLAGS

Packet = dict[str, Any]


class Oracle:
    """The accumulator's slow twin; packets and steps are dicts with the names of PACKET and STEP."""

    def __init__(self) -> None:
        self.packets: dict[int, list[tuple[Packet, Packet]]] = defaultdict(list)

    def update(self, packet: Packet, step: Packet) -> None:
        """Take in one packet."""
        if step["flow"] >= 0:
            self.packets[step["flow"]].append((packet, step))

    def describe(self, flow: int) -> dict[str, Any]:
        """The columns of :data:`packetclip.wire.export.columns.COLUMNS` that come from packets alone."""
        both = self.packets[flow]
        first, begun = both[0]
        macs = (first["src_mac"], first["dst_mac"])
        orig_mac, resp_mac = macs if begun["is_orig"] else macs[::-1]
        told: dict[str, Any] = {"orig_mac": orig_mac, "resp_mac": resp_mac}
        told |= _spread("size", [packet["length"] for packet, _ in both])
        told |= _spread("iat", [step["gap_ns"] / 1e9 for _, step in both if step["gap_ns"] >= 0])
        for name, is_orig in (("orig", 1), ("resp", 0)):
            side = [(packet, step) for packet, step in both if step["is_orig"] == is_orig]
            told[f"{name}_first"] = side[0][0]["time_ns"] if side else None
            told[f"{name}_last"] = max(packet["time_ns"] for packet, _ in side) if side else None
            told[f"{name}_frame_bytes"] = sum(packet["length"] for packet, _ in side)
            told |= _spread(f"{name}_size", [packet["length"] for packet, _ in side])
            told |= _spread(f"{name}_iat", [step["side_gap_ns"] / 1e9 for _, step in side if step["side_gap_ns"] >= 0])
            for bit, flag in enumerate(FLAGS):
                told[f"{name}_{flag}"] = sum(_flags(packet) >> bit & 1 for packet, _ in side)
        told["service"] = ",".join(name for name, shown in _SHOWN.items() if any(shown(packet) for packet, _ in both))
        return told


def _flags(packet: Packet) -> int:
    segment = packet["protocol"] == 6 and packet["fragment_offset"] == 0
    return packet["tcp_flags"] if segment else 0


def _spread(name: str, values: list[Any]) -> dict[str, float]:
    return {
        f"{name}_min": min(values, default=0),
        f"{name}_mean": statistics.fmean(values) if values else 0,
        f"{name}_std": statistics.stdev(values) if len(values) > 1 else 0,
        f"{name}_max": max(values, default=0),
    }


_SHOWN: dict[str, Callable[[Packet], bool]] = {
    "dns": lambda packet: packet["dns_kind"] > 0,
    "ssl": lambda packet: packet["tls_type"] > 0,
    "http": lambda packet: packet["http_method"] > 0 or packet["http_status"] > 0,
    "ssh": lambda packet: packet["ssh_banner"] > 0,
    "ftp": lambda packet: packet["reply_code"] > 0 and packet["src_port"] in (21, 2121),
    "smtp": lambda packet: packet["reply_code"] > 0 and packet["src_port"] in (25, 587),
}
