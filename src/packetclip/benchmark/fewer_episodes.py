"""Less to learn from: some of the episodes of each attack, some minutes of benign life."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from packetclip.benchmark.fold import LIFE
from packetclip.benchmark.samples import Samples

__all__ = ["Fewer", "fewer_episodes"]

_MINUTE_NS: Final = 60_000_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Fewer:
    """What is left of a training side."""

    samples: Samples
    episodes: int
    all_episodes: int


def fewer_episodes(train: Samples, share: float, seed: int) -> Fewer:
    """A share of what is learned from, between 0 and 1; of each kind at least one is kept.

    Kinds are: the episodes of each class of attack, the benign minutes of each capture, and the captures of ordinary
    life. A larger share of one seed holds what a smaller one does; another seed draws others.
    """
    kept = np.zeros(len(train), bool)
    life = np.array([network == LIFE for network in train.networks])[train.capture]
    minute = train.time_ns // _MINUTE_NS
    episodes = whole = 0
    for code in np.unique(train.classes[train.classes > 0]).tolist():
        own = np.flatnonzero(train.classes == code)
        unit = train.capture[own].astype(np.int64) << 32 | train.episodes[own].astype(np.int64) & 0xFFFFFFFF
        rows, drawn, all_ = _some(own, unit, share, np.random.default_rng([seed, 0, code]))
        kept[rows] = True
        episodes, whole = episodes + drawn, whole + all_
    benign = train.classes == 0
    for number, name in enumerate(train.names):
        own = np.flatnonzero(benign & ~life & (train.capture == number))
        kept[_some(own, minute[own], share, np.random.default_rng([seed, 1, *name.encode()]))[0]] = True
    own = np.flatnonzero(benign & life)
    kept[_some(own, train.capture[own].astype(np.int64), share, np.random.default_rng([seed, 2]))[0]] = True
    return Fewer(train.take(kept), episodes, whole)


def _some(
    rows: NDArray[np.int64], unit: NDArray[np.int64], share: float, rng: np.random.Generator
) -> tuple[NDArray[np.int64], int, int]:
    """Rows of some of their units, how many units these are, and of how many."""
    known = rng.permutation(np.unique(unit))
    drawn = known[: max(1, round(share * len(known)))]
    return rows[np.isin(unit, drawn)], len(drawn), len(known)
