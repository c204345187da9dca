"""What a benchmark is made of: ``recipes/benchmark.toml`` as frozen dataclasses, and the data that it names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Final

import numpy as np

from packetclip.benchmark import encoders, methods
from packetclip.benchmark.drawing import Drawing, draw
from packetclip.benchmark.fold import LIFE
from packetclip.benchmark.method import Method
from packetclip.benchmark.reading import read
from packetclip.benchmark.samples import Samples, join
from packetclip.datasets import NOT_BENIGN, Applications, Dataset, LabelledCapture, open_dataset
from packetclip.errors import RecipeError
from packetclip.recipe import read_recipe

__all__ = [
    "Data",
    "NoveltyEntry",
    "OcclusionEntry",
    "PayloadEntry",
    "Plan",
    "QuietEntry",
    "Recipe",
    "ScarcityEntry",
    "SplitEntry",
]


@dataclass(frozen=True, slots=True)
class Data:
    """Where labelled captures lie."""

    kind: str
    """A key of :data:`packetclip.datasets.DATASETS`: ``lab``, ``labelled``, ``aci-iot-2023``..."""
    path: str
    """Relative to the recipe's folder."""


@dataclass(frozen=True, slots=True)
class SplitEntry:
    """One split of a recipe."""

    name: str
    kind: str
    """A key of :data:`packetclip.benchmark.splits.SPLITS`."""
    train: tuple[str, ...] = ()
    """Captures to learn from; of the kinds that cut captures, those that are cut."""
    tune: tuple[str, ...] = ()
    test: tuple[str, ...] = ()
    groups: dict[str, Any] = field(default_factory=dict)
    """Of kinds that withhold something: the classes of each group by its name; empty takes each class alone."""
    leaky: bool = False
    """Shares flows, packets or windows across its sides on purpose: the audit says so, and does not fail."""
    pretrained: str = ""
    """Instead of the recipe's, where that one has seen captures or a network of this split's test side."""
    fit: dict[str, Any] = field(default_factory=dict)
    """Settings of FitConfig that differ from the recipe's."""
    methods: tuple[str, ...] = ()
    """Instead of the recipe's."""
    seeds: int = 0
    """Instead of the recipe's, where not 0."""

    @property
    def sides(self) -> str:
        """What decides which packets are on which side, and nothing else."""
        return repr((self.kind, self.train, self.tune, self.test, self.groups))


@dataclass(frozen=True, slots=True)
class NoveltyEntry:
    """One question without labels: what is learned as a network's normal, and what is asked about."""

    name: str
    learn: tuple[str, ...]
    """Captures, of which no label is told."""
    ask: tuple[str, ...] = ()
    seconds: float = 0.0
    """Learn from the first seconds of each capture alone, and ask about the rest too; 0 learns from all of it."""
    beside: tuple[str, ...] = ()
    """Methods that are told the labels, or know attacks by themselves, for comparison."""
    about: str = ""
    """A sentence for the report: what is particular about these captures."""


@dataclass(frozen=True, slots=True)
class QuietEntry:
    """What the task ``quiet`` fits before it looks at others' captures."""

    split: str = ""
    """Whose learning and tuning sides are home; empty takes the first split of whole captures."""
    methods: tuple[str, ...] = ()
    """Instead of the recipe's that name attacks and do not take minutes to learn."""
    seeds: int = 3
    """At most, and no more than the split's."""


@dataclass(frozen=True, slots=True)
class PayloadEntry:
    """How the paper's view, payload bytes alone, is measured; splits that the recipe lacks are left out."""

    splits: tuple[str, ...] = ("packet", "capture", "network", "rotation-a")
    methods: tuple[str, ...] = (
        "payload transformer",
        "payload transformer, frozen",
        "payload CNN",
        "LightGBM",
        "packetclip",
    )
    """Beside it."""
    seeds: int = 1
    scarce: str = "network"
    """The split in which it is measured with a share of the training episodes too; empty for none."""
    pairs: int = 8_000
    """Packets of different payloads with which its encoder learns captions."""
    epochs: int = 8
    """Of that."""
    fit: dict[str, Any] = field(default_factory=lambda: {"epochs": 3, "episode_packets": 300})
    """Settings of FitConfig, for missions over payload bytes and for our own method."""


@dataclass(frozen=True, slots=True)
class OcclusionEntry:
    """Which methods are fitted again without a view of the traffic; splits that the recipe lacks are left out."""

    splits: tuple[str, ...] = ("network", "rotation-a")
    methods: tuple[str, ...] = ("packetclip", "extra trees", "LightGBM")
    seeds: int = 1
    fit: dict[str, Any] = field(default_factory=lambda: {"epochs": 3, "episode_packets": 300})
    """Settings of FitConfig for our own method."""


@dataclass(frozen=True, slots=True)
class ScarcityEntry:
    """Which methods are fitted on shares of the training episodes; splits that the recipe lacks are left out."""

    splits: tuple[str, ...] = ("network",)
    shares: tuple[float, ...] = (0.01, 0.03, 0.1, 0.3, 1.0)
    methods: tuple[str, ...] = ("packetclip", "extra trees", "LightGBM", "logistic regression", "payload transformer")
    seeds: int = 3
    fit: dict[str, Any] = field(default_factory=lambda: {"epochs": 3, "episode_packets": 300})
    """Settings of FitConfig for our own method."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """What ``packetclip audit`` and ``packetclip evaluate`` read."""

    name: str
    data: Data
    splits: tuple[SplitEntry, ...]
    methods: tuple[str, ...]
    """Keys of :data:`packetclip.benchmark.methods.METHODS`."""
    tasks: tuple[str, ...] = ("detection",)
    """Keys of :data:`packetclip.benchmark.tasks.TASKS`."""
    about: str = ""
    """Paragraphs for the report: what its reader should know of the data, and of what was chosen in sight of it."""
    seeds: int = 5
    slow_seeds: int = 3
    """Of methods that take minutes to learn."""
    applications: str = ""
    """Folder of ordinary life, whose training half is learned from as benign; empty for none."""
    attacks: str = ""
    """Folder of others' attacks, for testing only; empty for none."""
    pretrained: str = ""
    """The encoder that our own method and some baselines stand on: a folder of ``packetclip pretrain`` or of a model,
    or a recipe of the former, which ``evaluate`` follows first; empty takes the model that ships."""
    fit: dict[str, Any] = field(default_factory=dict)
    """Settings of FitConfig for our own method."""
    drawing: Drawing = field(default_factory=Drawing)
    novelty: tuple[NoveltyEntry, ...] = ()
    """Questions of the task ``novelty``."""
    quiet: QuietEntry = field(default_factory=QuietEntry)
    """Settings of the task ``quiet``."""
    payload: PayloadEntry = field(default_factory=PayloadEntry)
    occlusion: OcclusionEntry = field(default_factory=OcclusionEntry)
    scarcity: ScarcityEntry = field(default_factory=ScarcityEntry)
    """Settings of the tasks of these names."""


KEPT_BYTES: Final = 2 << 30
"""Of captures that a process holds, beside the one that it is asked for."""


class Plan:
    """A recipe and its data; captures are read when they are asked for, and the last ones are kept."""

    def __init__(self, path: Path) -> None:
        """Raises RecipeError."""
        self.path = path
        self.recipe = read_recipe(path, Recipe)
        self._captures: dict[str, Samples] = {}
        self._lives = lru_cache(maxsize=1)(self._draw_life)

    def beside(self, path: str) -> Path:
        """A path of the recipe. Raises RecipeError where it is empty."""
        if not path:
            raise RecipeError(f"{self.path} lacks a folder that is asked for: applications or attacks.")
        return self.path.parent / path

    def split(self, name: str) -> SplitEntry:
        """A split by its name. Raises RecipeError."""
        for entry in self.recipe.splits:
            if entry.name == name:
                return entry
        raise RecipeError(f"{self.path} has no split {name!r}. It has {', '.join(s.name for s in self.recipe.splits)}.")

    def seeds(self, entry: SplitEntry, method: str) -> int:
        """How many times a method is fitted for a split. Raises RecipeError."""
        if not methods.learns(method):
            return 1
        most = entry.seeds or self.recipe.seeds
        return min(most, self.recipe.slow_seeds) if methods.is_slow(method) else most

    def encoder(self, entry: SplitEntry | None = None) -> Path:
        """Folder of the pre-trained encoder, of a split or of the whole recipe."""
        return encoders.folder_of((entry.pretrained if entry else "") or self.recipe.pretrained, self.path.parent)

    @property
    def encoder_recipes(self) -> tuple[Path, ...]:
        """Recipes of ``packetclip pretrain`` that encoders are made by, in the order in which they are named."""
        named = [self.recipe.pretrained, *(entry.pretrained for entry in self.recipe.splits)]
        return tuple(self.path.parent / name for name in dict.fromkeys(named) if encoders.is_recipe(name))

    def fit(self, entry: SplitEntry | None = None) -> dict[str, Any]:
        """Settings of FitConfig for our own method, of a split or of the whole recipe."""
        return {**self.recipe.fit, **(entry.fit if entry else {})}

    def foundation(self, name: str, entry: SplitEntry | None = None) -> dict[str, Any]:
        """What a method stands on beside its code and its packets; empty for most. Raises RecipeError."""
        return {
            **({"encoder": encoders.digest(self.encoder(entry))} if methods.is_pretrained(name) else {}),
            **({"fit": self.fit(entry), "parts": methods.OURS[name]} if name in methods.OURS else {}),
        }

    def method(self, name: str, entry: SplitEntry, seed: int) -> Method:
        """A method that has learned nothing yet. Raises RecipeError, MissingExtra."""
        return methods.make(name, self.classes, seed, self.encoder(entry), self.fit(entry))

    @cached_property
    def dataset(self) -> Dataset:
        """The labelled captures."""
        return open_dataset(self.recipe.data.kind, self.beside(self.recipe.data.path))

    @property
    def classes(self) -> tuple[str, ...]:
        """Names of the classes, Benign first."""
        return tuple(self.dataset.classes)

    def samples(self, name: str) -> Samples:
        """All packets of a labelled capture."""
        if name not in self._captures:
            found = read(self.dataset.capture(name))
            while self._captures and found.nbytes + sum(own.nbytes for own in self._captures.values()) > KEPT_BYTES:
                del self._captures[next(iter(self._captures))]
            self._captures[name] = found
        return self._captures[name]

    def drawn(self, names: tuple[str, ...], seed: int) -> Samples:
        """The packets to learn from, of whole captures."""
        rng = np.random.default_rng(seed)
        parts = [self.samples(name) for name in names]
        return join([part.take(draw(part, self.recipe.drawing, rng)) for part in parts])

    def life(self, seed: int) -> list[Samples]:
        """Packets of ordinary life to learn from, a capture each; empty where the recipe names none."""
        return self._lives(seed)

    def _draw_life(self, seed: int) -> list[Samples]:
        rng = np.random.default_rng(seed)
        return [part.take(draw(part, self.recipe.drawing, rng, life=True)) for part in self._life()]

    def _life(self) -> Iterator[Samples]:
        if not self.recipe.applications:
            return
        left_out = {entry.name for entry in NOT_BENIGN}
        for path in Applications(self.beside(self.recipe.applications)).training():
            if path.name not in left_out:
                yield read(LabelledCapture.benign(path, LIFE))
