"""What a fit is made of: ``recipes/lab-missions.toml`` as frozen dataclasses."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import zstandard

from packetclip.errors import RecipeError
from packetclip.learning.contrastive.sources import Captures
from packetclip.learning.reasoning.examples import Labelled
from packetclip.learning.reasoning.fit import FitConfig
from packetclip.learning.reasoning.reasoner import ReasonerConfig
from packetclip.model.manifest import HistoryKey
from packetclip.recipe import read_recipe

BENIGN = "benign"


@dataclass(frozen=True, slots=True)
class LabelledCaptures:
    """Captures with a label for every packet.

    Beside ``NAME.pcap`` (compressed or not) stands ``NAME.labels.csv`` or ``NAME.labels.csv.zst`` with the columns
    ``index,label,episode``: the packet's number, the label of a mission or Benign, the number of the attack's episode.
    """

    path: str
    """Folder, relative to the recipe's."""
    names: tuple[str, ...]

    def read(self, beside: Path, labels: Mapping[str, int]) -> Iterator[Labelled]:
        """``labels``: mission number + 1 by lower-case label. Raises RecipeError."""
        folder = beside / self.path
        for name in self.names:
            sources = [p for p in sorted(folder.glob(f"{name}.pcap*")) if p.is_file()]
            tables = sorted(folder.glob(f"{name}.labels.csv*"))
            if not sources or not tables:
                raise RecipeError(f"{folder} lacks {name}.pcap* or {name}.labels.csv*; both are needed.")
            codes, episodes = [], []
            rows = csv.DictReader(io.StringIO(_text(tables[0])))
            if not {"label", "episode"} <= set(rows.fieldnames or ()):
                raise RecipeError(f"{tables[0]} needs the columns index,label,episode; it has {rows.fieldnames}.")
            for row in rows:
                label = row["label"].lower()
                if label != BENIGN and label not in labels:
                    raise RecipeError(f"{tables[0]}: no mission has the label {row['label']!r}.")
                codes.append(0 if label == BENIGN else labels[label])
                if not row["episode"].isdigit() and row["episode"]:
                    raise RecipeError(f"{tables[0]}: the episode {row['episode']!r} is no number.")
                episodes.append(int(row["episode"]) if row["episode"] else -1)
            yield Labelled(name, str(sources[0]), np.array(codes, np.int64), np.array(episodes, np.int64))


@dataclass(frozen=True, slots=True)
class LifeCaptures:
    """Captures of ordinary life, without labels: all of it is taken for benign."""

    path: str
    half: str = "both"
    """As in a pre-training recipe."""
    leave_out: tuple[str, ...] = ()
    """File names that hold an attack after all."""
    tune_sixteenths: int = 5
    """So many sixteenths of the files, by the second hex digit of their names' SHA-1, are kept to choose thresholds."""

    def read(self, beside: Path, *, tune: bool) -> Iterator[Labelled]:
        for path in Captures(self.path, half=self.half).files(beside):
            digit = int(hashlib.sha1(path.name.encode(), usedforsecurity=False).hexdigest()[1], 16)
            if path.name not in self.leave_out and (digit < self.tune_sixteenths) == tune:
                yield Labelled(path.name, str(path))


@dataclass(frozen=True, slots=True)
class Recipe:
    """What ``packetclip fit`` reads."""

    name: str
    version: str
    pretrained: str
    """Folder of the pre-training's checkpoint, relative to the recipe's."""
    train: tuple[LabelledCaptures, ...]
    tune: tuple[LabelledCaptures, ...]
    """Calibration and thresholds come from these, and nothing else does."""
    life: tuple[LifeCaptures, ...] = ()
    history: HistoryKey = "pair"
    """Which earlier packets are a packet's history; "none" switches the temporal transformer off."""
    reasoner: ReasonerConfig = field(default_factory=ReasonerConfig)
    fit: FitConfig = field(default_factory=FitConfig)


def read(path: Path) -> Recipe:
    """Raises RecipeError."""
    recipe = read_recipe(path, Recipe)
    if recipe.history == "none":
        return replace(recipe, reasoner=replace(recipe.reasoner, use_temporal=False))
    return recipe


def _text(path: Path) -> str:
    raw = path.read_bytes()
    if path.suffix == ".zst":
        raw = zstandard.ZstdDecompressor().stream_reader(raw).read()
    return raw.decode()
