"""How much a packet counts where some classes have a hundred times the packets of others."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["fewer", "rarity"]


def rarity(classes: NDArray[np.int16]) -> NDArray[np.float64]:
    """(N,) weights of mean 1: a packet weighs by the root of its class's rarity."""
    present, which, counts = np.unique(classes, return_inverse=True, return_counts=True)
    weights = np.sqrt(len(classes) / counts)[which] if len(present) else np.zeros(0)
    return np.asarray(weights / weights.mean() if len(weights) else weights, np.float64)


def fewer(classes: NDArray[np.int16], most: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """At most ``most`` positions, in order: half of them benign, and of each attack as many as of any that has more."""
    if len(classes) <= most:
        return np.arange(len(classes))
    attacks = [np.flatnonzero(classes == label) for label in np.unique(classes[classes != 0])]
    benign = np.flatnonzero(classes == 0)
    left = most - min(len(benign), max(most // 2, most - sum(map(len, attacks))))
    kept = [rng.permutation(benign)[: most - left]]
    for number, rows in enumerate(sorted(attacks, key=len)):
        kept.append(rng.permutation(rows)[: left // (len(attacks) - number)])
        left -= len(kept[-1])
    return np.sort(np.concatenate(kept))
