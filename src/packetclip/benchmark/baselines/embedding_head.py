"""A plain head on our embedding: the frozen, pre-trained encoder and nothing of the graphs.

What it lacks of our own method are concepts, graphs, facts and logic; encoder and labels are the same.

Two widths of the hidden layer were compared between set-ups, on the tuning captures (a1 to a3 on c4, c1 to c3 on a4; a
fifth of the packets, one run each): 128 reached a mean AUC of 0.992, 512 reached 0.991.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F
from torch.utils.flop_counter import FlopCounterMode

from packetclip.benchmark.baselines.minibatches import alone, count, learn, ranked
from packetclip.benchmark.baselines.scaling import pieces
from packetclip.benchmark.baselines.weighing import fewer, rarity
from packetclip.benchmark.method import Cost
from packetclip.benchmark.samples import Samples
from packetclip.learning.contrastive import load_checkpoint
from packetclip.learning.encoders.encoder import WIDTH
from packetclip.wire.context import FIELDS
from packetclip.wire.packets.masking import MASKED_BYTES

__all__ = ["EmbeddingHead"]

PACKETS: Final = 60_000
HIDDEN: Final = 128
EPOCHS: Final = 10
BATCH: Final = 512
RATE: Final = 2e-3


class EmbeddingHead:
    """One hidden layer over the encoder's vector."""

    def __init__(self, classes: Sequence[str], seed: int = 0, threads: int = 1, *, pretrained: Path) -> None:
        """``pretrained`` is a checkpoint's folder. Raises what ``load_checkpoint`` raises."""
        self._classes = len(classes)
        self._seed, self._threads = seed, threads
        with alone(seed, threads):  # a module draws weights before it is filled
            self._encoder = load_checkpoint(pretrained)[0].requires_grad_(False)

    def fit(self, train: Samples, tune: Samples) -> None:
        """Learn from the vectors of some packets of each class."""
        rows = fewer(train.classes, PACKETS, np.random.default_rng(self._seed))
        learned = train.take(rows)
        with alone(self._seed, self._threads):
            vectors = self._embed(learned)
            self._head = nn.Sequential(nn.Linear(WIDTH, HIDDEN), nn.ReLU(), nn.Linear(HIDDEN, self._classes))
            truth = torch.from_numpy(learned.classes.astype(np.int64))
            weight = torch.from_numpy(rarity(learned.classes).astype(np.float32))

            def loss(batch: NDArray[np.int64]) -> Tensor:
                each = F.cross_entropy(self._head(vectors[batch]), truth[batch], reduction="none")
                return (each * weight[batch]).mean()

            learn(self._head, loss, np.zeros(len(rows), np.int64), EPOCHS, BATCH, RATE)

    def predict_proba(self, samples: Samples) -> NDArray[np.float64]:
        """(N, M + 1): benign first."""
        with alone(self._seed, self._threads):
            vectors = self._embed(samples)
            return ranked(
                lambda rows: self._head(vectors[rows]), np.zeros(len(samples), np.int64), self._classes, 8_192
            )

    def cost(self) -> Cost:
        """Encoder and head, of which the head is trained; operations as PyTorch counts them."""
        fields, seen = torch.zeros(64, len(FIELDS)), torch.zeros(64, MASKED_BYTES, dtype=torch.uint8)
        with torch.inference_mode(), FlopCounterMode(display=False) as counter:
            self._head(self._encoder(fields, seen))
        trained = count(self._head)
        return Cost(count(self._encoder) + trained, trained, counter.get_total_flops() / 64)

    def _embed(self, samples: Samples) -> Tensor:
        """(N, D), of about unit deviation."""
        with torch.inference_mode():
            parts = [
                self._encoder(torch.from_numpy(samples.fields[piece]), torch.from_numpy(samples.masked[piece]))
                for piece in pieces(len(samples), 8_192)
            ]
        vectors: Tensor = torch.cat([torch.zeros(0, WIDTH), *parts]) * WIDTH**0.5
        return vectors.clone()  # usable in training, which tensors of inference mode are not
