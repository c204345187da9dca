"""A whole fit by its recipe: from a pre-trained encoder and labelled captures to a model's folder."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import torch

from packetclip.language.knowledge import Mission, load_missions, pack
from packetclip.language.knowledge.registry import MISSIONS
from packetclip.learning.contrastive import TextProjection, load_checkpoint, load_teacher, write_pretraining
from packetclip.learning.encoders import PacketEncoder
from packetclip.learning.reasoning import recipe as recipes
from packetclip.learning.reasoning.adapter import Adapter
from packetclip.learning.reasoning.card import write_card
from packetclip.learning.reasoning.examples import Examples, Labelled, load_examples
from packetclip.learning.reasoning.export import export
from packetclip.learning.reasoning.fit import Progress, fit
from packetclip.learning.reasoning.reasoner import Reasoner
from packetclip.learning.reasoning.recipe import Recipe
from packetclip.model.calibration import Calibration
from packetclip.model.concepts import Concepts
from packetclip.model.folder import seal
from packetclip.model.manifest import HistorySettings, Manifest
from packetclip.wire.context import FIELDS

SAMPLE = 40_000
"""Rows from which the adapter's bins are laid."""


@dataclass(frozen=True, slots=True, eq=False)
class Parts:
    """What a reasoner is put together from."""

    encoder: PacketEncoder
    projection: TextProjection
    missions: tuple[Mission, ...]
    texts: torch.Tensor
    """(texts, E) of ``pack(missions).texts`` as the text encoder gives them."""
    joint: torch.Tensor
    """(texts, E) the same in the joint space."""
    logit_scale: float
    pretraining: Mapping[str, Any] = field(default_factory=dict)
    """Settings of the pre-training, ``pairs``, how many it learned from, and ``metrics``, what it measured last."""


def run(
    recipe_path: Path | str, folder: Path | str, resume: bool = False, progress: Progress | None = None
) -> list[Labelled]:
    """Fit and export; ``folder`` becomes a model whose scores are not yet calibrated (``detection`` does that).

    Returns the captures that the recipe keeps for calibration; nothing here has looked into them.

    Raises RecipeError, MissingModel, CaptureError, OutputError.
    """
    recipe_path, folder = Path(recipe_path), Path(folder)
    recipe = recipes.read(recipe_path)
    beside = recipe_path.parent
    progress = progress or (lambda what, done, total: None)
    parts = gather(beside / recipe.pretrained)
    labels = {mission.label.lower(): m + 1 for m, mission in enumerate(parts.missions)}
    sources = [labelled for entry in recipe.train for labelled in entry.read(beside, labels)]
    calm = [labelled for entry in recipe.life for labelled in entry.read(beside, tune=False)]
    train, life = _load(sources, recipe, progress), _load(calm, recipe, progress)
    reasoner = assemble(parts, recipe, [*train, *life])
    work = folder.with_name(folder.name + ".work")
    if not resume:
        shutil.rmtree(work, ignore_errors=True)
    fit(reasoner, train, life, recipe.fit, work, progress, resume=resume)
    folder.mkdir(parents=True, exist_ok=True)
    write_card(reasoner, recipe, parts.pretraining, folder)
    write(reasoner, parts, recipe, folder)
    tune = [labelled for entry in recipe.tune for labelled in entry.read(beside, labels)]
    return tune + [labelled for entry in recipe.life for labelled in entry.read(beside, tune=True)]


def gather(pretrained: Path) -> Parts:
    """Encoder, projection, missions and the vectors of their texts."""
    encoder, projection, config = load_checkpoint(pretrained)
    missions = load_missions()
    text = config.get("text", {})
    teacher = load_teacher(text["name"], longest=text["longest"]) if text else load_teacher()
    texts = torch.from_numpy(np.asarray(teacher.encode(list(pack(missions).texts)), np.float32))
    with torch.no_grad():
        joint = projection(texts)
    return Parts(encoder, projection, missions, texts, joint, 1.0 / float(config["metrics"]["temperature"]), config)


def assemble(parts: Parts, recipe: Recipe, examples: list[Examples]) -> Reasoner:
    """An untrained reasoner whose adapter has its bins."""
    torch.manual_seed(recipe.fit.seed)
    rng = np.random.default_rng(recipe.fit.seed)
    adapter = Adapter(embedding=parts.joint.shape[1])
    known = [e for e in examples if e.scored.any()]
    each = SAMPLE // len(known) + 50
    adapter.fit(np.concatenate([e.fields[rng.choice(np.flatnonzero(e.scored), each)] for e in known]))
    return Reasoner(parts.encoder, adapter, parts.missions, parts.joint, recipe.reasoner)


def write(reasoner: Reasoner, parts: Parts, recipe: Recipe, folder: Path) -> None:
    """Export the graphs and everything that detection needs beside them."""
    layered = reasoner.layered
    level = layered.levels[0]
    keys = layered.facts
    rows = torch.from_numpy(level.text[keys.key_mission, keys.key_node])
    folder.mkdir(parents=True, exist_ok=True)
    export(reasoner, parts.joint[rows], folder)
    matrix, shift = parts.projection.matrix()
    Concepts(
        parts.texts[rows].numpy(),
        parts.joint[rows].numpy(),
        matrix.T.numpy(),
        shift.numpy(),
        parts.logit_scale,
    ).write(folder)
    shutil.rmtree(folder / "missions", ignore_errors=True)
    (folder / "missions").mkdir()
    for mission in parts.missions:
        shutil.copyfile(MISSIONS / f"{mission.name}.toml", folder / "missions" / f"{mission.name}.toml")
    if parts.pretraining:
        write_pretraining(parts.pretraining, folder)
    Calibration.identity(layered.names).write(folder)
    names = [parts.missions[m].name for m in keys.key_mission]
    history = HistorySettings(recipe.reasoner.steps, recipe.history if recipe.reasoner.use_temporal else "none")
    manifest = Manifest(
        recipe.name, recipe.version, datetime.now(UTC).isoformat(timespec="seconds"), tuple(f.name for f in FIELDS),
        layered.names, tuple(zip(names, keys.key_ids, strict=True)), history=history,
    )  # fmt: skip
    seal(folder, manifest)


def _load(captures: list[Labelled], recipe: Recipe, progress: Progress) -> list[Examples]:
    loaded: list[Examples] = []
    for examples in load_examples(captures, recipe.history):
        loaded.append(examples)
        progress("reading captures", len(loaded), len(captures))
    return loaded
