"""``model.json``: what a model's folder holds and for which columns it was made."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any, Final, Literal, get_args

from packetclip.errors import DamagedModel, IncompatibleModel, MissingModel

FORMAT: Final = 1
"""Version of the folder's layout; a reader refuses newer ones."""
FILE: Final = "model.json"

HistoryKey = Literal["flow", "pair", "originator", "none"]
"""Which earlier packets are a packet's history: those of its flow, of its pair of hosts, of its originator, or none."""


@dataclass(frozen=True, slots=True)
class HistorySettings:
    """What the temporal transformer looks back on."""

    steps: int = 30
    """T, the packet itself included."""
    key: HistoryKey = "pair"


@dataclass(frozen=True, slots=True)
class Manifest:
    """The contents of ``model.json``. M missions, C key concepts, F fields."""

    name: str
    version: str
    created: str
    """ISO 8601 time."""
    fields: tuple[str, ...]
    """F names of context fields, in the order of the encoder's input."""
    missions: tuple[str, ...]
    """M names, in the order of the columns of every score."""
    concepts: tuple[tuple[str, str], ...]
    """C pairs of mission and concept id, in the order of the columns of degrees and closeness."""
    bytes_width: int = 64
    """Masked bytes a packet that the encoder takes."""
    history: HistorySettings = field(default_factory=HistorySettings)
    files: Mapping[str, str] = field(default_factory=dict)
    """SHA-256, in hex, of every other file of the folder, by its path there."""

    @classmethod
    def read(cls, folder: Path) -> Manifest:
        """Read and check ``folder/model.json``. Raises MissingModel, DamagedModel or IncompatibleModel."""
        path = folder / FILE
        if not folder.is_dir():
            raise MissingModel(f"There is no model folder at {folder}. Name one with --model, or leave --model out.")
        if not path.is_file():
            raise MissingModel(f"The folder {folder} holds no {FILE}, so it is not a model. Name a model's folder.")
        try:
            value = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise DamagedModel(f"{path} cannot be read ({error}). Copy the model's folder again.") from error
        if not isinstance(value, dict) or not isinstance(value.get("format"), int):
            raise DamagedModel(f"{path} does not describe a model: it lacks 'format'. Copy its folder again.")
        if value["format"] != FORMAT:
            raise IncompatibleModel(
                f"{path} has format {value['format']}; this packetclip reads format {FORMAT}. "
                "Update packetclip, or take a model that was made for it."
            )
        try:
            return _parse(value)
        except (KeyError, TypeError, ValueError) as error:
            raise DamagedModel(f"{path} is not whole: {error}. Copy the model's folder again.") from error

    def write(self, folder: Path) -> None:
        """Write ``folder/model.json``; OSError when that is not possible."""
        value = {"format": FORMAT, **asdict(self)}
        (folder / FILE).write_text(json.dumps(value, indent=1) + "\n", encoding="utf-8")


def _parse(value: dict[str, Any]) -> Manifest:
    history = value.get("history", {})
    key = history.get("key", "pair")
    if key not in get_args(HistoryKey):
        raise ValueError(f"history key {key!r} is none of {', '.join(get_args(HistoryKey))}")
    steps = int(history.get("steps", 30))
    width = int(value.get("bytes_width", 64))
    if not 1 <= steps <= 1024 or not 1 <= width <= 65_536:
        raise ValueError(f"{steps} history steps or {width} bytes a packet are out of range")
    files = {str(name): str(digest) for name, digest in value["files"].items()}
    for name in files:
        parts = PurePosixPath(name).parts
        if not parts or PurePosixPath(name).is_absolute() or ".." in parts:
            raise ValueError(f"the file name {name!r} leads out of the folder")
    manifest = Manifest(
        name=str(value["name"]),
        version=str(value["version"]),
        created=str(value["created"]),
        fields=_names(value["fields"], "fields"),
        missions=_names(value["missions"], "missions"),
        concepts=tuple((str(mission), str(concept)) for mission, concept in value["concepts"]),
        bytes_width=width,
        history=HistorySettings(steps, key),
        files=files,
    )
    strangers = {mission for mission, _ in manifest.concepts} - set(manifest.missions)
    if strangers:
        raise ValueError(f"concepts of missions that it does not list: {', '.join(sorted(strangers))}")
    return manifest


def _names(value: Any, what: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not value or not all(isinstance(name, str) for name in value):
        raise ValueError(f"{what} is not a list of names")
    if len(set(value)) != len(value):
        raise ValueError(f"{what} names something twice")
    return tuple(value)
