"""What recurs in captures that have nothing to do with each other, so that a leak can be told from habit.

A bare ACK, an ARP question or a DHCP lease is alike everywhere, and hosts that meet each day meet on the same ports. So
no share of recurring packets is wrong by itself. The measure is the training side's own: each of its captures is asked
how much of it recurs in the *others*, and the highest answer is what is usual. A test side that recurs clearly more
than that has been seen before.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from packetclip.benchmark.audit.sides import captures_of, firsts
from packetclip.benchmark.fold import LIFE, Fold
from packetclip.benchmark.samples import Samples, join

__all__ = ["Recurrence", "recurrence"]

UNKNOWN_USUAL: Final = 0.1
"""Taken as usual where one capture alone is learned from, so that nothing can be held against anything."""
ENOUGH: Final = 30
"""Packets of a capture that can tell, at least, before it counts."""


@dataclass(frozen=True, slots=True)
class Recurrence:
    """How much of the test side was seen before."""

    share: float
    """Of the packets that can tell, those that recur: of the test capture where most do, so that one copy shows."""
    usual: float
    """The most that a learned capture recurs in the other learned ones."""
    known: bool
    """False where ``usual`` is a guess."""
    rows: NDArray[np.int64]
    """(K,) positions on the test side that recur."""
    same: NDArray[np.int64]
    """(K,) positions among ``learned``."""
    learned: Samples
    """Train and tune."""
    telling: int
    """Packets of the test side that can tell."""

    def beyond(self, factor: float, margin: float) -> bool:
        """More than ``factor`` times what is usual, and ``margin``; or than halfway from what is usual to all."""
        return self.share > min(factor * self.usual + margin, (1.0 + self.usual) / 2.0)


def recurrence(fold: Fold, key: str, telling: Callable[[Samples], NDArray[np.bool_]]) -> Recurrence:
    """Of a column of digests; ``telling`` says which packets mean anything if they recur."""
    learned = join([_bare(fold.train), _bare(fold.tune)])
    (own,) = captures_of(learned)
    usual = _usual(learned, own, getattr(learned, key), telling(learned))
    tells = telling(fold.test)
    seen = np.where(telling(learned), getattr(learned, key), 0)
    same = np.where(tells, firsts(getattr(fold.test, key), seen), -1)
    rows = np.flatnonzero(same >= 0)
    n = int(tells.sum())
    (of,) = captures_of(fold.test)
    asked, recur = np.bincount(of[tells]), np.bincount(of[rows])
    enough = np.flatnonzero(asked[: len(recur)] >= ENOUGH)
    worst = float((recur[enough] / asked[enough]).max()) if len(enough) else 0.0
    highest = max(usual, default=UNKNOWN_USUAL)
    return Recurrence(max(worst, len(rows) / max(n, 1)), highest, bool(usual), rows, same[rows], learned, n)


def _bare(samples: Samples) -> Samples:
    # Joining copies, and nobody asks for what methods see.
    wide = {name: getattr(samples, name)[:, :0] for name in ("fields", "masked", "payload")}
    return dataclasses.replace(samples, **wide)


def _usual(learned: Samples, captures: NDArray[np.int64], keys: NDArray[Any], tells: NDArray[np.bool_]) -> list[float]:
    """Share of each capture that recurs in others, life left out: its captures are of a hundred networks."""
    lives = np.array([*(network == LIFE for network in learned.networks), False])[learned.capture]
    usable = tells & ~lives
    if len(np.unique(captures[usable])) < 2:
        return []
    # A key recurs in another capture when it is in two or more.
    _, key = np.unique(keys[usable], return_inverse=True)
    many = int(captures.max()) + 1
    recurs = (np.bincount(np.unique(key * many + captures[usable]) // many) >= 2)[key]
    found = []
    for capture in np.unique(captures[usable]):
        here = captures[usable] == capture
        if here.sum() >= ENOUGH:
            found.append(float(recurs[here].mean()))
    return found
