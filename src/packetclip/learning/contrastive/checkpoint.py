"""A pre-trained encoder's folder: weights, settings and metrics, and what is needed to go on."""

from __future__ import annotations

import dataclasses
import json
import pickle
from pathlib import Path
from typing import Any, Final

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save
from torch import nn

from packetclip.errors import DamagedModel, IncompatibleModel, MissingModel, OutputError
from packetclip.learning.contrastive.projection import TextProjection
from packetclip.learning.contrastive.shipped import load_shipped
from packetclip.learning.encoders import PacketEncoder, build, config_of
from packetclip.learning.encoders.table import encoder_class
from packetclip.model.manifest import FILE as MANIFEST
from packetclip.wire.context import FIELDS

FORMAT: Final = 1
METRICS: Final = "metrics.jsonl"
_CONFIG: Final = "config.json"
_STATE: Final = "state.pt"


def save_checkpoint(folder: Path, encoder: PacketEncoder, projection: TextProjection, about: dict[str, Any]) -> None:
    """Write ``encoder.safetensors``, ``projection.safetensors`` and ``config.json``, each whole or not at all.

    ``about`` (settings of the run, plain values) stands in the config beside name and settings of the encoder.
    """
    name, settings = config_of(encoder)
    config = {
        "format": FORMAT,
        "encoder": name,
        "encoder_settings": settings,
        "text_width": projection.change.in_features,
        "fields": [field.name for field in FIELDS],
        **about,
    }
    _write(folder / "encoder.safetensors", save(_tensors(encoder)))
    _write(folder / "projection.safetensors", save(_tensors(projection)))
    _write(folder / _CONFIG, (json.dumps(config, indent=1) + "\n").encode())


def load_checkpoint(folder: Path | str) -> tuple[PacketEncoder, TextProjection, dict[str, Any]]:
    """Encoder and text projection, ready to evaluate, and the content of ``config.json``; of a model's folder too.

    ``metrics`` in it is what was measured last. Raises MissingModel, DamagedModel, or IncompatibleModel when it was
    trained on other context fields.
    """
    folder = Path(folder)
    if (folder / MANIFEST).is_file():
        return load_shipped(folder)
    config = _read_config(folder)
    if config.get("format") != FORMAT:
        raise IncompatibleModel(
            f"{folder} has checkpoint format {config.get('format')!r}; this packetclip reads {FORMAT}."
        )
    known = [field.name for field in FIELDS]
    if config["fields"] != known:
        odd = sorted(set(config["fields"]) ^ set(known))[:3]
        raise IncompatibleModel(
            f"{folder} was trained on {len(config['fields'])} context fields, and now there are {len(known)} "
            f"(different: {', '.join(odd) or 'their order'}). Pre-train again: packetclip pretrain recipes/lab.toml."
        )
    kind = encoder_class(config["encoder"])
    try:
        settings = kind.Config(**config["encoder_settings"])
    except TypeError as error:
        raise IncompatibleModel(
            f"{folder / _CONFIG} has settings that {config['encoder']} does not know: {error}."
        ) from error
    encoder = build(config["encoder"], settings)
    projection = TextProjection(int(config["text_width"]))
    _fill(encoder, folder / "encoder.safetensors")
    _fill(projection, folder / "projection.safetensors")
    return encoder.eval(), projection.eval(), {**config, "metrics": _last_metrics(folder)}


def save_state(folder: Path, state: dict[str, Any]) -> None:
    """Write what a run needs to go on: tensors and plain values."""
    path = folder / f"{_STATE}.part"
    _make(folder)
    torch.save(state, path)
    path.replace(folder / _STATE)


def load_state(folder: Path) -> dict[str, Any] | None:
    """What :func:`save_state` wrote; None when there is nothing to go on from. Raises DamagedModel."""
    path = folder / _STATE
    if not path.exists():
        return None
    try:
        state: dict[str, Any] = torch.load(path, weights_only=True)
    except (OSError, RuntimeError, EOFError, pickle.UnpicklingError) as error:
        raise DamagedModel(
            f"{path} is damaged, so training cannot go on from it. Start anew without --resume."
        ) from error
    return state


def plain(config: Any) -> dict[str, Any]:
    """A frozen dataclass as plain values."""
    return dataclasses.asdict(config)


def _tensors(module: nn.Module) -> dict[str, torch.Tensor]:
    return {name: value.detach().contiguous() for name, value in module.state_dict().items()}


def _fill(module: nn.Module, path: Path) -> None:
    try:
        stored = load_file(path)
    except FileNotFoundError as error:
        raise DamagedModel(f"{path} is missing. Restore it, or pre-train again.") from error
    except (OSError, SafetensorError) as error:
        raise DamagedModel(f"{path} cannot be read: {error}. Restore it, or pre-train again.") from error
    wanted = module.state_dict()
    for name in sorted(wanted.keys() | stored.keys()):
        if name not in stored or name not in wanted:
            side = "lacks" if name not in stored else "has, and the settings do not ask for,"
            raise DamagedModel(f"{path} {side} the tensor {name}. Its config.json belongs to another run.")
        if wanted[name].shape != stored[name].shape:
            raise DamagedModel(
                f"{path}: tensor {name} has shape {tuple(stored[name].shape)}; the settings in config.json "
                f"want {tuple(wanted[name].shape)}. The two belong to different runs."
            )
    module.load_state_dict(stored)


def _last_metrics(folder: Path) -> dict[str, Any]:
    path = folder / METRICS
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
        last: dict[str, Any] = json.loads(lines[-1]) if lines else {}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise DamagedModel(f"{path} cannot be read: {error}. Restore it, or pre-train again.") from error
    return last


def _read_config(folder: Path) -> dict[str, Any]:
    path = folder / _CONFIG
    if not path.is_file():
        raise MissingModel(
            f"{folder} holds no pre-trained encoder: there is no {_CONFIG}. Run packetclip pretrain first."
        )
    try:
        config = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise DamagedModel(f"{path} cannot be read: {error}.") from error
    missing = [key for key in ("encoder", "encoder_settings", "fields", "text_width") if key not in config]
    if missing:
        raise DamagedModel(f"{path} lacks {', '.join(missing)}. Restore it, or pre-train again.")
    whole: dict[str, Any] = config
    return whole


def _write(path: Path, content: bytes) -> None:
    _make(path.parent)
    part = path.with_name(path.name + ".part")
    try:
        part.write_bytes(content)
        part.replace(path)
    except OSError as error:
        raise OutputError(f"{path} cannot be written: {error.strerror or error}.") from error


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"The folder {folder} cannot be made: {error.strerror or error}.") from error
