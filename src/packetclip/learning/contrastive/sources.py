"""Which captures pre-training reads."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from packetclip.errors import RecipeError
from packetclip.wire import capture


@dataclass(frozen=True, slots=True)
class Captures:
    """A capture or a folder of captures in a recipe, and how much of the corpus comes from it."""

    path: str
    """Relative to the recipe's folder."""
    names: tuple[str, ...] = ()
    """Only files whose name up to its first dot is listed; empty takes all."""
    half: str = "both"
    """``first``: only files whose name's SHA-1 begins with 0 to 7; ``second``: the others; ``both``."""
    share: float = 1.0
    """Of the pairs, relative to the other entries' shares."""

    def __post_init__(self) -> None:
        if self.half not in ("first", "second", "both"):
            raise RecipeError(f"half is {self.half!r}; known: first, second, both.")
        if self.share <= 0.0:
            raise RecipeError(f"share is {self.share}; it must be above 0.")

    def files(self, beside: Path) -> list[Path]:
        """The captures' paths, by name. Raises RecipeError when a listed name is not there, MissingCapture."""
        found = sorted(Path(path) for path in capture.sources([str(beside / self.path)]))
        stems = {path.name.split(".", 1)[0] for path in found}
        missing = [name for name in self.names if name not in stems]
        if missing:
            raise RecipeError(f"{beside / self.path} holds no capture named {', '.join(missing)}.")
        if self.names:
            found = [path for path in found if path.name.split(".", 1)[0] in self.names]
        if self.half != "both":
            found = [path for path in found if in_first_half(path.name) == (self.half == "first")]
        if not found:
            raise RecipeError(f"{beside / self.path}: no capture is left by names and half.")
        return found


def in_first_half(name: str) -> bool:
    """Whether the SHA-1 of a file's name begins with a hex digit 0 to 7: a split that adding files does not change."""
    return hashlib.sha1(name.encode(), usedforsecurity=False).hexdigest()[0] in "01234567"
