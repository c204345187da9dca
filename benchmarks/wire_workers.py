"""What a second worker gains: ``python -m benchmarks.wire_workers FILE...``; medians of five rounds, side by side."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from statistics import median

from packetclip.wire.export import flow_records
from packetclip.wire.summary import summarize

ROUNDS = 5


def flows(path: str, workers: int) -> None:
    """Columns of all flow records, written nowhere."""
    for _ in flow_records(path, workers=workers):
        pass


def stats(path: str, workers: int) -> None:
    """The summary."""
    summarize([path], workers=workers)


def seconds(command: Callable[[str, int], None], path: str) -> dict[int, float]:
    """Median wall clock by the number of workers; the first round of each warms up."""
    taken: dict[int, list[float]] = {1: [], 2: []}
    for _ in range(1 + ROUNDS):
        for workers, rounds in taken.items():
            before = time.perf_counter()
            command(path, workers)
            rounds.append(time.perf_counter() - before)
    return {workers: median(rounds[1:]) for workers, rounds in taken.items()}


for path in sys.argv[1:]:
    for command in (flows, stats):
        found = seconds(command, path)
        print(f"{path}: {command.__name__} {found[1]:.3f} s, with two {found[2]:.3f} s, {found[1] / found[2]:.2f}x")
