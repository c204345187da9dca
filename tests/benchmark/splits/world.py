"""A small world to split: captures of some networks, out of nothing, behind the face of a Plan."""

from __future__ import annotations

import dataclasses
import tempfile
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np

from packetclip.benchmark.drawing import Drawing, draw
from packetclip.benchmark.fold import LIFE
from packetclip.benchmark.plan import Data, Recipe, SplitEntry
from packetclip.benchmark.samples import Samples, join
from tests.benchmark.toys import toy

CLASSES = ("Benign", "Scan", "Flood", "Tunnel")
FLOW = 10
START_NS = 1_760_000_000 * 10**9


def capture(name: str, network: str, seed: int, flows: int = 120, seconds: float = 420.0) -> Samples:
    """Flows of ten packets between six clients and four servers of the network; two episodes of each attack."""
    rng, n = np.random.default_rng(seed), flows * FLOW
    flow = np.arange(n) // FLOW
    per_flow = np.zeros(flows, np.int16)
    for run in range(6):
        at = 6 + run * 18
        per_flow[at : at + 6] = run % 3 + 1
    classes = per_flow[flow]
    fields = rng.normal(size=(n, 8)).astype(np.float32)
    fields[np.arange(n), classes] += 3.0
    offset = np.uint64(sum(map(ord, network)) * 1000 + 1)
    client, server = rng.integers(0, 6, flows).astype(np.uint64), rng.integers(50, 54, flows).astype(np.uint64)
    drawn = toy(fields, classes, seed)
    return dataclasses.replace(
        drawn,
        flow=flow,
        time_ns=START_NS + seed * 10**13 + np.sort(rng.integers(0, int(seconds * 1e9), n)),
        orig=(client + offset)[flow],
        resp=(server + offset)[flow],
        conversation=rng.integers(0, 1 << 63, flows, np.uint64)[flow],
        names=(name,),
        networks=(network,),
    )


def world() -> dict[str, Samples]:
    """Captures of networks A and B, each with other packets."""
    return {f"{n.lower()}{k}": capture(f"{n.lower()}{k}", n, 10 * ord(n) + k) for n in "AB" for k in (1, 2, 3)}


@cache
def no_corpus() -> str:
    """Folder of an encoder that has seen no capture."""
    folder = Path(tempfile.mkdtemp(prefix="packetclip-"))
    (folder / "config.json").write_text('{"captures": []}')
    return str(folder)


@dataclass
class Toy:
    """A Plan in all that splits and the audit ask of one."""

    captures: dict[str, Samples] = field(default_factory=world)
    entries: tuple[SplitEntry, ...] = ()
    pretrained: str = field(default_factory=lambda: no_corpus())
    lives: int = 0
    classes: tuple[str, ...] = CLASSES

    @property
    def recipe(self) -> Recipe:
        return Recipe(
            "toy", Data("toy", "."), self.entries, (), drawing=Drawing(30, 300, 50), pretrained=self.pretrained
        )

    def split(self, name: str) -> SplitEntry:
        return next((own for own in self.entries if own.name == name), SplitEntry(name, "captures"))

    def encoder(self, entry: SplitEntry | None = None) -> Path:
        return Path((entry.pretrained if entry else "") or self.pretrained)

    def beside(self, path: str) -> Path:
        return Path(path)

    @property
    def dataset(self) -> Toy:
        return self

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self.captures)

    def capture(self, name: str) -> SimpleNamespace:
        return SimpleNamespace(network=self.captures[name].networks[0], classes=self.captures[name].classes)

    def samples(self, name: str) -> Samples:
        return self.captures[name]

    def drawn(self, names: tuple[str, ...], seed: int) -> Samples:
        rng = np.random.default_rng(seed)
        return join([part.take(draw(part, self.recipe.drawing, rng)) for part in map(self.samples, names)])

    def life(self, seed: int) -> list[Samples]:
        rng = np.random.default_rng(seed)
        parts = [capture(f"life{k}.pcap", LIFE, 900 + k, 20) for k in range(self.lives)]
        parts = [dataclasses.replace(part, classes=part.classes * 0, episodes=part.episodes * 0 - 1) for part in parts]
        return [part.take(draw(part, self.recipe.drawing, rng, life=True)) for part in parts]


def entry(kind: str, **rest: Any) -> SplitEntry:
    """A split of the toy's captures: whole ones on each side where the kind wants that, else a1 and a2 cut."""
    whole = {"train": ("a1", "a2"), "tune": ("a3",), "test": ("b1", "b2")}
    cut = {"train": ("a1", "a2")}
    sides = whole if kind in ("captures", "class_withheld", "behaviour_withheld") else cut
    return SplitEntry(**{"name": kind, "kind": kind, **sides, **rest})
