"""What a flood of forged sources, and a long capture, cost a packet and in memory; what is then known of honest hosts.

    python benchmarks/wire_flood.py [--capture FILE] [--sources 5000000] [--times 100] [--rounds 5] [--core 0]

Bytes of a pcap in memory -> frames -> dissect -> flows -> context on one core; CPU time of the thread, so that
neighbours disturb less. First the capture alone, then merged with one SYN each of many forged sources to one outside
address, then alone three times, through the same trackers: costs are ratios to the first. SYNs are made a slice of time
at a time and forgotten, so that what the process grows by is what trackers grow by (and a slice); beside it stands what
their tables can take. Then the capture again and again, with shifted times. Last, the context of the capture's own
packets with the flood beside them, against without it.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from packetclip.ledger import Ledger
from packetclip.wire import capture
from packetclip.wire.capture.frames import Frames
from packetclip.wire.context import FIELDS, ContextTracker
from packetclip.wire.flows import FlowConfig, FlowTracker
from packetclip.wire.flows.steps import FlowSteps
from packetclip.wire.packets import dissect
from packetclip.wire.packets.batch import PacketBatch

ROOT = Path(__file__).resolve().parent.parent
BATCH = 1 << 14
STAGES = ("frames", "dissect", "flows", "context", "all")
SYN = bytes.fromhex(
    "020000000001 020000000002 0800"
    "4500 0028 0000 4000 40 06 0000 00000000 c6120001"
    "0000 0050 00000000 00000000 5002 0400 0000 0000"
)
"""Ethernet, IPv4 to 198.18.0.1 (RFC 2544, so nobody's), TCP SYN to port 80."""
PCAP = Path("/dev/shm/packetclip-flood.pcap")
SOURCE, PORT = slice(26, 30), slice(34, 36)


@dataclass(slots=True)
class Sensor:
    """The trackers of one sensor, and what their packets cost."""

    flows: FlowTracker
    behaviour: ContextTracker
    packets: int = 0
    ns: list[int] = field(default_factory=lambda: [0] * 4)
    """CPU time of reading, of dissecting, of flows, of context."""

    def take(self, frames: Frames) -> None:
        """Read, dissect and follow some frames; that they are written to a file before costs nothing here."""
        capture.write(PCAP, [frames])
        for read in self._read():
            clock = [time.thread_time_ns()]
            packets = dissect(read)
            clock.append(time.thread_time_ns())
            steps = self.flows.update(packets)
            clock.append(time.thread_time_ns())
            self.behaviour.update(packets, steps)
            clock.append(time.thread_time_ns())
            for stage, (begin, end) in enumerate(pairwise(clock)):
                self.ns[1 + stage] += end - begin
            self.packets += len(packets)

    def _read(self) -> Iterator[Frames]:
        batches = capture.read(PCAP)
        while True:
            begin = time.thread_time_ns()
            frames = next(batches, None)
            self.ns[0] += time.thread_time_ns() - begin
            if frames is None:
                return
            yield frames

    def cost(self) -> NDArray[np.float64]:
        """Nanoseconds a packet since the last question: frames, dissecting, flows, context, all."""
        cost = np.array([*self.ns, sum(self.ns)]) / self.packets
        self.ns, self.packets = [0] * 4, 0
        return cost


def sensor() -> Sensor:
    # What has ended is of no interest here, and would grow with the flows.
    return Sensor(FlowTracker(FlowConfig(keep_ended=False)), ContextTracker())


def joined(parts: list[Frames]) -> Frames:
    """Many batches as one."""
    offset = np.cumsum([0, *(len(part.data) for part in parts[:-1])])
    columns = {
        name: np.concatenate([getattr(part, name) for part in parts])
        for name in ("data", "captured", "length", "time_ns", "link_type", "index")
    }
    return Frames(start=np.concatenate([p.start + o for p, o in zip(parts, offset, strict=True)]), **columns)


def cut(frames: Frames, order: NDArray[Any] | None = None, size: int = BATCH) -> Iterator[Frames]:
    """Batches of frames, in another order where one is asked for."""
    for at in range(0, len(frames), size):
        pick: Any = slice(at, at + size) if order is None else order[at : at + size]
        names = ("start", "captured", "length", "time_ns", "link_type", "index")
        yield replace(frames, **{name: getattr(frames, name)[pick] for name in names})


def later(frames: Frames, seconds: float) -> Frames:
    return replace(frames, time_ns=frames.time_ns + round(seconds * 1e9))


def forged(sources: int, begin_ns: int, end_ns: int, first: int = 0) -> Frames:
    """One SYN of each of many sources, evenly at random over a time; ``first`` is the number of the first source."""
    rng = np.random.default_rng(first + 1)
    data = np.tile(np.frombuffer(SYN, np.uint8), (sources, 1))
    # Odd multiples permute 32 bits: every source is another.
    addresses = (np.arange(first, first + sources, dtype=np.uint64) * np.uint64(2654435761)).astype(np.uint32)
    data[:, SOURCE] = addresses.astype(">u4").view(np.uint8).reshape(-1, 4)
    data[:, PORT] = rng.integers(0, 256, (sources, 2), np.uint8) | 0x80
    size = np.full(sources, len(SYN), np.int32)
    return Frames(
        data=data.reshape(-1),
        start=np.arange(sources, dtype=np.int64) * len(SYN),
        captured=size,
        length=size,
        time_ns=np.sort(rng.integers(begin_ns, end_ns, sources)),
        link_type=np.ones(sources, np.int32),
        index=np.full(sources, -1, np.int64),
    )


def flooded(honest: Frames, sources: int) -> Iterator[Frames]:
    """The frames with one SYN of each of many sources among them, about a batch at a time."""
    honest = next(cut(honest, np.argsort(honest.time_ns, kind="stable"), len(honest)))
    slices = -(-(sources + len(honest)) // BATCH)
    edges = np.linspace(honest.time_ns[0], honest.time_ns[-1] + 1, slices + 1).astype(np.int64)
    places = np.searchsorted(honest.time_ns, edges)
    numbers = np.linspace(0, sources, slices + 1).astype(np.int64)
    names = ("start", "captured", "length", "time_ns", "link_type", "index")
    for k in range(slices):
        own = slice(places[k], places[k + 1])
        begin, end = (int(bound) for bound in numbers[k : k + 2])
        part = replace(honest, **{name: getattr(honest, name)[own] for name in names})
        if len(part):
            first, last = int(part.start.min()), int((part.start + part.captured).max())
            part = replace(part, data=part.data[first:last], start=part.start - first)
        both = joined([part, forged(end - begin, int(edges[k]), int(edges[k + 1]), begin)])
        yield from cut(both, np.argsort(both.time_ns, kind="stable"), len(both))


def peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def memory_mb() -> float:
    """What the process holds now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / (1 << 20)


def tables_mb(held: Any) -> float:
    """What a tracker's tables take when every slot is in use; ``held`` is a tracker, or what it is made of."""
    if isinstance(held, np.ndarray):
        return held.nbytes / (1 << 20)
    if isinstance(held, FlowTracker | ContextTracker):
        held = tuple(vars(held).values())
    return sum(tables_mb(part) for part in held) if isinstance(held, tuple) else 0.0


def flood(honest: Frames, sources: int) -> dict[str, Any]:
    """Costs before, during and after; and by how much memory grew while trackers were at work."""
    here, span = sensor(), float(honest.time_ns.max() - honest.time_ns.min()) / 1e9
    for part in cut(honest):
        here.take(part)
    here.cost()  # kernels compiled, tables touched
    for part in cut(later(honest, span)):
        here.take(part)
    before = here.cost()
    start_mb = most_mb = memory_mb()
    packets = 0
    for part in flooded(later(honest, 2 * span), sources):
        here.take(part)
        packets += len(part)
        most_mb = max(most_mb, memory_mb())
    wild = here.cost()
    for turn in (3, 4, 5):  # tables that the flood has filled are emptied meanwhile
        for part in cut(later(honest, turn * span)):
            here.take(part)
    return {
        "packets_a_s": packets / span,
        "grown_mb": most_mb - start_mb,
        "bound_mb": tables_mb(here.flows) + tables_mb(here.behaviour),
        "forgotten": here.behaviour.forgotten,
        "evicted": here.flows.evicted,
        "before_ns": before,
        "during_ns": wild,
        "after_ns": here.cost(),
    }


def long_capture(honest: Frames, times: int) -> list[float]:
    """What a packet of each repetition costs."""
    here, span = sensor(), float(honest.time_ns.max() - honest.time_ns.min()) / 1e9 + 1
    costs = []
    for turn in range(times + 1):
        for part in cut(later(honest, turn * span)):
            here.take(part)
        costs.append(float(here.cost()[-1]))
    return costs[1:]  # the first pays for kernels and for memory's first touch


def error(honest: Frames, sources: int) -> dict[str, float]:
    """How wrong the context of honest packets is beside a flood. Their flows are tracked apart: only context errs."""
    packets, tracker = dissect(honest), FlowTracker()
    steps = tracker.update(packets)
    calm = ContextTracker().update(packets, steps).values
    syns = dissect(forged(sources, int(honest.time_ns.min()), int(honest.time_ns.max())))
    others = FlowTracker(FlowConfig(max_flows=1 << 23, keep_ended=False)).update(syns)
    others.rows["flow"] += 1 << 40
    time_ns = np.concatenate([packets["time_ns"], syns["time_ns"]])
    order = np.argsort(time_ns, kind="stable")
    order[order < len(packets)] = np.arange(len(packets))  # a clock may step back in the capture
    rows, turns = np.concatenate([packets.rows, syns.rows]), np.concatenate([steps.rows, others.rows])
    here, found = ContextTracker(), np.zeros_like(calm)
    for at in range(0, len(order), BATCH):
        pick = order[at : at + BATCH]
        values = here.update(PacketBatch(rows[pick], packets.data), FlowSteps(turns[pick])).values
        known = pick < len(packets)
        found[pick[known]] = values[known]
    relative = np.abs(found - calm) / np.maximum(calm, 1)
    off = relative > 0.1
    new = [j for j, column in enumerate(FIELDS) if column.name in ("orig_peers_600s", "orig_services_600s")]
    counts = [
        j
        for j, column in enumerate(FIELDS)
        if column.name.endswith("_60s") and column.unit in ("packets", "bytes", "flows")
    ]
    return {
        "values off by more than 10 %": float(off.mean()),
        "counts over 60 s off by more than 10 %": float(off[:, counts].mean()),
        "their mean relative error": float(relative[:, counts].mean()),
        "newness over 600 s: mean relative error": float(relative[:, new].mean()),
        "newness over 600 s: as found / as without": float(found[:, new].sum() / calm[:, new].sum()),
    }


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--capture", type=Path, default=ROOT.parent / "shared" / "data" / "lab" / "a6.pcap.zst")
    options.add_argument("--sources", type=int, default=5_000_000)
    options.add_argument("--times", type=int, default=100)
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--core", type=int, default=0)
    asked = options.parse_args()
    os.sched_setaffinity(0, {asked.core})
    honest = joined(list(capture.read(str(asked.capture), Ledger())))
    costs = long_capture(honest, asked.times)
    tenth = max(asked.times // 10, 1)
    result: dict[str, Any] = {
        "capture": asked.capture.name,
        "packets": len(honest),
        "repeated": {
            "times": asked.times,
            "first_tenth_ns": statistics.median(costs[:tenth]),
            "last_tenth_ns": statistics.median(costs[-tenth:]),
            "ratio": statistics.median(costs[-tenth:]) / statistics.median(costs[:tenth]),
        },
    }
    rounds = [flood(honest, asked.sources) for _ in range(asked.rounds)]
    result["flood"] = {"sources": asked.sources}
    for name in rounds[0]:
        values = np.median([one[name] for one in rounds], axis=0)
        result["flood"][name] = dict(zip(STAGES, values, strict=True)) if values.ndim else float(values)
    for name in ("during", "after"):
        ratios = np.median([one[f"{name}_ns"] / one["before_ns"] for one in rounds], axis=0)
        result["flood"][f"{name}/before"] = dict(zip(STAGES, ratios, strict=True))
    result["peak_mb"] = peak_mb()
    result["error beside the flood"] = error(honest, asked.sources)
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
