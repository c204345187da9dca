"""packetclip turns network captures into a few explained alerts.

This file is the public face: :func:`load` gives a :class:`Model`, whose ``detect``, ``scores``, ``flows``, ``embed``
and ``classify`` take the path of a capture. Importing it costs next to nothing; what a name needs is imported when the
name is first used, and nothing here ever imports torch.

It is not where anything happens: ``docs/architecture.md`` lists the rooms.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from packetclip import errors
    from packetclip.api import Model, load
    from packetclip.detection import Story
    from packetclip.ledger import Ledger
    from packetclip.wire.capture import Follow, Live

__version__ = "0.1.0"

__all__ = ["Follow", "Ledger", "Live", "Model", "Story", "__version__", "errors", "load"]

_HOME = {
    "Follow": "packetclip.wire.capture",
    "Ledger": "packetclip.ledger",
    "Live": "packetclip.wire.capture",
    "Model": "packetclip.api",
    "Story": "packetclip.detection",
    "errors": "packetclip.errors",
    "load": "packetclip.api",
}


def __getattr__(name: str) -> Any:
    home = _HOME.get(name)
    if home is None:
        raise AttributeError(f"module 'packetclip' has no attribute {name!r}")
    module = import_module(home)
    return module if home.endswith(f".{name}") else getattr(module, name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
