"""Captures that nobody at home has seen: others' attacks, and the test half of ordinary life."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

import numpy as np

from packetclip.benchmark.plan import Plan
from packetclip.benchmark.reading import read
from packetclip.benchmark.samples import Samples, join
from packetclip.datasets import Applications, LabelledCapture, read_manifest
from packetclip.errors import CaptureError

__all__ = ["Asked", "Kind", "asked", "samples"]


class Kind(StrEnum):
    """What a capture is asked for."""

    ATTACK = "attack"
    """Of a class that methods know: a story of that class is right."""
    STRANGE = "strange"
    """Of none: a story of it is neither right nor wrong."""
    BENIGN = "benign"
    """Looks like an attack and is none: no story is right."""
    ORDINARY = "ordinary"
    """Ordinary life: no story is right."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One capture, and what it should make a method say."""

    path: Path
    kind: Kind
    label: str = ""
    """Of an attack."""

    @property
    def name(self) -> str:
        """For people: the file's."""
        return self.path.name


def asked(plan: Plan) -> tuple[Asked, ...]:
    """All captures, none of them opened; empty unless the recipe names attacks and applications."""
    recipe, known = plan.recipe, plan.classes[1:]
    if not recipe.attacks or not recipe.applications:
        return ()
    found = [
        Asked(own.path, Kind.BENIGN if own.benign else Kind.ATTACK if own.label in known else Kind.STRANGE, own.label)
        for own in read_manifest(plan.beside(recipe.attacks))
    ]
    ordinary = Applications(plan.beside(recipe.applications)).test()
    return (*found, *(Asked(path, Kind.ORDINARY) for path in ordinary))


@lru_cache(maxsize=1)
def samples(captures: tuple[Asked, ...]) -> Samples:
    """All packets; ``capture`` is the position in ``captures``, and no label is looked at: every packet is "benign".

    A file that cannot be read has no packets, so no method tells a story of it. Kept within a process, as all methods
    are asked about the same. Raises CaptureError where none can be read.
    """
    read_ = [_packets(one) for one in captures]
    some = next((part for part in read_ if part is not None), None)
    if some is None:
        raise CaptureError("None of others' captures can be read, so there is nothing to ask about. Fetch them again.")
    none = some.take(np.zeros(0, np.int64))
    return join(
        [replace(none, names=(one.name,)) if part is None else part for one, part in zip(captures, read_, strict=True)]
    )


def _packets(one: Asked) -> Samples | None:
    try:
        return read(LabelledCapture.benign(one.path, "others"))
    except CaptureError:
        return None
