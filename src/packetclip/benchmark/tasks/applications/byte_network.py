"""A 1-D convolutional network on the masked bytes of a flow's first packets, after Wang et al. (2017)."""

from __future__ import annotations

from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F

from packetclip.benchmark.baselines.minibatches import alone, learn, ranked
from packetclip.benchmark.baselines.weighing import rarity

__all__ = ["ByteNetwork"]

EPOCHS: Final = 30
BATCH: Final = 64
RATE: Final = 2e-3


class ByteNetwork:
    """Two convolutions of stride 2 over the bytes of all packets in a row, a hidden layer."""

    def __init__(self, classes: int, seed: int) -> None:
        self._classes, self._seed = classes, seed

    def fit(self, first: NDArray[np.int16], classes: NDArray[np.int64]) -> None:
        """Learn from the first packets (N, packets, bytes) and the class (N,) of each flow."""
        with alone(self._seed, 1):
            self._network = _Network(first[0].size, self._classes)
            seen, truth = _row(first), torch.from_numpy(classes)
            weight = torch.from_numpy(rarity(classes.astype(np.int16)).astype(np.float32))

            def loss(batch: NDArray[np.int64]) -> Tensor:
                each = F.cross_entropy(self._network(seen[batch]), truth[batch], reduction="none")
                return (each * weight[batch]).mean()

            learn(self._network, loss, np.zeros(len(first), np.int64), EPOCHS, BATCH, RATE)

    def predict(self, first: NDArray[np.int16]) -> NDArray[np.float64]:
        """(N, classes) probabilities."""
        with alone(self._seed, 1):
            seen = _row(first)
            return ranked(lambda rows: self._network(seen[rows]), np.zeros(len(first), np.int64), self._classes, 512)


class _Network(nn.Module):
    def __init__(self, length: int, classes: int) -> None:
        super().__init__()
        self.bytes = nn.Embedding(257, 16)
        self.convolutions = nn.Sequential(
            nn.Conv1d(16, 32, 5, 2, 2), nn.ReLU(), nn.Conv1d(32, 64, 5, 2, 2), nn.ReLU(), nn.Flatten()
        )
        width = (length + 3) // 4  # each stride halves it, rounding up
        self.head = nn.Sequential(
            nn.Dropout(0.2), nn.Linear(64 * width, 64), nn.ReLU(), nn.Dropout(0.2), nn.Linear(64, classes)
        )  # fmt: skip

    def forward(self, seen: Tensor) -> Tensor:
        """(B, L) bytes as numbers to (B, classes)."""
        out: Tensor = self.head(self.convolutions(self.bytes(seen.int()).transpose(1, 2)))
        return out


def _row(first: NDArray[np.int16]) -> Tensor:
    return torch.from_numpy(first.reshape(len(first), -1))
