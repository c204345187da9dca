"""A 1-D convolutional network on bytes, after Wang et al. (2017): the payload alone, or header and payload.

Identities in the header are masked, as for our own encoder; the payload is as it was captured. There is no context.

No setting was compared; sizes and rounds are such that it learns in a minute or two.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F

from packetclip.benchmark.baselines.minibatches import alone, count, learn, ranked
from packetclip.benchmark.baselines.weighing import fewer, rarity
from packetclip.benchmark.method import Cost
from packetclip.benchmark.samples import PAYLOAD_BYTES, Samples
from packetclip.wire.packets.masking import NETWORK_BYTES, TRANSPORT_BYTES

__all__ = ["HeaderCnn", "PayloadCnn"]

PACKETS: Final = 60_000
EPOCHS: Final = 6
BATCH: Final = 256
RATE: Final = 2e-3
ABSENT: Final = 256
"""What stands where the payload has ended: no byte is like it."""


class _Network(nn.Module):
    """Vectors of bytes, two convolutions of stride 2, a hidden layer; positions are kept, no pooling loses them."""

    def __init__(self, length: int, classes: int) -> None:
        super().__init__()
        self.bytes = nn.Embedding(257, 16)
        self.convolutions = nn.Sequential(
            nn.Conv1d(16, 32, 5, 2, 2), nn.ReLU(), nn.Conv1d(32, 64, 5, 2, 2), nn.ReLU(), nn.Flatten()
        )
        self.head = nn.Sequential(
            nn.Linear(64 * (length // 4), 64), nn.ReLU(), nn.Dropout(0.2), nn.Linear(64, classes)
        )  # fmt: skip

    def forward(self, seen: Tensor) -> Tensor:
        """(B, L) bytes as numbers to (B, M + 1)."""
        out: Tensor = self.head(self.convolutions(self.bytes(seen.int()).transpose(1, 2)))
        return out


class PayloadCnn:
    """On the first 128 bytes of the payload."""

    header = 0

    def __init__(self, classes: Sequence[str], seed: int = 0, threads: int = 1) -> None:
        self._classes = len(classes)
        self._seed, self._threads = seed, threads

    def fit(self, train: Samples, tune: Samples) -> None:
        """Learn from the bytes of some packets of each class."""
        rows = fewer(train.classes, PACKETS, np.random.default_rng(self._seed))
        learned = train.take(rows)
        with alone(self._seed, self._threads):
            self._network = _Network(self.header + PAYLOAD_BYTES, self._classes)
            seen = self._bytes(learned)
            truth = torch.from_numpy(learned.classes.astype(np.int64))
            weight = torch.from_numpy(rarity(learned.classes).astype(np.float32))

            def loss(batch: NDArray[np.int64]) -> Tensor:
                each = F.cross_entropy(self._network(seen[batch]), truth[batch], reduction="none")
                return (each * weight[batch]).mean()

            learn(self._network, loss, np.zeros(len(rows), np.int64), EPOCHS, BATCH, RATE)

    def predict_proba(self, samples: Samples) -> NDArray[np.float64]:
        """(N, M + 1): benign first."""
        with alone(self._seed, self._threads):
            seen = self._bytes(samples)
            return ranked(
                lambda rows: self._network(seen[rows]), np.zeros(len(samples), np.int64), self._classes, 2_048
            )

    def cost(self) -> Cost:
        """Multiplications and additions of the convolutions and of the layers behind them."""
        length = self.header + PAYLOAD_BYTES
        macs = length // 2 * 5 * 16 * 32 + length // 4 * (5 * 32 * 64 + 64 * 64) + 64 * self._classes
        return Cost(count(self._network), count(self._network), 2.0 * macs)

    def _bytes(self, samples: Samples) -> Tensor:
        place = np.arange(PAYLOAD_BYTES)
        payload = np.where(place < samples.payload_length[:, None], samples.payload, ABSENT)
        header = samples.masked[:, : self.header]
        return torch.from_numpy(np.concatenate([header, payload], axis=1, dtype=np.int16))  # (N, L)


class HeaderCnn(PayloadCnn):
    """On the 40 masked bytes of the network and transport headers too."""

    header = NETWORK_BYTES + TRANSPORT_BYTES
