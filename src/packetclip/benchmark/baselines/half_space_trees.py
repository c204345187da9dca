"""Half-space trees (Tan, Ting and Liu 2011), river's: how many packets of late fell where this one falls.

river learns, one packet at a time; what it has learned is then read into tables and asked about all packets at once,
with the same answers. It stops learning before it is asked. No label is looked at.

Windows of 250, 1,000 and 5,000 packets were compared between set-ups, on the tuning captures (a1 to a3 on c4, c1 to c3
on a4; a fifth of the packets, benign ones to learn from, one run each): mean AUC 0.822, 0.818 and 0.815.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from river.anomaly import HalfSpaceTrees as Trees

from packetclip.benchmark.baselines.novelty import answers
from packetclip.benchmark.baselines.scaling import Range, pieces
from packetclip.benchmark.method import Cost
from packetclip.benchmark.samples import Samples

__all__ = ["HalfSpaceTrees"]

TREES: Final = 25
HEIGHT: Final = 8
WINDOW: Final = 250
WINDOWS: Final = 10
"""Packets of this many windows are learned from; river's answers rest on the last."""


class HalfSpaceTrees:
    """25 trees of height 8 over windows of 250 packets."""

    def __init__(self, classes: Sequence[str], seed: int = 0, threads: int = 1) -> None:
        self._attacks = len(classes) - 1
        self._seed = seed
        self._trees: Any = Trees(n_trees=TREES, height=HEIGHT, window_size=WINDOW, seed=seed)

    def fit(self, train: Samples, tune: Samples) -> None:
        """Learn what is usual, from some packets in any order."""
        rng = np.random.default_rng(self._seed)
        rows = rng.permutation(len(train))[: WINDOWS * WINDOW]
        rows = np.resize(rows, max(len(rows) // WINDOW, 1) * WINDOW)  # whole windows
        self._range = Range(train.fields)
        for row in np.clip(self._range(train.fields[rows]), 0.0, 1.0).tolist():
            self._trees.learn_one(dict(enumerate(row)))
        read = [_read(tree) for tree in self._trees.trees]
        self._field, self._threshold, self._mass = (np.stack(column) for column in zip(*read, strict=True))

    def predict_proba(self, samples: Samples) -> NDArray[np.float64]:
        """(N, M + 1): river's score for every attack alike."""
        scores = np.zeros(len(samples))
        for piece in pieces(len(samples), 4_096):
            scores[piece] = self._score(np.clip(self._range(samples.fields[piece]), 0.0, 1.0))
        return answers(scores, self._attacks)

    def cost(self) -> Cost:
        """A threshold for each node within, a mass for each node."""
        numbers = int(self._threshold.size + self._mass.size)
        return Cost(numbers, numbers)

    def _score(self, scaled: NDArray[np.float32]) -> NDArray[np.float64]:
        """(N, F) of 0 to 1 to (N,): masses on the way down, each twice the last, until one is too small."""
        values = scaled.astype(np.float64)
        rows, found = np.arange(len(values)), np.zeros(len(values))
        for field, threshold, mass in zip(self._field, self._threshold, self._mass, strict=True):
            node, alive = np.zeros(len(values), np.int64), np.ones(len(values), np.bool_)
            for depth in range(HEIGHT + 1):
                here = mass[node]
                found += np.where(alive, here * 2.0**depth, 0.0)
                alive &= here >= 0.1 * WINDOW
                if depth < HEIGHT:
                    node = 2 * node + np.where(values[rows, field[node]] < threshold[node], 1, 2)
        most: float = TREES * WINDOW * (2 ** (HEIGHT + 1) - 1)
        return 1.0 - found / most


def _read(root: Any) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
    """Field and threshold of each node within, mass of each node; the children of node i are 2 i + 1 and 2 i + 2."""
    nodes = [root]
    for node in nodes:
        nodes += getattr(node, "children", ())
    inner = nodes[: (1 << HEIGHT) - 1]
    return (
        np.array([node.feature for node in inner], np.int64),
        np.array([node.threshold for node in inner]),
        np.array([node.r_mass for node in nodes], np.float64),
    )
