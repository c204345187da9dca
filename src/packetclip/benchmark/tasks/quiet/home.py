"""The home side: what methods learn from, and the ordinary traffic that their thresholds are set on."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Final

from packetclip.benchmark.fold import LIFE
from packetclip.benchmark.plan import Plan, SplitEntry
from packetclip.benchmark.reading import read
from packetclip.benchmark.samples import Samples, join
from packetclip.datasets import Applications, LabelledCapture

__all__ = ["entry_of", "held_out", "learned", "tuned"]

SIXTEENTHS: Final = 5
"""Of the captures of ordinary life, kept from learning: those by which the model that ships sets its thresholds."""


def entry_of(plan: Plan) -> SplitEntry | None:
    """The split whose learning and tuning sides are home: the recipe's, or its first of whole captures."""
    if plan.recipe.quiet.split:
        return plan.split(plan.recipe.quiet.split)
    return next((entry for entry in plan.recipe.splits if entry.kind == "captures"), None)


def held_out(name: str) -> bool:
    """Whether a capture of ordinary life is kept to set thresholds on, by its name alone.

    >>> held_out("443-curl.pcap"), held_out("443-chrome.pcap")
    (False, True)
    """
    return int(hashlib.sha1(name.encode(), usedforsecurity=False).hexdigest()[1], 16) < SIXTEENTHS


def learned(plan: Plan, entry: SplitEntry, seed: int) -> Samples:
    """Drawn packets of the learning side, and of ordinary life that is not held out."""
    life = [part for part in plan.life(seed) if not held_out(part.names[0])]
    return join([plan.drawn(entry.train, seed), *life])


def tuned(plan: Plan, entry: SplitEntry) -> Samples:
    """All packets of the tuning side, and of ordinary life that is held out."""
    folder = plan.recipe.applications
    return join([*(plan.samples(name) for name in entry.tune), *(_life(plan.beside(folder)) if folder else ())])


@lru_cache(maxsize=1)
def _life(folder: Path) -> tuple[Samples, ...]:
    names = [path for path in Applications(folder).benign_training() if held_out(path.name)]
    return tuple(read(LabelledCapture.benign(path, LIFE)) for path in names)
