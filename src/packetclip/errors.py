"""Every exception that packetclip raises on purpose.

::

    PacketclipError                 exit code 1: we failed, and say why
    ├── UsageError                  exit code 2: asked wrongly
    ├── CaptureError                a source that cannot be read
    │   ├── MissingCapture          no such file or folder
    │   ├── EmptyFolder             a folder without captures
    │   ├── EmptyCapture            a file of no bytes
    │   ├── NotACapture             a file of some other kind
    │   └── UnknownLinkType         frames that no parser claims
    ├── MissionError
    │   ├── UnknownMission          no mission has that name
    │   └── InvalidMission          a mission's file breaks the schema
    ├── ModelError
    │   ├── MissingModel            no such folder, or not a model's
    │   ├── DamagedModel            files missing, cut short or changed
    │   └── IncompatibleModel       made for other columns or a newer version
    ├── RecipeError                 a recipe that cannot be followed
    ├── LeakFound                   a benchmark whose figures would flatter
    ├── OutputError                 a place that cannot be written, or is full
    └── MissingExtra                a package that is not installed

A message is one or more whole sentences: what happened, where, and what to do.
The command line prints it and leaves with the class's ``exit_code``; it never shows a traceback.
"""

# ruff: noqa: N818 - the names say what is wrong; "Error" at the end of each would say it twice

from __future__ import annotations

from typing import ClassVar

__all__ = [
    "CaptureError",
    "DamagedModel",
    "EmptyCapture",
    "EmptyFolder",
    "IncompatibleModel",
    "InvalidMission",
    "LeakFound",
    "MissingCapture",
    "MissingExtra",
    "MissingModel",
    "MissionError",
    "ModelError",
    "NotACapture",
    "OutputError",
    "PacketclipError",
    "RecipeError",
    "UnknownLinkType",
    "UnknownMission",
    "UsageError",
]


class PacketclipError(Exception):
    """The root: catch this to catch everything that packetclip raises on purpose."""

    exit_code: ClassVar[int] = 1
    """What the command line returns to the shell."""


class UsageError(PacketclipError):
    """The command or call was asked wrongly; nothing was read."""

    exit_code: ClassVar[int] = 2


class CaptureError(PacketclipError):
    """A source of packets cannot be read."""


class MissingCapture(CaptureError):
    """No file or folder has the name that was given."""


class EmptyFolder(CaptureError):
    """A folder was given, and holds no capture."""


class EmptyCapture(CaptureError):
    """The source holds no bytes at all."""


class NotACapture(CaptureError):
    """The source's first bytes are those of no capture format that we read."""


class UnknownLinkType(CaptureError):
    """No frame of the source has a link type that a parser claims."""


class MissionError(PacketclipError):
    """A mission cannot be used."""


class UnknownMission(MissionError):
    """No mission has the name that was given."""


class InvalidMission(MissionError):
    """A mission's file breaks the schema: shape, layers, predicates or technique ids."""


class ModelError(PacketclipError):
    """A model's folder cannot be used."""


class MissingModel(ModelError):
    """The folder does not exist or holds no model."""


class DamagedModel(ModelError):
    """A file of the model is missing, cut short or not what its manifest says."""


class IncompatibleModel(ModelError):
    """The model is whole, but was made for other columns or by a newer packetclip."""


class RecipeError(PacketclipError):
    """A recipe names something that does not exist or holds a value out of range."""


class LeakFound(PacketclipError):
    """A benchmark's split shares across its sides what it should keep apart: its figures would flatter."""


class OutputError(PacketclipError):
    """A result cannot be written: no such folder, no permission, a full disk."""


class MissingExtra(PacketclipError):
    """A verb needs packages that the plain installation leaves out.

    >>> str(MissingExtra("pretrain", "train"))
    "'pretrain' needs packages that are not installed. Install them with: pip install 'packetclip[train]'"
    """

    def __init__(self, what: str, extra: str) -> None:
        """``what`` needs the extra named ``extra`` of pyproject.toml."""
        super().__init__(
            f"'{what}' needs packages that are not installed. Install them with: pip install 'packetclip[{extra}]'"
        )
        self.extra = extra
