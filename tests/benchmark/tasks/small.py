"""A plan of a few small captures, with as many fields as real ones, for tasks that fit methods."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np

from packetclip.benchmark import methods
from packetclip.benchmark.drawing import Drawing, draw
from packetclip.benchmark.method import Method
from packetclip.benchmark.plan import Data, OcclusionEntry, PayloadEntry, Recipe, ScarcityEntry, SplitEntry
from packetclip.benchmark.samples import Samples, join
from packetclip.datasets import LABELS
from packetclip.wire.context import FIELDS, POSITION
from tests.benchmark.toys import toy

CLASSES = ("Benign", LABELS[0], LABELS[1])
RUN = 12


def capture(name: str, seed: int, *, permuted: bool = False) -> Samples:
    """Two minutes: benign packets, and four episodes of each of two attacks, which hosts, header and payload tell."""
    rng = np.random.default_rng(seed)
    classes = np.repeat([0, 1, 0, 2] * 4, RUN)
    n = len(classes)
    fields = rng.exponential(0.2, (n, len(FIELDS))).astype(np.float32)
    fields[:, POSITION["packet_tcp"]] = 1.0
    fields[classes == 1, POSITION["orig_refused_10s"]] += 200.0
    fields[classes == 2, POSITION["packet_syn"]] += 5.0
    told = toy(fields, classes, seed)
    told.payload[:, 24:] = 0
    told.payload_length[:] = 24
    told.payload[classes > 0, :16] = 7 * classes[classes > 0][:, None]
    if permuted:
        told = dataclasses.replace(told, classes=rng.permutation(told.classes))
    return dataclasses.replace(
        told, time_ns=10**18 + np.arange(n) * (120 * 10**9 // n), names=(name,), networks=(name[0].upper(),)
    )


@dataclass
class Small:
    """A Plan in all that these tasks ask of one."""

    recipe: Recipe
    captures: dict[str, Samples] = field(
        default_factory=lambda: {name: capture(name, n) for n, name in enumerate(("a1", "a2", "a3", "b1", "c1"))}
    )
    classes: tuple[str, ...] = CLASSES

    def split(self, name: str) -> SplitEntry:
        return next(own for own in self.recipe.splits if own.name == name)

    def encoder(self, entry: SplitEntry | None = None) -> Path:
        return Path(self.recipe.pretrained)

    def fit(self, entry: SplitEntry | None = None) -> dict[str, Any]:
        return {**self.recipe.fit, **(entry.fit if entry else {})}

    def seeds(self, entry: SplitEntry, method: str) -> int:
        return 5

    def foundation(self, name: str, entry: SplitEntry | None = None) -> dict[str, Any]:
        return {}

    def beside(self, path: str) -> Path:
        return Path(path)

    @property
    def dataset(self) -> SimpleNamespace:
        return SimpleNamespace(names=tuple(self.captures))

    def samples(self, name: str) -> Samples:
        return self.captures[name]

    def drawn(self, names: tuple[str, ...], seed: int) -> Samples:
        rng = np.random.default_rng(seed)
        return join([part.take(draw(part, self.recipe.drawing, rng)) for part in map(self.samples, names)])

    def life(self, seed: int) -> list[Samples]:
        return []

    def method(self, name: str, entry: SplitEntry, seed: int) -> Method:
        return methods.make(name, self.classes, seed, None, {})


def recipe(*names: str, about: tuple[str, ...] = ("extra trees",)) -> Recipe:
    """Splits network and capture learn from the same packets."""
    sides = {"train": ("a1", "a2"), "tune": ("a3",)}
    splits = (
        SplitEntry("network", "captures", test=("b1",), **sides),
        SplitEntry("capture", "captures", test=("c1",), **sides),
    )
    return Recipe(
        "small",
        Data("lab", "."),
        splits,
        about,
        drawing=Drawing(30, 300, 50),
        payload=PayloadEntry(names or ("network",), about),
        occlusion=OcclusionEntry(names or ("network",), about),
        scarcity=ScarcityEntry(names or ("network",), (0.1, 0.5, 1.0), about, 1),
    )
