"""What the sides of a fold have in common."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from packetclip.benchmark.fold import Fold
from packetclip.benchmark.samples import Samples

__all__ = ["captures_of", "firsts", "learned_sides", "share"]


def learned_sides(fold: Fold) -> Iterator[tuple[str, Samples]]:
    """The sides that something is fitted on, with what is done with them."""
    yield "learned from", fold.train
    yield "tuned on", fold.tune


def captures_of(*sides: Samples) -> list[NDArray[np.int64]]:
    """A number for the capture of each packet, the same on all sides for one network and name."""
    codes: dict[tuple[str, str], int] = {}
    found = []
    for side in sides:
        own = [codes.setdefault(about, len(codes)) for about in zip(side.networks, side.names, strict=True)]
        found.append(np.array([*own, -1], np.int64)[side.capture])
    return found


def firsts(keys: NDArray[Any], among: NDArray[Any]) -> NDArray[np.int64]:
    """Position of the first equal key in ``among`` for each of ``keys`` (N,); -1 where there is none."""
    if not len(among):
        return np.full(len(keys), -1, np.int64)
    known, first = np.unique(among, return_index=True)
    at = np.minimum(np.searchsorted(known, keys), len(known) - 1)
    return np.where(known[at] == keys, first[at], -1).astype(np.int64)


def share(part: int, whole: int) -> str:
    """``3.2 %``, and a fraction that is not 0 is never shown as 0."""
    value = 100.0 * part / max(whole, 1)
    return f"{value:.1f} %" if value >= 0.05 or not part else f"{value:.2g} %"
