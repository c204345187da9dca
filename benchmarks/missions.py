"""The missions' logical reading alone, no training: what it finds in the lab's training captures, where it is quiet.

    python benchmarks/missions.py [--shared ../shared/data] [--cache FOLDER] [--detail]

Reads the lab's training captures (a1 a2 a3 c1 c2 c3) and the training half of apps/ndpi (names whose SHA-1 begins with
0 to 7). A packet is found when a mission's degree is at least 0.5; an episode or a capture counts from 5 packets on.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import zstandard
from numpy.typing import NDArray

from packetclip.language.knowledge import Mission, concept_degrees, load_missions, mission_degrees
from packetclip.ledger import Ledger
from packetclip.wire import capture
from packetclip.wire.context import ContextTracker
from packetclip.wire.flows import FlowTracker
from packetclip.wire.packets import dissect

LAB = ("a1", "a2", "a3", "c1", "c2", "c3")
HALF = "01234567"
ENOUGH = 5
"""Packets that make a finding."""
HELD = 0.5


@dataclass(frozen=True)
class Lab:
    """One lab capture: the truth beside each packet."""

    labels: NDArray[np.str_]
    episodes: NDArray[np.int64]
    """-1 for benign."""
    seconds: float
    tools: dict[int, str]


def context_of(path: Path, cache: Path | None) -> NDArray[np.float32]:
    """(N, F) context of a capture, from the cache where there is one."""
    kept = cache / f"{path.name}.npy" if cache else None
    if kept and kept.exists():
        values: NDArray[np.float32] = np.load(kept, mmap_mode="r")
        return values
    flows, behaviour, parts = FlowTracker(), ContextTracker(), []
    for frames in capture.read(str(path), Ledger()):
        packets = dissect(frames)
        parts.append(behaviour.update(packets, flows.update(packets)).values)
    values = np.concatenate(parts) if parts else np.zeros((0, 0), np.float32)
    if kept:
        kept.parent.mkdir(parents=True, exist_ok=True)
        np.save(kept, values)
    return values


def lab_truth(folder: Path, name: str) -> Lab:
    raw = zstandard.ZstdDecompressor().stream_reader((folder / f"{name}.labels.csv.zst").open("rb"))
    rows = list(csv.DictReader(io.TextIOWrapper(raw, "utf-8")))
    about = json.loads((folder / f"{name}.episodes.json").read_text())
    return Lab(
        np.array([row["label"] for row in rows]),
        np.array([int(row["episode"]) if row["episode"] else -1 for row in rows]),
        about["end"] - about["start"],
        {episode["episode"]: episode["tool"] for episode in about["episodes"]},
    )


def training_half(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.suffix != ".csv" and hashlib.sha1(path.name.encode()).hexdigest()[0] in HALF:
            yield path


def runs(hits: NDArray[np.bool_]) -> int:
    """How many packets hit, or 0 when too few to count."""
    count = int(hits.sum())
    return count if count >= ENOUGH else 0


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--shared", type=Path, default=Path(__file__).parents[2] / "shared" / "data")
    options.add_argument("--cache", type=Path, help="keep contexts here, to be quick the next time")
    options.add_argument("--detail", action="store_true", help="each episode, and the concepts behind false findings")
    asked = options.parse_args()
    missions = load_missions()
    position = {mission.label: m for m, mission in enumerate(missions)}
    found = np.zeros((len(missions), 3), np.int64)  # episodes found, episodes, packets of the class found
    class_pkts = np.zeros(len(missions), np.int64)
    benign_pkts = np.zeros(len(missions), np.int64)
    crossed = np.zeros((len(missions), len(missions)), np.int64)  # (class, other mission) episodes that it also takes
    benign, seconds = 0, 0.0
    for name in LAB:
        truth = lab_truth(asked.shared / "lab", name)
        context = context_of(asked.shared / "lab" / f"{name}.pcap.zst", asked.cache)
        hits = mission_degrees(missions, context) >= HELD
        seconds += truth.seconds
        quiet = truth.episodes < 0
        benign += int(quiet.sum())
        benign_pkts += hits[quiet].sum(axis=0)
        if asked.detail:
            _explain(f"{name} benign", missions, context[quiet], hits[quiet])
        for episode in np.unique(truth.episodes[~quiet]):
            own = truth.episodes == episode
            m = position[str(truth.labels[own][0])]
            count = runs(hits[own, m])
            found[m] += (count > 0, 1, hits[own, m].sum())
            class_pkts[m] += own.sum()
            others = hits[own].sum(axis=0) >= ENOUGH
            others[m] = False
            crossed[m] += others
            if asked.detail:
                also = " ".join(missions[o].name for o in np.flatnonzero(others))
                tool = truth.tools[int(episode)]
                print(f"{name} {missions[m].name:24} {count:6}/{own.sum():6}  {tool:50} also {also or '-'}")
    loud: dict[int, list[str]] = {m: [] for m in range(len(missions))}
    captures = 0
    for path in training_half(asked.shared / "apps" / "ndpi"):
        context = context_of(path, asked.cache)
        captures += 1
        if not len(context):
            continue
        hits = mission_degrees(missions, context) >= HELD
        for m in range(len(missions)):
            if count := runs(hits[:, m]):
                loud[m].append(f"{path.name} ({count} of {len(context)})")
        if asked.detail:
            _explain(path.name, missions, context, hits)
    print(f"\nlab: {len(LAB)} captures, {benign} benign packets in {seconds / 3600:.2f} h; apps: {captures} captures\n")
    print("| mission | episodes | packets of the class | benign packets | taken for it too | apps that fire |")
    print("|---|---|---|---|---|---|")
    for m, mission in enumerate(missions):
        others = ", ".join(f"{missions[o].name} {n}" for o, n in enumerate(crossed[:, m]) if n) or "-"
        share = found[m, 2] / max(class_pkts[m], 1)
        apps = "; ".join(loud[m]) or "-"
        print(f"| {mission.name} | {found[m, 0]}/{found[m, 1]} | {share:.0%} | {benign_pkts[m]} | {others} | {apps} |")
    noisy = {item.split(" (")[0] for items in loud.values() for item in items}
    print(f"\nepisodes found: {found[:, 0].sum()}/{found[:, 1].sum()}; apps with any finding: {len(noisy)}/{captures}")


def _explain(where: str, missions: tuple[Mission, ...], context: NDArray[np.float32], hits: NDArray[np.bool_]) -> None:
    """Which concepts of the last level hold where a mission holds without reason."""
    for m in np.flatnonzero(hits.sum(axis=0) >= ENOUGH):
        rows = context[hits[:, m]]
        last = concept_degrees((missions[m],), np.asarray(rows))[-2][:, 0]
        names = [concept.id for concept in missions[m].at_level(missions[m].depth)]
        shares = {name: int(n) for name, n in zip(names, (last >= HELD).sum(axis=0), strict=False) if n}
        print(f"FALSE {where}: {missions[m].name} {len(rows)} packets, by {shares}")


if __name__ == "__main__":
    main()
