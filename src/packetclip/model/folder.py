"""A model as a folder: load it, save it, seal a new one."""

from __future__ import annotations

import hashlib
import shutil
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Final

from packetclip.errors import DamagedModel, IncompatibleModel, MissingModel, MissionError, OutputError
from packetclip.language.knowledge import Mission, load_missions
from packetclip.model import calibration as calibration_file
from packetclip.model import concepts as concepts_file
from packetclip.model import manifest as manifest_file
from packetclip.model.calibration import Calibration
from packetclip.model.concepts import Concepts
from packetclip.model.manifest import Manifest
from packetclip.wire.context.catalogue import POSITION

DEFAULT: Final = Path(__file__).parent / "default"
"""The model that ships with the package."""
ENCODER: Final = "encoder.onnx"
DECISION: Final = "decision.onnx"
CARD: Final = "card.md"
MISSIONS: Final = "missions"
REQUIRED: Final = (ENCODER, DECISION, concepts_file.FILE, calibration_file.FILE)


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """A model's folder, checked; small things are in memory, the two ONNX graphs are opened by a Scorer."""

    folder: Path
    manifest: Manifest
    calibration: Calibration
    concepts: Concepts

    @property
    def name(self) -> str:
        """Name and version, as a person would cite them."""
        return f"{self.manifest.name} {self.manifest.version}"

    @property
    def card(self) -> str:
        """The model card, Markdown; empty when the model has none."""
        try:
            return (self.folder / CARD).read_text(encoding="utf-8")
        except FileNotFoundError:
            return ""
        except (OSError, UnicodeDecodeError) as error:
            raise DamagedModel(
                f"{self.folder / CARD} cannot be read ({error}). Copy the model's folder again."
            ) from error

    @property
    def missions(self) -> tuple[Mission, ...]:
        """The missions that the model was trained with, in the order of its columns."""
        return _missions(self.folder, self.manifest.missions)

    def save(self, folder: str | Path) -> None:
        """Copy the model to another folder, which is made. Raises OutputError."""
        target = Path(folder)
        if target.exists() and not (target / manifest_file.FILE).is_file() and _holds_anything(target):
            raise OutputError(f"{target} exists and is no model's folder. Name a new or empty folder.")
        try:
            target.mkdir(parents=True, exist_ok=True)
            for name in self.manifest.files:
                (target / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(self.folder / name, target / name)
            self.manifest.write(target)
        except shutil.SameFileError:
            return
        except OSError as error:
            raise OutputError(
                f"The model cannot be saved in {target}: {error}. Name a folder that you can write."
            ) from error


def load(folder: str | Path | None = None) -> Model:
    """Load a model, by default the one that ships.

    Every file is compared with the SHA-256 in the manifest. Raises MissingModel, DamagedModel, IncompatibleModel.
    """
    path = DEFAULT if folder is None else Path(folder)
    if folder is None and not path.is_dir():
        raise MissingModel(f"This installation holds no default model ({path}). Build one with: make model")
    manifest = Manifest.read(path)
    unknown = [name for name in manifest.fields if name not in POSITION]
    if unknown:
        raise IncompatibleModel(
            f"The model in {path} wants {len(unknown)} context fields that this packetclip does not compute "
            f"({', '.join(unknown[:3])}). Update packetclip, or build the model anew."
        )
    for name in REQUIRED:
        if name not in manifest.files:
            raise DamagedModel(f"{path / manifest_file.FILE} does not list {name}. Copy the model's folder again.")
    for name, wanted in manifest.files.items():
        found = _digest(path, name)
        if found != wanted:
            raise DamagedModel(
                f"{path / name} is not the file that {manifest_file.FILE} describes "
                f"(SHA-256 {found[:12]}..., wanted {wanted[:12]}...). Copy the model's folder again."
            )
    return Model(
        path,
        manifest,
        Calibration.read(path, manifest.missions),
        Concepts.read(path, len(manifest.concepts)),
    )


def seal(folder: str | Path, manifest: Manifest) -> Manifest:
    """Make a folder a model: write ``model.json`` with the SHA-256 of every file in it; gives what was written."""
    path = Path(folder)
    names = sorted(
        file.relative_to(path).as_posix()
        for file in path.rglob("*")
        if file.is_file() and file.relative_to(path).as_posix() != manifest_file.FILE
    )
    sealed = replace(manifest, files={name: _digest(path, name) for name in names})
    sealed.write(path)
    return sealed


def _holds_anything(folder: Path) -> bool:
    """Whether the path is a file, or a folder with something in it."""
    return not folder.is_dir() or next(folder.iterdir(), None) is not None


def _digest(folder: Path, name: str) -> str:
    digest = hashlib.sha256()
    try:
        with (folder / name).open("rb") as file:
            while block := file.read(1 << 20):
                digest.update(block)
    except OSError as error:
        raise DamagedModel(
            f"{folder / name} cannot be read ({error.strerror}). Copy the model's folder again."
        ) from error
    return digest.hexdigest()


@lru_cache(maxsize=8)
def _missions(folder: Path, names: tuple[str, ...]) -> tuple[Mission, ...]:
    try:
        known = {mission.name: mission for mission in load_missions(names, folder / MISSIONS)}
    except MissionError as error:
        raise DamagedModel(f"The missions of the model in {folder} cannot be read: {error}") from error
    return tuple(known[name] for name in names)
