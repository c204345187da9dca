"""Which packets of a capture are worth a caption: rare behaviour as well as common."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def ranked_rows(signature: NDArray[np.uint8], most: int, balance: float, rng: np.random.Generator) -> NDArray[np.int64]:
    """Row numbers in the order of a weighted draw without replacement, at most ``most``.

    A row's weight is 1 / (rows of the same signature) ** ``balance``: 0 draws as the traffic comes, 1 makes every kind
    of behaviour equally likely. Any first part of the result is such a draw itself. No label is looked at.

    :param signature: (N, S) of 0 and 1.
    """
    if len(signature) == 0:
        return np.zeros(0, np.int64)
    packed = np.ascontiguousarray(np.packbits(signature, axis=1))  # (N, S / 8)
    whole = packed.view(np.dtype((np.void, packed.shape[1]))).reshape(-1)
    _, kind, count = np.unique(whole, return_inverse=True, return_counts=True)
    weight = count[kind].astype(np.float64) ** -balance
    # The smallest of exponential times with these rates win (Efraimidis and Spirakis 2006).
    times = rng.exponential(size=len(weight)) / weight
    return np.argsort(times, kind="stable")[:most].astype(np.int64)


def fill_evenly(available: Sequence[int], total: int) -> list[int]:
    """How many to take of each so that the sum is ``total`` where possible and the largest parts are equal.

    >>> fill_evenly([3, 100, 50], 43)
    [3, 20, 20]
    """
    taken = [0] * len(available)
    left = total
    for rank, position in enumerate(sorted(range(len(available)), key=lambda i: available[i])):
        taken[position] = min(available[position], left // (len(available) - rank))
        left -= taken[position]
    return taken
