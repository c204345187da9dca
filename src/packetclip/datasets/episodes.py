"""Episodes where nobody numbered them: packets of one attack without a long silence between them."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from packetclip.datasets.moments import SECOND_NS

__all__ = ["SILENCE_S", "number_episodes"]

SILENCE_S: Final = 60
"""Seconds without a packet of the class that end an episode."""


def number_episodes(
    classes: NDArray[np.int16], time_ns: NDArray[np.int64], given: NDArray[np.int32]
) -> NDArray[np.int32]:
    """(N,) number of each packet's episode, -1 outside attacks.

    Numbers that are ``given`` (N,) stay; the other packets of attacks get the next ones, in order of time.
    """
    episodes = np.where(classes > 0, given, -1).astype(np.int32)
    left = np.flatnonzero((classes > 0) & (episodes < 0))
    if not len(left):
        return episodes
    order = left[np.lexsort((time_ns[left], classes[left]))]
    apart = np.diff(time_ns[order]) > SILENCE_S * SECOND_NS
    begins = np.concatenate([[True], apart | (np.diff(classes[order]) != 0)])
    run = np.cumsum(begins) - 1
    # Runs are found class by class; their numbers go by when each began.
    rank = np.empty(begins.sum(), np.int64)
    rank[np.argsort(time_ns[order][begins], kind="stable")] = np.arange(len(rank))
    episodes[order] = rank[run] + episodes.max(initial=-1) + 1
    return episodes
