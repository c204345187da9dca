"""Packets a second on one core, start and model load apart; time to the first output; memory at its peak.

    python benchmarks/speed.py [--model DIR] [--capture FILE] [--example FILE] [--rounds 5] [--core 0]

Every figure is the median over rounds, in each of which every command runs once, in its own process: what disturbs the
machine disturbs all alike. Commands run as a user runs them, bound to one core as by taskset. A capture of one packet
takes what start, kernels and model cost; what a command takes beyond that is for its packets.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from packetclip.benchmark import Results
from packetclip.ledger import Ledger
from packetclip.wire import capture

ROOT = Path(__file__).resolve().parent.parent


class Run(NamedTuple):
    """One run of one command."""

    seconds: float
    first_s: float
    """To the first byte on standard output; all of it where there was none."""
    peak_mb: float


class Case(NamedTuple):
    """One command on one capture, against the same command on one packet."""

    name: str
    arguments: tuple[str, ...]
    capture: Path


def run(arguments: Sequence[str], core: int | None) -> Run:
    """Run ``packetclip`` with arguments, on one core where one is named. Raises RuntimeError when it fails."""
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT / "src"),
        **({"OMP_NUM_THREADS": "1", "NUMBA_NUM_THREADS": "1"} if core is not None else {}),
    }
    bound = None if core is None else (lambda: os.sched_setaffinity(0, {core}))
    with tempfile.TemporaryFile() as said:
        began = time.perf_counter()
        child = subprocess.Popen(
            [sys.executable, "-m", "packetclip", *arguments],
            stdout=subprocess.PIPE,
            stderr=said,
            env=environment,
            preexec_fn=bound,
        )
        assert child.stdout is not None
        first = None
        while block := os.read(child.stdout.fileno(), 1 << 20):
            first = first or (time.perf_counter() - began if block else None)
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - began
        child.returncode = os.waitstatus_to_exitcode(status)
        child.stdout.close()
        if child.returncode:
            said.seek(0)
            raise RuntimeError(f"packetclip {' '.join(arguments)}: {said.read().decode(errors='replace').strip()}")
    return Run(seconds, first or seconds, usage.ru_maxrss / 1024)


def one_packet(source: Path, folder: Path) -> Path:
    """A capture of the first frame of another."""
    target = folder / "one.pcap"
    frames = next(iter(capture.read(str(source), Ledger())))
    data = bytes(frames.data[frames.start[0] : frames.start[0] + frames.captured[0]])
    capture.write(target, [capture.memory([(int(frames.time_ns[0]), data)], int(frames.link_type[0]))])
    return target


def machine() -> str:
    """The processor, as Linux names it, and how many cores there are."""
    lines = Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").is_file() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return f"{names[0] if names else platform.processor() or platform.machine()}, {os.cpu_count()} cores"


def packets_of(source: Path) -> int:
    return sum(len(frames) for frames in capture.read(str(source), Ledger()))


def measure(
    cases: Sequence[Case], model: Sequence[str], rounds: int, core: int | None
) -> Iterator[tuple[Case, list[Run], list[Run]]]:
    """Each case's runs on its capture and on one packet, after one run of each that does not count."""
    with tempfile.TemporaryDirectory() as folder:
        least = one_packet(cases[0].capture, Path(folder))
        runs: dict[Case, tuple[list[Run], list[Run]]] = {case: ([], []) for case in cases}
        for number in range(rounds + 1):
            for case in cases:
                whole = run(["detect", str(case.capture), *case.arguments, *model], core)
                start = run(["detect", str(least), *case.arguments, *model], core)
                if number:  # the first fills the caches of files and kernels
                    runs[case][0].append(whole)
                    runs[case][1].append(start)
                print(f"round {number}/{rounds} {case.name}: {whole.seconds:.2f} s", file=sys.stderr, flush=True)
    for case in cases:
        yield case, *runs[case]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--model", type=Path)
    options.add_argument("--capture", type=Path, default=ROOT.parent / "shared" / "data" / "lab" / "a5.pcap.zst")
    options.add_argument("--example", type=Path, default=ROOT / "example" / "office.pcap.zst")
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--core", type=int, default=0)
    options.add_argument("--results", type=Path, default=ROOT / "runs" / "first-light")
    asked = options.parse_args()
    model = ["--model", str(asked.model)] if asked.model else []
    cases = [
        Case("detect --per-packet --format csv", ("--per-packet", "--format", "csv"), asked.capture),
        Case("detect --per-packet --format jsonl", ("--per-packet", "--format", "jsonl"), asked.capture),
        Case("detect", ("--format", "jsonl"), asked.capture),
    ]
    packets = packets_of(asked.capture)
    figures = []
    for case, whole, start in measure(cases, model, asked.rounds, asked.core):
        total = statistics.median(run.seconds for run in whole)
        least = statistics.median(run.seconds for run in start)
        figures.append(
            {
                "command": f"packetclip {case.name}",
                "capture": asked.capture.name,
                "packets": packets,
                "seconds": total,
                "start_s": least,
                "packets_per_s": (packets - 1) / (total - least),
                "spread": [min(r.seconds for r in whole), max(r.seconds for r in whole)],
                "peak_mb": statistics.median(run.peak_mb for run in whole),
            }
        )
    result: dict[str, Any] = {
        "machine": machine(),
        "rounds": asked.rounds,
        "core": asked.core,
        "figures": figures,
    }
    if asked.example.is_file():
        shown = [run(["detect", str(asked.example), *model], None) for _ in range(asked.rounds + 1)][1:]
        result["example"] = {
            "first_s": statistics.median(run.first_s for run in shown),
            "seconds": statistics.median(run.seconds for run in shown),
            "peak_mb": statistics.median(run.peak_mb for run in shown),
        }
    kept = Results(asked.results).get("speed", str(asked.model or "default"), lambda: result, again=True)
    print(json.dumps(kept, indent=1))


if __name__ == "__main__":
    main()
