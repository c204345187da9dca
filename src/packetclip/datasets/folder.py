"""The captures of a folder, by name, and what a folder of somebody's own says of itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

from packetclip.errors import CaptureError, EmptyFolder, MissingCapture, RecipeError
from packetclip.recipe import read_recipe

__all__ = ["DESCRIPTION", "Description", "bare", "captures", "describe", "one_of"]

DESCRIPTION: Final = "dataset.toml"
_SUFFIXES: Final = (".pcap", ".pcapng", ".cap")
_COMPRESSED: Final = (".gz", ".zst", ".lz4", ".xz")


@dataclass(frozen=True, slots=True)
class Description:
    """``dataset.toml``; every key may be left out, and so may the file."""

    rest: Literal["benign", "unknown"] = "unknown"
    """What packets are that no row of labels covers."""
    network: str = ""
    """Of captures that ``networks`` does not name; the folder's name where it is empty."""
    networks: dict[str, Any] = field(default_factory=dict)
    """Network by capture: captures of one network share hosts and habits."""
    classes: tuple[str, ...] = ()
    """Names of the attacks in the order of their codes; empty takes those that the labels name, sorted."""
    benign: tuple[str, ...] = ()
    """Captures without labels in which nothing is an attack."""

    @property
    def rest_code(self) -> int:
        """The class code of those packets."""
        return 0 if self.rest == "benign" else -1


def describe(folder: Path, rest: Literal["benign", "unknown"] = "unknown") -> Description:
    """What the folder says of itself; ``rest`` where it does not say. Raises RecipeError."""
    path = folder / DESCRIPTION
    if not path.is_file():
        return Description(rest=rest, network=folder.resolve().name)
    said = read_recipe(path, Description)
    for name, network in said.networks.items():
        if not isinstance(network, str):
            raise RecipeError(f"{path}: networks.{name} must be a string, the network's name; it is {network!r}.")
    return (
        said
        if said.network
        else Description(said.rest, folder.resolve().name, said.networks, said.classes, said.benign)
    )


def bare(path: Path) -> str:
    """A capture's file name without its suffixes; empty where the file is no capture.

    >>> bare(Path("a1.pcap.zst")), bare(Path("2018-10-02.host.pcap")), bare(Path("notes.txt"))
    ('a1', '2018-10-02.host', '')
    """
    name = path.name
    for suffix in _COMPRESSED:
        name = name.removesuffix(suffix)
    return next((name.removesuffix(suffix) for suffix in _SUFFIXES if name.endswith(suffix)), "")


def captures(folder: Path, deep: bool = False) -> dict[str, Path]:
    """The folder's captures by name, sorted; ``deep`` looks into its folders too, which then begin the names.

    Raises MissingCapture or EmptyFolder, and CaptureError where two files bear one name.
    """
    if not folder.is_dir():
        raise MissingCapture(f"{folder} does not exist. Name the folder with the captures.")
    found: dict[str, Path] = {}
    for path in sorted(folder.rglob("*") if deep else folder.iterdir()):
        if not (stem := bare(path)) or not path.is_file():
            continue
        name = (path.parent.relative_to(folder) / stem).as_posix()
        if name in found:
            raise CaptureError(f"{path} and {found[name]} would both be {name}. Rename one of them.")
        found[name] = path
    if not found:
        raise EmptyFolder(f"{folder} holds no capture ({', '.join(_SUFFIXES)}). Name the folder with the captures.")
    return found


def one_of(found: dict[str, Path], name: str, folder: Path) -> Path:
    """The capture of that name. Raises MissingCapture."""
    if name not in found:
        raise MissingCapture(f"{folder} has no capture {name}. It has {', '.join(found)}.")
    return found[name]
