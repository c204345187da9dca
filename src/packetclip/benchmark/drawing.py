"""Which packets are learned from: some of each episode, some of benign life, so that a flood is no more than a scan."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from packetclip.benchmark.samples import Samples

__all__ = ["Drawing", "draw"]


@dataclass(frozen=True, slots=True)
class Drawing:
    """How many packets are drawn."""

    episode_packets: int = 1_000
    """Of an episode."""
    benign_packets: int = 10_000
    """Of a capture's benign packets."""
    life_packets: int = 300
    """Of a capture of ordinary life: there are many of these."""


def draw(samples: Samples, most: Drawing, rng: np.random.Generator, *, life: bool = False) -> NDArray[np.int64]:
    """Positions of the packets to learn from, in order; only those that can be scored and have a label."""
    usable = samples.scored & (samples.classes >= 0)
    kept = []
    for number in np.unique(samples.capture):
        here = usable & (samples.capture == number)
        attacks = here & (samples.classes > 0)
        pools = [(np.flatnonzero(here & (samples.classes == 0)), most.life_packets if life else most.benign_packets)]
        pools += [
            (np.flatnonzero(attacks & (samples.episodes == episode)), most.episode_packets)
            for episode in np.unique(samples.episodes[attacks])
        ]
        kept += [pool if len(pool) <= n else rng.choice(pool, n, replace=False) for pool, n in pools]
    return np.sort(np.concatenate(kept)) if kept else np.zeros(0, np.int64)
