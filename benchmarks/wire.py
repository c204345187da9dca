"""From bytes to columns, flows and context on one core, beside dpkt, scapy, tshark and NFStream: issue 10's first rows.

    python -m benchmarks.wire --peers ~/peers/bin/python    # measures, and writes the tables of docs/benchmarks/wire.md
    python -m benchmarks.wire --captures c1 --rounds 1 --row look    # a look
    python -m benchmarks.wire --render                      # nothing measured, the tables written anew

The peers live in an environment of their own (pip install dpkt scapy nfstream; tshark from the system); what is not
there is said and left out. In every round each of them reads every capture once, in a process of its own that is bound
to one core, so that what disturbs the machine disturbs all alike. A figure is the median over the rounds.

Captures are plain pcap files made in runs/wire: c1 and a5 of the lab; all of nDPI's Ethernet captures behind one
another; and *large*, the lab's captures again and again, with shifted times, until there are 5 million packets.

Time is that of the processor (user and system, of a process and its children), which on one core is wall clock as long
as nobody else is there; wall clock is kept beside it. Start does not count: ours and the libraries' is the time of the
loop alone, after a warm-up on one packet; from NFStream's loop (it starts a process) and from the whole of tshark, the
same on a capture of one packet is taken off. Slow peers read the first part of a capture only, and short loops are
repeated.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
from benchmarks.speed import machine
from benchmarks.wire_peers import timed
from benchmarks.wire_truth import REASONS

from packetclip.benchmark import Results, fill, table
from packetclip.ledger import Ledger
from packetclip.wire import capture
from packetclip.wire.capture import Frames
from packetclip.wire.context import ContextTracker
from packetclip.wire.flows import FlowTracker
from packetclip.wire.packets import dissect

ROOT: Final = Path(__file__).resolve().parent.parent
LAB: Final = ("a1", "a2", "a3", "a4", "a5", "a6", "b1", "b2", "c1", "c2", "c3", "c4", "c5", "c6")
LARGE: Final = "large"
LARGE_PACKETS: Final = 5_000_000
BETWEEN_NS: Final = 10_000_000_000
"""From the last packet of a capture to the first of the next, where several are put behind one another."""
ETHERNET: Final = 1
AT_LEAST_S: Final = 0.5
"""For how long a loop of ours goes on: a small capture is read several times."""

TSHARK_FIELDS: Final = (
    "frame.len", "ip.src", "ip.dst", "ip.proto", "ipv6.src", "ipv6.dst", "ipv6.nxt",
    "tcp.srcport", "tcp.dstport", "udp.srcport", "udp.dstport",
)  # fmt: skip

# --- what is measured -------------------------------------------------------------------------------------------------


def read_sum(path: str, most: int) -> tuple[int, int]:
    """The limit as the issue has it: NumPy's sum over the mapped file's bytes."""
    mapped = np.memmap(path, np.uint8, "r")
    return 0, int(mapped.sum(dtype=np.uint64))


def read_words(path: str, most: int) -> tuple[int, int]:
    """A harder limit: the sum over its words of eight bytes, which is what memory can do."""
    mapped = np.memmap(path, np.uint8, "r")
    return 0, int(mapped[: len(mapped) // 8 * 8].view(np.uint64).sum())


def read_frames(path: str, most: int) -> tuple[int, int]:
    """Bytes to frames."""
    packets = sum(len(frames) for frames in capture.read(path))
    return packets, packets


def read_columns(path: str, most: int) -> tuple[int, int]:
    """Bytes to all columns of a PacketBatch."""
    packets = sum(len(dissect(frames)) for frames in capture.read(path))
    return packets, packets


def read_flows(path: str, most: int) -> tuple[int, int]:
    """Bytes to flows: a step beside each packet, and the table of all flows at the end."""
    tracker, packets = FlowTracker(), 0
    for frames in capture.read(path):
        packets += len(tracker.update(dissect(frames)))
    return packets, len(tracker.table())


def read_context(path: str, most: int) -> tuple[int, int]:
    """Bytes to flows and context: every field beside each packet."""
    tracker, behaviour, packets = FlowTracker(), ContextTracker(), 0
    for frames in capture.read(path):
        batch = dissect(frames)
        packets += len(behaviour.update(batch, tracker.update(batch)))
    return packets, len(tracker.table())


OURS: Final[dict[str, Callable[[str, int], tuple[int, int]]]] = {
    "sum of bytes": read_sum,
    "sum of words": read_words,
    "frames": read_frames,
    "columns": read_columns,
    "flows": read_flows,
    "flows + context": read_context,
}


def measure_ours(name: str, path: str, one: str) -> dict[str, Any]:
    """One of OURS on a capture, repeated for half a second, after a warm-up."""
    read = OURS[name]
    read(one, 0)
    packets: list[int] = []
    seconds: list[float] = []
    wall_s: list[float] = []
    while not seconds or sum(seconds) < AT_LEAST_S:
        (count, _), took_s, took_wall_s = timed(read, path, 0)
        packets.append(count)
        seconds.append(took_s)
        wall_s.append(took_wall_s)
    return {
        "packets": packets[0],
        "seconds": statistics.median(seconds),
        "wall_s": statistics.median(wall_s),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


# --- who measures it --------------------------------------------------------------------------------------------------


class Peer(NamedTuple):
    """Another tool: which work of ours it is held against, and how many packets of a capture it is given."""

    against: str
    goal: float | None
    most: int = 0


PEERS: Final[dict[str, Peer]] = {
    "dpkt": Peer("columns", 30, 500_000),
    "scapy": Peer("columns", 300, 10_000),
    "tshark": Peer("columns", 40, 200_000),
    "nfstream": Peer("flows", 20),
    "nfstream-statistics": Peer("flows + context", None),
}
SAYS: Final = {
    "dpkt": "dpkt, 5-tuples only",
    "scapy": "scapy",
    "tshark": "`tshark -n -T fields`",
    "nfstream": "NFStream, metering only",
    "nfstream-statistics": "NFStream, with its statistics",
}
GOALS: Final = (
    ("bytes to all columns", "columns", "dpkt", 30),
    ("bytes to all columns", "columns", "scapy", 300),
    ("bytes to all columns", "columns", "tshark", 40),
    ("bytes to flows", "flows", "nfstream", 20),
    ("bytes to flows and context", "flows + context", "nfstream", 8),
)


@dataclass(frozen=True)
class Bench:
    """Where things lie and on which core they run."""

    folder: Path
    peers: Path
    core: int

    def child(self, *command: str) -> tuple[str, float, float, float]:
        """Run a command on the core; (what it printed last, seconds of processor, of wall clock, peak MB)."""
        environment = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}", "NUMBA_NUM_THREADS": "1"}
        began = time.perf_counter()
        started = subprocess.Popen(
            command,
            stdout=subprocess.DEVNULL if command[0] == "tshark" else subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            cwd=ROOT,
            text=True,
            preexec_fn=lambda: os.sched_setaffinity(0, {self.core}),
        )
        said = started.stdout.read() if started.stdout else ""
        _, status, usage = os.wait4(started.pid, 0)
        started.returncode = os.waitstatus_to_exitcode(status)
        if started.stdout:
            started.stdout.close()
        if started.returncode:
            raise RuntimeError(f"{' '.join(command)}: exit code {started.returncode}")
        wall_s = time.perf_counter() - began
        return (said.strip().splitlines() or [""])[-1], usage.ru_utime + usage.ru_stime, wall_s, usage.ru_maxrss / 1024

    def ours(self, name: str, path: Path) -> dict[str, Any]:
        said, *_ = self.child(sys.executable, "-m", "benchmarks.wire", "--child", name, str(path), str(self.one))
        return dict(json.loads(said))

    def peer(self, name: str, path: Path, packets: int) -> dict[str, Any]:
        """One run; ``seconds`` without the start, ``packets`` those of the capture or as many as the peer reads."""
        most = PEERS[name].most
        if name == "tshark":
            return self._tshark(path, min(packets, most))
        said, *_ = self.child(
            str(self.peers), str(ROOT / "benchmarks" / "wire_peers.py"), name, str(path), str(most), str(self.one)
        )
        found = dict(json.loads(said))
        return {
            # NFStream counts IP alone; all it was given count here, since it had to look at them.
            "packets": min(packets, most or packets),
            "seconds": found["seconds"] - found["start_s"],
            "wall_s": found["wall_s"] - found["start_wall_s"],
            "peak_mb": found["peak_mb"],
        }

    def _tshark(self, path: Path, most: int) -> dict[str, Any]:
        fields = [word for field in TSHARK_FIELDS for word in ("-e", field)]
        least = self.child("tshark", "-n", "-r", str(self.one), "-T", "fields", *fields)
        whole = self.child("tshark", "-n", "-r", str(path), "-c", str(most), "-T", "fields", *fields)
        return {
            "packets": most,
            "seconds": whole[1] - least[1],
            "wall_s": whole[2] - least[2],
            "peak_mb": whole[3],
        }

    @property
    def one(self) -> Path:
        return self.folder / "one.pcap"

    def versions(self) -> dict[str, str]:
        """Of all that is measured; what is not installed is not in it."""
        found = {"packetclip": _commit(), "numpy": np.__version__, "python": sys.version.split()[0]}
        try:
            said = subprocess.run(["tshark", "--version"], capture_output=True, text=True, check=True).stdout
            found["tshark"] = said.split("\n")[0].split("(Git")[0].replace("TShark (Wireshark)", "").strip(" .")
        except (OSError, subprocess.CalledProcessError):
            pass
        try:
            command = [str(self.peers), str(ROOT / "benchmarks" / "wire_peers.py"), "versions"]
            there = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
        except (OSError, subprocess.CalledProcessError, ValueError):
            there = {}
        found |= {"python of the peers" if name == "python" else name: said for name, said in there.items()}
        return found


def _commit() -> str:
    try:
        command = ["git", "-C", str(ROOT), "rev-parse", "--short", "HEAD"]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return "unknown"


# --- captures ---------------------------------------------------------------------------------------------------------


def behind_one_another(sources: Iterable[Path], most: int | None = None) -> Iterator[Frames]:
    """Ethernet frames of all sources, whose times are shifted so that each begins when the one before has ended."""
    ended, count = 1_700_000_000_000_000_000, 0
    for source in sources:
        shift, last = None, ended
        for frames in capture.read(source, Ledger()):
            kept = frames if most is None else _first(frames, most - count)
            if not len(kept) or (kept.link_type != ETHERNET).any():
                break
            if shift is None:
                shift = ended + BETWEEN_NS - int(kept.time_ns.min())
            kept = replace(kept, time_ns=kept.time_ns + shift)
            last = max(last, int(kept.time_ns.max()))
            count += len(kept)
            yield kept
        ended = last
        if most is not None and count >= most:
            return


def _first(frames: Frames, n: int) -> Frames:
    columns = ("start", "captured", "length", "time_ns", "link_type", "index")
    return replace(frames, **{name: getattr(frames, name)[:n] for name in columns})


def again_and_again(sources: Sequence[Path]) -> Iterator[Path]:
    while True:
        yield from sources


def make(name: str, folder: Path, shared: Path) -> Path:
    """The capture of this name as a plain pcap in ``folder``; made where it is not there yet."""
    path = folder / f"{name}.pcap"
    if path.is_file():
        return path
    folder.mkdir(parents=True, exist_ok=True)
    lab = [shared / "lab" / f"{number}.pcap.zst" for number in LAB]
    frames: Iterator[Frames]
    if name == LARGE:
        frames = behind_one_another(again_and_again(lab), LARGE_PACKETS)
    elif name == "apps":
        frames = behind_one_another(sorted((shared / "apps" / "ndpi").glob("*.pcap*")))
    elif name == "one":
        frames = iter([_first(next(iter(capture.read(lab[0], Ledger()))), 1)])
    else:
        frames = capture.read(shared / "lab" / f"{name}.pcap.zst", Ledger())
    part = path.with_suffix(".part")
    capture.write(part, frames, nanosecond=False)
    part.rename(path)
    return path


# --- the run ----------------------------------------------------------------------------------------------------------


def measure(bench: Bench, paths: Mapping[str, Path], who: Sequence[str], rounds: int, large: int) -> dict[str, Any]:
    """All of OURS and the peers named, on all captures, in interleaved rounds; peers on the large one in ``large``."""
    packets = {name: read_frames(str(path), 0)[0] for name, path in paths.items()}
    runs: dict[str, dict[str, list[dict[str, Any]]]] = {name: {} for name in paths}
    for number in range(rounds):
        for name, path in paths.items():
            for kind in (*OURS, *(who if name != LARGE or number < large else ())):
                found = bench.ours(kind, path) if kind in OURS else bench.peer(kind, path, packets[name])
                found["packets"] = found["packets"] or packets[name]
                runs[name].setdefault(kind, []).append(found)
                rate = found["packets"] / max(found["seconds"], 1e-9)
                say(f"round {number + 1}/{rounds} {name} {kind}: {rate:,.0f} packets/s")
    return {
        "machine": machine(),
        "core": bench.core,
        "rounds": rounds,
        "large_rounds": min(large, rounds),
        "versions": bench.versions(),
        "captures": {name: {"packets": packets[name], "bytes": path.stat().st_size} for name, path in paths.items()},
        "runs": runs,
    }


def middle(runs: Sequence[Mapping[str, Any]], what: str = "seconds") -> float:
    return float(statistics.median(run[what] for run in runs))


def us_a_packet(runs: Sequence[Mapping[str, Any]], what: str = "seconds") -> float:
    """Median of microseconds a packet."""
    return 1e6 * middle(runs, what) / int(runs[0]["packets"])


def ratio(runs: Mapping[str, Sequence[Mapping[str, Any]]], ours: str, peer: str) -> float:
    """How many times as many packets a second: the median over rounds of the ratio in a round."""
    pairs = zip(runs[ours], runs[peer], strict=False)  # a slow peer may have seen fewer rounds
    rates = [(theirs["seconds"] / theirs["packets"]) / (mine["seconds"] / mine["packets"]) for mine, theirs in pairs]
    return float(statistics.median(rates))


def parts(figures: Mapping[str, Any], fuzz: Mapping[str, Any]) -> dict[str, str]:
    """The document's tables."""
    speed = {"speed goals": _goals, "speed growth": _growth, "speed": _speed, "speed machine": _machine}
    texts = {
        **{name: write(figures) if figures else "" for name, write in speed.items()},
        "truth reasons": _reasons(),
        "fuzz": _fuzz(fuzz) if fuzz else "",
    }
    return {name: text or "*Not measured yet.*" for name, text in texts.items()}


def _goals(figures: Mapping[str, Any]) -> str:
    runs = figures["runs"]
    rows = []
    for what, ours, peer, goal in GOALS:
        if any(peer in runs[name] for name in runs):
            found = {name: ratio(runs[name], ours, peer) for name in runs if peer in runs[name]}
            reached = sum(value >= goal for value in found.values())
            said = "reached" if reached == len(found) else "**missed**" if not reached else f"{reached} of {len(found)}"
            rows.append([f"{what}, against {SAYS[peer]}", f">= {goal}x", *(_times(found.get(n)) for n in runs), said])
    return table(["what", "goal", *runs, ""], rows)


def _growth(figures: Mapping[str, Any]) -> str:
    """What a packet costs in the large capture beside what it costs in the captures of the lab that it is made of."""
    runs = figures["runs"]
    small = [name for name in runs if name in LAB]
    if LARGE not in runs or not small:
        return ""
    rows = []
    for kind in OURS:
        if not kind.startswith("sum"):
            costs = {name: us_a_packet(runs[name][kind]) for name in (*small, LARGE)}
            growth = costs[LARGE] / statistics.mean(costs[name] for name in small) - 1
            rows.append([kind, *(f"{cost:.3g}" for cost in costs.values()), f"{growth:+.0%}"])
    return table(["µs a packet", *small, LARGE, "large against the mean of these"], rows)


def _reasons() -> str:
    """Why counts differ from tshark's, and in which files: wire_truth's list the other way round."""
    files: dict[str, list[str]] = {}
    for name, why in REASONS.items():
        files.setdefault(why, []).append(f"`{name}`")
    return table(["reason", "files"], ([why, ", ".join(sorted(found))] for why, found in files.items()))


def _fuzz(figures: Mapping[str, Any]) -> str:
    rows = []
    for part in figures["campaigns"]:
        became = ", ".join(f"{n:,} {name.replace('_', ' ')}" for name, n in part["became"].items())
        kind = f"{part['kind']}, bounds checked" if part["checked"] else part["kind"]
        last = part["first"] + part["batches"] - 1
        seeds = f"{part['first']} to {last}"
        rows.append([kind, f"{part['inputs']:,}", seeds, became, f"{part['peak_mb']:.0f}", str(len(part["findings"]))])
    head = ["damaged", "inputs", "seeds", "what became of them", "peak memory, MB", "findings"]
    return f"{table(head, rows)}\n\n{figures['inputs']:,} inputs in all."


def _times(value: float | None) -> str:
    return "–" if value is None else f"{value:.0f}x" if value >= 9.95 else f"{value:.1f}x"


def _speed(figures: Mapping[str, Any]) -> str:
    texts = []
    for name, about in figures["captures"].items():
        runs = figures["runs"][name]
        limit = middle(runs["sum of bytes"])
        rows = []
        for kind, found in runs.items():
            seconds = us_a_packet(found)
            packets = found[0]["packets"]
            part = "" if packets == about["packets"] else f", first {packets:,}"
            gigabytes = about["bytes"] / about["packets"] / seconds / 1e3
            share = limit / about["packets"] * 1e6 / seconds
            shown = [f"{gigabytes:.3g}", f"{share:.1%}" if share >= 0.001 else f"{share:.3%}"]
            spread = [1e6 * run["seconds"] / run["packets"] for run in found]
            title = f"**packetclip**: {kind}" if kind in OURS and not kind.startswith("sum") else SAYS.get(kind, kind)
            rows.append(
                [
                    title + part,
                    f"{1e6 / seconds:,.0f}" if not kind.startswith("sum") else "",
                    f"{seconds:.3g} ({min(spread):.3g} to {max(spread):.3g})",
                    *shown,
                    f"{middle(found, 'peak_mb'):.0f}",
                ]
            )
        head = ["what", "packets/s", "µs a packet (least to most)", "GB/s", "of the sum of bytes", "peak memory, MB"]
        texts.append(f"**{name}**: {about['packets']:,} packets, {about['bytes'] / 1e6:,.0f} MB\n\n{table(head, rows)}")
    return "\n\n".join(texts)


def _machine(figures: Mapping[str, Any]) -> str:
    versions = ", ".join(f"{name} {version}" for name, version in figures["versions"].items())
    fewer = "" if figures["large_rounds"] == figures["rounds"] else f" (peers on {LARGE}: {figures['large_rounds']})"
    return f"{figures['machine']}, core {figures['core']}; medians of {figures['rounds']} rounds{fewer}. {versions}."


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def options() -> argparse.Namespace:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument(
        "--peers", type=Path, default=Path(sys.executable), help="a Python that has dpkt, scapy, nfstream"
    )
    asked.add_argument("--captures", default=f"c1,a5,apps,{LARGE}")
    asked.add_argument("--without", default="", help="peers to leave out")
    asked.add_argument("--rounds", type=int, default=5)
    asked.add_argument("--large-rounds", type=int, default=5, help="rounds in which peers read the large capture")
    asked.add_argument("--core", type=int, default=0)
    asked.add_argument("--shared", type=Path, default=ROOT.parent / "shared" / "data")
    asked.add_argument("--folder", type=Path, default=ROOT / "runs" / "wire", help="made captures and results")
    asked.add_argument("--row", default="speed", help="name under which the figures are kept")
    asked.add_argument("--output", type=Path, default=ROOT / "docs" / "benchmarks" / "wire.md")
    asked.add_argument("--render", action="store_true")
    asked.add_argument("--child", nargs=3, metavar=("WHAT", "CAPTURE", "ONE"), help=argparse.SUPPRESS)
    return asked.parse_args()


def main() -> None:
    asked = options()
    if asked.child:
        print(json.dumps(measure_ours(*asked.child)))
        return
    results = Results(asked.folder)
    if not asked.render:
        bench = Bench(asked.folder, asked.peers, asked.core)
        make("one", asked.folder, asked.shared)
        paths = {name: make(name, asked.folder, asked.shared) for name in asked.captures.split(",")}
        there, left_out = bench.versions(), asked.without.split(",")
        missing = [name for name in PEERS if name.partition("-")[0] not in there]
        for name in missing:
            say(f"{name} is not installed, so nothing is held against it. See --help.")
        who = [name for name in PEERS if name not in (*missing, *left_out)]
        results.get(
            asked.row, _commit(), partial(measure, bench, paths, who, asked.rounds, asked.large_rounds), again=True
        )
    figures = results[asked.row]
    texts = parts(figures, results["fuzz"])
    print("\n\n".join(texts.values()))
    if asked.row == "speed" and asked.output.is_file():
        asked.output.write_text(fill(asked.output.read_text(encoding="utf-8"), texts), encoding="utf-8")
        say(f"Written: {asked.output}")


if __name__ == "__main__":
    main()
