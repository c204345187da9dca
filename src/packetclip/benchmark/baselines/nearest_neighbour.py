"""The nearest neighbour (Cover and Hart 1967) on context fields: learns nothing, remembers examples.

No setting was compared; there are as many examples as keep it quick.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from packetclip.benchmark.baselines.scaling import Standard, pieces
from packetclip.benchmark.baselines.weighing import fewer
from packetclip.benchmark.method import Cost
from packetclip.benchmark.samples import Samples
from packetclip.wire.context import FIELDS

PACKETS: Final = 6_000
NEAR: Final = 1e-3
"""Squared distance that counts as none: an equal packet is sure, and no division is by 0."""


class NearestNeighbour:
    """The nearest known packet of each class; the nearer, the likelier.

    The surest class is that of the nearest packet, as ever; the answer for a class falls with the square of the
    distance to its own nearest packet, so that packets can be ranked and not only sorted into classes.
    """

    def __init__(self, classes: Sequence[str], seed: int = 0, threads: int = 1) -> None:
        self._classes = len(classes)
        self._seed = seed

    def fit(self, train: Samples, tune: Samples) -> None:
        """Remember the context fields of some packets of each class."""
        rows = fewer(train.classes, PACKETS, np.random.default_rng(self._seed))
        rows = rows[np.argsort(train.classes[rows], kind="stable")]
        self._scale = Standard(train.fields)
        self._known = self._scale(train.fields[rows])  # (K, F), by class
        self._squares = np.square(self._known).sum(axis=1)
        self._present, self._starts = np.unique(train.classes[rows], return_index=True)

    def predict_proba(self, samples: Samples) -> NDArray[np.float64]:
        """(N, M + 1): benign first."""
        out = np.zeros((len(samples), self._classes))
        for piece in pieces(len(samples), 4_096):
            asked = self._scale(samples.fields[piece])
            far = np.square(asked).sum(axis=1)[:, None] + self._squares - 2.0 * (asked @ self._known.T)  # (n, K)
            nearest = np.minimum.reduceat(far, self._starts, axis=1).astype(np.float64)
            near = 1.0 / (np.maximum(nearest, 0.0) + NEAR)
            out[piece, self._present] = near / near.sum(axis=1, keepdims=True)
        return out

    def cost(self) -> Cost:
        """All that is remembered; one product of a packet with each."""
        return Cost(int(self._known.size) + 2 * len(FIELDS), 0, 2.0 * self._known.size)
