"""Flows: agreement with nDPI's, and what the tracker costs a packet, alone.

    python -m benchmarks.wire_flows     # measures, and writes its part of docs/benchmarks/wire.md
    python -m benchmarks.wire_flows --agreement     # the comparison with nDPI only, with every difference

Agreement: packets in each direction of every 5-tuple, over shared/data/apps/ndpi, against nDPI's flows.csv. The tools
time flows out differently, so all flows of a 5-tuple are added up on both sides. nDPI gives neither ICMP nor SCTP ports
and does not enter Teredo, so neither do we here. Everything else that differs is in REASONS, by capture.

Cost: CPU time of FlowTracker.update over rows that are in memory, in batches of 65,536, a new tracker every round; the
median of the rounds. Growth: packets of ever more flows, uniformly at random, through a table that is bounded.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import resource
import statistics
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np
from benchmarks.speed import machine
from numpy.typing import NDArray

from packetclip.benchmark import Results, fill, table
from packetclip.wire import capture
from packetclip.wire.flows import FlowConfig, FlowTracker
from packetclip.wire.packets import PACKET, PacketBatch, dissect, format_addresses

ROOT: Final = Path(__file__).resolve().parent.parent
BATCH: Final = 65_536
LAB: Final = ("a6", "b1", "c5")
GROWTH: Final = (1_000, 100_000, 1_000_000, 5_000_000)
TABLE: Final = 1 << 16
PROTOCOLS: Final = {
    "AH": 51, "ESP": 50, "ICMP": 1, "ICMPV6": 58, "IGMP": 2, "OSPF": 89, "PIM": 103, "SCTP": 132, "TCP": 6, "UDP": 17,
    "VRRP": 112,
}  # fmt: skip
WITH_PORTS: Final = (6, 17)
OUTER: Final = {"teredo.pcap"}
"""Captures of tunnels that nDPI does not enter."""
REASONS: Final = {
    "ah.pcapng": "nDPI names the authentication header as the protocol; here it is what follows it",
    "capwap.pcap": "frames in CAPWAP that carry no IP: nDPI leaves 4 out, here they count for the tunnel",
    "dns_fragmented.pcap": "nDPI leaves later fragments out; here they join the flow of their first",
    "telnet.pcap": "5 packets whose IP length goes beyond the frame: nDPI leaves them out, here they count",
}
"""Why the counts of a capture differ, each looked at."""

Key = tuple[int, tuple[str, int], tuple[str, int]]
Counts = dict[Key, list[int]]


def add(counts: Counts, protocol: int, ends: tuple[tuple[str, int], tuple[str, int]], packets: tuple[int, int]) -> None:
    """Add packets of both directions to the flow of two endpoints, whichever comes first."""
    if protocol not in WITH_PORTS:
        ends = (ends[0][0], 0), (ends[1][0], 0)
    if ends[1] < ends[0]:
        ends, packets = ends[::-1], packets[::-1]
    if ends[0] == ends[1]:  # to itself: which direction is which nobody knows
        packets = (sum(packets), 0)
    known = counts.setdefault((protocol, *ends), [0, 0])
    known[0] += packets[0]
    known[1] += packets[1]


def theirs(folder: Path) -> dict[str, Counts]:
    """nDPI's flows by capture."""
    found: dict[str, Counts] = defaultdict(dict)
    with (folder / "flows.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            ends = (row["ip_a"], int(row["port_a"] or 0)), (row["ip_b"], int(row["port_b"] or 0))
            packets = int(row["packets_a_to_b"]), int(row["packets_b_to_a"])
            add(found[row["capture"]], PROTOCOLS[row["proto"]], ends, packets)
    return found


def ours(path: Path) -> Counts:
    """Our flows of a capture; ARP is no flow of nDPI's."""
    tracker = FlowTracker()
    for frames in capture.read(path):
        tracker.update(dissect(frames, "outer" if path.name in OUTER else "inner"))
    rows = tracker.table().rows
    rows = rows[(rows["protocol"] != 0) | (rows["ether_type"] != 0x0806)]
    found: Counts = {}
    ends = [
        # nDPI writes every ":0:" of an IPv6 address as "::".
        [(text.replace(":0:", "::"), port) for text, port in zip(texts, rows[f"{side}_port"].tolist(), strict=True)]
        for side in ("orig", "resp")
        for texts in [format_addresses(rows[f"{side}_hi"], rows[f"{side}_lo"])]
    ]
    columns = (rows["protocol"].tolist(), *ends, rows["orig_pkts"].tolist(), rows["resp_pkts"].tolist())
    for protocol, orig, resp, orig_pkts, resp_pkts in zip(*columns, strict=True):
        add(found, protocol, (orig, resp), (orig_pkts, resp_pkts))
    return found


def agreement(folder: Path, tell: bool = False) -> dict[str, Any]:
    """How many 5-tuples have equal counts, and how many do not, by capture."""
    differ: Counter[str] = Counter()
    total = 0
    for name, wanted in sorted(theirs(folder).items()):
        found = ours(folder / name)
        total += len(wanted.keys() | found.keys())
        for key in sorted(wanted.keys() | found.keys()):
            if wanted.get(key) != found.get(key):
                differ[name] += 1
                if tell:
                    print(name, key, "nDPI:", wanted.get(key), "here:", found.get(key))
    return {"flows": total, "equal": total - differ.total(), "differ": dict(sorted(differ.items()))}


def synthetic(count: int, flows: int, begin: int) -> NDArray[Any]:
    """(count,) of PACKET: TCP SYNs a microsecond apart, each of a flow drawn from so many."""
    rng = np.random.default_rng(begin)
    number = rng.integers(0, flows, count).astype(np.uint64)
    mixed = number * np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ (mixed >> np.uint64(32))) * np.uint64(0xD6E8FEB86659FD93)
    mixed ^= mixed >> np.uint64(32)
    rows: NDArray[Any] = np.zeros(count, PACKET)
    rows["time_ns"] = 10**18 + (begin + np.arange(count)) * 1000
    rows["ip_version"], rows["link_type"], rows["vlan"], rows["ether_type"] = 4, 1, -1, 0x0800
    rows["protocol"], rows["tcp_flags"], rows["tcp_window"], rows["dst_port"] = 6, 2, 1024, 443
    rows["src_lo"] = (np.uint64(0xFFFF) << np.uint64(32)) | (mixed & np.uint64(0xFFFFFF))
    rows["dst_lo"] = (0xFFFF << 32) | 0x0A000001
    rows["src_port"] = (mixed >> np.uint64(40)).astype(np.uint16)
    rows["network_start"], rows["payload_start"] = 14, 54
    return rows


def cost(tracker: FlowTracker, rows: NDArray[Any]) -> float:
    """CPU seconds of one pass."""
    nothing = np.zeros(0, np.uint8)
    parts = [PacketBatch(rows[at : at + BATCH], nothing) for at in range(0, len(rows), BATCH)]
    began = time.thread_time_ns()
    for part in parts:
        tracker.update(part)
    return (time.thread_time_ns() - began) / 1e9


def lab(folder: Path, rounds: int) -> Iterator[dict[str, Any]]:
    """The tracker alone on captures of the lab."""
    for name in LAB:
        rows = np.concatenate([dissect(frames).rows for frames in capture.read(folder / f"{name}.pcap.zst")])
        seconds = [cost(FlowTracker(), rows) for _ in range(rounds + 1)][1:]
        yield {
            "capture": name,
            "packets": len(rows),
            "ns": 1e9 * statistics.median(seconds) / len(rows),
            "spread": [1e9 * bound / len(rows) for bound in (min(seconds), max(seconds))],
        }


def growth(packets: int = 3_000_000) -> Iterator[dict[str, Any]]:
    """Ever more flows through a bounded table; the cost is that of the last third, by batch."""
    for flows in GROWTH:
        tracker = FlowTracker(FlowConfig(max_flows=TABLE, keep_ended=False))
        batches = range(0, max(packets, 2 * flows), BATCH)
        seconds = [cost(tracker, synthetic(BATCH, flows, begin)) for begin in batches]
        late = seconds[2 * len(seconds) // 3 :]
        yield {
            "flows": flows,
            "packets": BATCH * len(seconds),
            "ns": 1e9 * statistics.median(late) / BATCH,
            "evicted": tracker.evicted,
            "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        }


def parts(kept: Results) -> dict[str, str]:
    """The tables of docs/benchmarks/wire.md."""
    told = {}
    if figures := kept["flows-agreement"]:
        share = figures["equal"] / figures["flows"]
        rows = [[f"`{name}`", str(n), REASONS.get(name, "not looked at yet")] for name, n in figures["differ"].items()]
        told["flows agreement"] = (
            f"{figures['equal']:,} of {figures['flows']:,} 5-tuples have the same number of packets in each direction: "
            f"{share:.2%}. All flows of a 5-tuple are added up on both sides, since the tools time flows out "
            "differently; tunnels are entered as nDPI does.\n\n"
        ) + table(["capture", "5-tuples that differ", "why"], rows)
    if figures := kept["flows-cost"]:
        alone = [
            [row["capture"], f"{row['packets']:,}", f"{row['ns']:.0f}", f"{1e3 / row['ns']:.1f}"]
            for row in figures["lab"]
        ]
        grown = [
            [f"{row[name]:,.0f}" for name in ("flows", "packets", "ns", "evicted", "peak_mb")]
            for row in figures["growth"]
        ]
        told["flows cost"] = (
            f"The tracker alone, {figures['machine']}, CPU time, median of {figures['rounds']}:\n\n"
            + table(["capture", "packets", "ns a packet", "million packets/s"], alone)
            + f"\n\nEver more flows through a table of {TABLE:,}, each packet of one drawn at random:\n\n"
            + table(["flows", "packets", "ns a packet", "evicted", "peak MB"], grown)
        )
    return told


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data")
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--core", type=int, default=0)
    options.add_argument("--agreement", action="store_true", help="only this, and tell every difference")
    options.add_argument("--results", type=Path, default=ROOT / "runs" / "wire")
    options.add_argument("--output", type=Path, default=ROOT / "docs" / "benchmarks" / "wire.md")
    asked = options.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {asked.core})
    kept = Results(asked.results)
    ndpi = asked.data / "apps" / "ndpi"
    figures: dict[str, Any] = kept.get("flows-agreement", "", lambda: agreement(ndpi, asked.agreement), again=True)
    print(json.dumps(figures, indent=1))
    if not asked.agreement:
        figures = kept.get(
            "flows-cost",
            "",
            lambda: {
                "machine": machine(),
                "rounds": asked.rounds,
                "lab": list(lab(asked.data / "lab", asked.rounds)),
                "growth": list(growth()),
            },
            again=True,
        )
        print(json.dumps(figures, indent=1))
    asked.output.write_text(fill(asked.output.read_text(encoding="utf-8"), parts(kept)), encoding="utf-8")


if __name__ == "__main__":
    main()
