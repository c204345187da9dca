"""Ours, without labels: the distance to the nearest normal packets in the frozen encoder's space.

Normal are packets that a network shows and that say little unusual: the others, by ``unusual_facts``, are left out of
what is learned, so that a network under attack does not take the attack for its normal. The encoder learned from
packets and captions, never from a label; nothing is trained here.

Chosen on a4 and c4: the fifth nearest of 5,000 packets (the first, 50th and 300th compared; also the Mahalanobis
distance, and either together with the facts themselves).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from packetclip.benchmark.baselines.minibatches import alone, count
from packetclip.benchmark.baselines.novelty import answers
from packetclip.benchmark.baselines.scaling import pieces
from packetclip.benchmark.baselines.unusual_facts import calm
from packetclip.benchmark.method import Cost
from packetclip.benchmark.samples import Samples
from packetclip.learning.contrastive import load_checkpoint
from packetclip.learning.encoders.encoder import WIDTH

__all__ = ["FrozenNovelty"]

PACKETS: Final = 5_000
NEIGHBOUR: Final = 5
STRANGE: Final = 0.1
"""Distance (1 - cosine) that is called half strange; it changes no order."""


class FrozenNovelty:
    """The fifth nearest of 5,000 packets that say little unusual."""

    def __init__(self, classes: Sequence[str], seed: int = 0, threads: int = 1, *, pretrained: Path) -> None:
        """``pretrained`` is a checkpoint's folder. Raises what ``load_checkpoint`` raises."""
        self._attacks = len(classes) - 1
        self._seed, self._threads = seed, threads
        with alone(seed, threads):  # a module draws weights before it is filled
            self._encoder = load_checkpoint(pretrained)[0].requires_grad_(False)

    def fit(self, train: Samples, tune: Samples) -> None:
        """Learn what is normal, from some packets."""
        rows = np.random.default_rng(self._seed).permutation(calm(train))[:PACKETS]
        with alone(self._seed, self._threads):
            self._normal = self._embed(train.take(np.sort(rows)))

    def predict_proba(self, samples: Samples) -> NDArray[np.float64]:
        """(N, M + 1): how strange, for every attack alike."""
        far, k = np.zeros(len(samples)), min(NEIGHBOUR, len(self._normal))
        with alone(self._seed, self._threads), torch.inference_mode():
            for piece in pieces(len(samples), 4_096):
                near = self._embed(samples.take(np.arange(len(samples))[piece])) @ self._normal.T
                far[piece] = 1.0 - near.topk(k, dim=1).values[:, -1].numpy() if k else 1.0
        far = np.maximum(far, 0.0)  # rounding
        return answers(far / (far + STRANGE), self._attacks)

    def cost(self) -> Cost:
        """The encoder's weights, which are not trained here, and the vectors of normal packets."""
        vectors = self._normal.numel()
        return Cost(count(self._encoder) + vectors, vectors)

    def _embed(self, samples: Samples) -> Tensor:
        """(N, D), unit norm."""
        with torch.inference_mode():
            parts = [
                self._encoder(torch.from_numpy(samples.fields[piece]), torch.from_numpy(samples.masked[piece]))
                for piece in pieces(len(samples), 8_192)
            ]
        return torch.cat([torch.zeros(0, WIDTH), *parts])
