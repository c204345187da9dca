"""A whole pre-training by its recipe."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from packetclip.errors import RecipeError
from packetclip.learning.contrastive.config import PretrainConfig
from packetclip.learning.contrastive.corpus import CorpusConfig, Group, build_pairs
from packetclip.learning.contrastive.pretrain import Progress, pretrain, silent
from packetclip.learning.contrastive.sources import Captures
from packetclip.learning.contrastive.teachers import DEFAULT, load_teacher
from packetclip.learning.encoders.table import encoder_class
from packetclip.recipe import from_table, read_recipe


@dataclass(frozen=True, slots=True)
class EncoderRecipe:
    """Which packet encoder, of which sizes."""

    name: str = "behaviour"
    settings: dict[str, Any] = field(default_factory=dict)
    """Fields of the encoder's ``Config``."""


@dataclass(frozen=True, slots=True)
class TextRecipe:
    """Which frozen text encoder."""

    name: str = DEFAULT
    """The default, or any name or folder that sentence-transformers knows."""
    longest: int = 64
    """Word pieces read of a caption."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """What ``recipes/lab.toml`` holds."""

    captures: tuple[Captures, ...]
    corpus: CorpusConfig = field(default_factory=CorpusConfig)
    text: TextRecipe = field(default_factory=TextRecipe)
    encoder: EncoderRecipe = field(default_factory=EncoderRecipe)
    pretrain: PretrainConfig = field(default_factory=PretrainConfig)


def run(recipe_path: Path | str, folder: Path | str, resume: bool = False, progress: Progress = silent) -> None:
    """Read captures, write captions, train; ``folder`` gets the checkpoint (see ``load_checkpoint``).

    Raises RecipeError, CaptureError, MissingExtra, OutputError.
    """
    recipe_path, folder = Path(recipe_path), Path(folder)
    recipe = read_recipe(recipe_path, Recipe)
    if not recipe.captures:
        raise RecipeError(f"{recipe_path}: captures is empty; add a [[captures]] entry with a path.")
    # Everything that can be wrong in the recipe is found before the first minute is spent.
    kind = encoder_class(recipe.encoder.name)
    encoder_config = from_table(kind.Config, recipe.encoder.settings, "encoder.settings")
    groups = [Group(tuple(entry.files(recipe_path.parent)), entry.share) for entry in recipe.captures]
    teacher = load_teacher(recipe.text.name, longest=recipe.text.longest)
    pairs = build_pairs(groups, recipe.corpus, teacher, folder / "captions.npz", progress)
    pretrain(
        pairs,
        recipe.pretrain,
        folder,
        progress,
        encoder=recipe.encoder.name,
        encoder_config=encoder_config,
        about={
            "text": {"name": recipe.text.name, "longest": recipe.text.longest},
            "captures": [[file.name for file in group.files] for group in groups],
            "pairs": len(pairs),
        },
        resume=resume,
    )
