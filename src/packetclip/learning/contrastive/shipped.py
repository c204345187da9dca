"""Pre-training as a model's folder keeps it: the encoder back out of its graph, for those who hold no checkpoint."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch

from packetclip.errors import DamagedModel, IncompatibleModel, MissingExtra
from packetclip.learning.contrastive.projection import TextProjection
from packetclip.learning.encoders import PacketEncoder, build
from packetclip.learning.encoders.table import encoder_class
from packetclip.model import load
from packetclip.model.folder import ENCODER

FILE: Final = "pretraining.json"
"""Settings of the pre-training and what it measured last, beside the graphs of a model."""
_PREFIX: Final = "reasoner.encoder."


def write_pretraining(config: Mapping[str, Any], folder: Path) -> None:
    """Keep in a model's folder what its encoder is and has seen, as ``load_checkpoint`` tells it."""
    (folder / FILE).write_text(json.dumps(config, indent=1) + "\n", encoding="utf-8")


def load_shipped(folder: Path) -> tuple[PacketEncoder, TextProjection, dict[str, Any]]:
    """What ``load_checkpoint`` gives, of a model: the weights stand in its graph under their own names.

    Raises MissingExtra, DamagedModel, or IncompatibleModel for a model without ``pretraining.json``.
    """
    try:
        import onnx
        from onnx import numpy_helper
    except ImportError:
        raise MissingExtra("the encoder of a model", "train") from None
    model = load(folder)
    if FILE not in model.manifest.files:
        raise IncompatibleModel(
            f"The model in {folder} does not say how its encoder was made: it has no {FILE}. "
            "Name a folder that packetclip pretrain wrote."
        )
    config: dict[str, Any] = json.loads((folder / FILE).read_text(encoding="utf-8"))
    encoder = build(config["encoder"], encoder_class(config["encoder"]).Config(**config["encoder_settings"]))
    graph = onnx.load(str(folder / ENCODER)).graph
    stored = {
        weight.name.removeprefix(_PREFIX): torch.from_numpy(numpy_helper.to_array(weight).copy())
        for weight in graph.initializer
        if weight.name.startswith(_PREFIX)
    }
    try:
        encoder.load_state_dict(stored)
    except RuntimeError as error:
        raise DamagedModel(f"{folder / ENCODER} does not hold the encoder that {FILE} describes: {error}") from error
    projection = TextProjection(model.concepts.weight.shape[1])
    matrix = model.concepts.weight - (np.eye(len(model.concepts.weight)) if projection.same else 0.0)
    projection.change.weight.data = torch.from_numpy(matrix.astype(np.float32))
    projection.change.bias.data = torch.from_numpy(model.concepts.bias.copy())
    return encoder.eval(), projection.eval(), config
