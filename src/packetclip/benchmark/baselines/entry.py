"""What the tables say of a baseline, and how it is made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import cast

from packetclip.benchmark.method import Method
from packetclip.errors import MissingExtra, RecipeError

__all__ = ["Entry"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One baseline; calling it makes one. Its file is imported then, and with it what the file needs."""

    place: str
    """Module of this room and the class in it, as ``extra_trees:ExtraTrees``."""
    sees: tuple[str, ...]
    """Columns of Samples that it looks at; nothing else changes its answers."""
    about: str
    """One line that says what it is."""
    beside: tuple[str, ...] = ()
    """Other modules of this room that it is made of."""
    slow: bool = False
    """Takes minutes to learn."""
    learns: bool = True
    """False: answers by what was written down, so that a seed changes nothing."""
    labels: bool = True
    """False: learns without any, and answers with one score of novelty for all attacks alike."""
    knows: tuple[str, ...] = ()
    """Files and folders of the package, beyond this room, that its answers depend on."""
    pretrained: bool = False
    """Stands on the folder of a pre-trained encoder."""

    @property
    def code(self) -> tuple[str, ...]:
        """Files and folders of the package that its answers depend on."""
        room = "benchmark/baselines"
        names = (self.place.partition(":")[0], *self.beside)
        return (
            *(f"{room}/{name}.py" for name in names),
            *self.knows,
            *(("learning/encoders",) if self.pretrained else ()),
        )

    def __call__(
        self, classes: Sequence[str], seed: int = 0, threads: int = 1, pretrained: Path | None = None
    ) -> Method:
        """A new one. Raises MissingExtra, and RecipeError where it needs a pre-trained encoder and is given none."""
        module, _, name = self.place.partition(":")
        more: dict[str, Path] = {}
        if self.pretrained:
            if pretrained is None:
                raise RecipeError(
                    f"The baseline {name} stands on a pre-trained encoder. Name its folder in the recipe: pretrained."
                )
            more["pretrained"] = pretrained
        try:
            kind = getattr(import_module(f"packetclip.benchmark.baselines.{module}"), name)
        except ModuleNotFoundError as error:
            raise MissingExtra(name, "train" if error.name == "torch" else "benchmark") from None
        return cast(Method, kind(classes, seed=seed, threads=threads, **more))
