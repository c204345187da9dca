"""What is trained on the frozen encoder: a linear head, or the paper's missions."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F
from torch.utils.flop_counter import FlopCounterMode

from packetclip.benchmark.answering import answered, answering, taught
from packetclip.benchmark.baselines.minibatches import alone, learn
from packetclip.benchmark.baselines.weighing import fewer, rarity
from packetclip.benchmark.fold import LIFE
from packetclip.benchmark.method import Cost, Method
from packetclip.benchmark.samples import Samples
from packetclip.benchmark.tasks.payload.encoder import Aligned
from packetclip.learning.reasoning.examples import Examples
from packetclip.learning.reasoning.fit import FitConfig, fit
from packetclip.learning.reasoning.reasoner import Reasoner, ReasonerConfig
from packetclip.recipe import from_table
from packetclip.wire.context import FIELDS

__all__ = ["LinearHead", "MissionHead", "heads"]

PACKETS: Final = 60_000
EPOCHS: Final = 10
BATCH: Final = 256
RATE: Final = 1e-2

PAPER: Final = ReasonerConfig(use_facts=False, use_shortcut=False, use_temporal=False, trust=0.0)
"""Concepts are texts, evidence passes through them, each packet alone: payloads come without the order of others."""


class LinearHead:
    """One weight for each class and coordinate: what the embedding holds, without any reasoning."""

    def __init__(self, aligned: Aligned, classes: Sequence[str], seed: int = 0, threads: int = 1) -> None:
        self._aligned, self._classes = aligned, len(classes)
        self._seed, self._threads = seed, threads

    def fit(self, train: Samples, tune: Samples) -> None:
        """Weighted cross-entropy; nothing is chosen on ``tune``."""
        train = _some(train, self._seed)
        vectors, place = self._aligned.vectors(train)
        seen, truth = torch.from_numpy(vectors), torch.from_numpy(train.classes.astype(np.int64))
        weight = torch.from_numpy(rarity(train.classes).astype(np.float32))
        with alone(self._seed, self._threads):
            self._head = nn.Linear(vectors.shape[1], self._classes)

            def loss(batch: NDArray[np.int64]) -> Tensor:
                each = F.cross_entropy(self._head(seen[place[batch]]), truth[batch], reduction="none")
                return (each * weight[batch]).mean()

            learn(self._head, loss, np.zeros(len(train), np.int64), EPOCHS, BATCH, RATE)

    def predict_proba(self, samples: Samples) -> NDArray[np.float64]:
        """(N, M + 1): benign first."""
        vectors, which = self._aligned.vectors(samples)
        with torch.inference_mode():
            found: NDArray[np.float64] = torch.softmax(self._head(torch.from_numpy(vectors)).double(), 1).numpy()
        return found[which]

    def forget(self) -> None:
        """As of :class:`Aligned`: both heads share one."""
        self._aligned.forget()

    def cost(self) -> Cost:
        """Of encoder and head; the head alone is trained."""
        head = sum(weight.numel() for weight in self._head.parameters())
        return Cost(self._aligned.parameters + head, head, self._aligned.flops + 2.0 * self._head.weight.numel())


class MissionHead:
    """The paper's reasoning: each mission's graph of texts, the embedding as its sensor, nothing beside them.

    Without what our model adds: no facts, no adapter, no way past the concepts; and without its history, since no order
    of packets is known here. ``settings`` are those of FitConfig.
    """

    def __init__(
        self, aligned: Aligned, classes: Sequence[str], seed: int = 0, settings: Mapping[str, Any] | None = None
    ) -> None:
        labels = [mission.label for mission in aligned.parts.missions]
        self._aligned = aligned
        self._answering = [answering(label, labels) for label in classes[1:]]
        # Fields are neither seen nor mixed: what is learned from is the payload alone.
        self._config = from_table(FitConfig, {**(settings or {}), "seed": seed, "mix": 0.0, "noise": 0.0}, "fit")

    def fit(self, train: Samples, tune: Samples) -> None:
        """Learn as our own model does, from vectors that were computed once; nothing is chosen on ``tune``."""
        parts, train = self._aligned.parts, _some(train, self._config.seed)
        vectors, which = self._aligned.vectors(train)
        torch.manual_seed(self._config.seed)
        self._known = _Known(torch.from_numpy(vectors))
        self._reasoner = Reasoner(self._known, None, parts.missions, parts.joint, PAPER)
        labelled, life = self._examples(train, which, life=False), self._examples(train, which, life=True)
        with tempfile.TemporaryDirectory() as work:
            fit(self._reasoner, labelled, life, self._config, Path(work))

    def predict_proba(self, samples: Samples) -> NDArray[np.float64]:
        """(N, M + 1): benign first; a class that no mission means is answered for by any attack."""
        vectors, which = self._aligned.vectors(samples)
        self._known.table = torch.from_numpy(vectors)
        found = np.zeros((len(vectors), len(self._answering) + 1))
        with torch.inference_mode():
            for at in range(0, len(vectors), 8_192):
                rows = np.arange(at, min(at + 8_192, len(vectors)))
                fields, numbers = torch.zeros(len(rows), len(FIELDS)), torch.from_numpy(_numbers(rows))
                reasoning = self._reasoner.reason(fields, numbers).reasoning
                odds = self._reasoner.weigh(self._reasoner.alone(reasoning), reasoning)
                chance = torch.sigmoid(odds).double().numpy()
                found[rows] = answered(chance, self._answering, np.sum)
        return found[which]

    def forget(self) -> None:
        """As of :class:`Aligned`: both heads share one."""
        self._aligned.forget()

    def cost(self) -> Cost:
        """Of encoder and graphs; the graphs alone are trained."""
        trained = self._reasoner.trained_parameters
        return Cost(self._aligned.parameters + trained, trained, self._aligned.flops + self.graph_flops)

    @property
    def graph_flops(self) -> float:
        """Of what stands behind the encoder, for a packet of a batch."""
        rows = 64
        self._known.table = torch.zeros(1, self._aligned.parts.joint.shape[1])
        numbers = torch.from_numpy(_numbers(np.zeros(rows, np.int64)))
        with torch.inference_mode(), FlopCounterMode(display=False) as counter:
            reasoning = self._reasoner.reason(torch.zeros(rows, len(FIELDS)), numbers).reasoning
            self._reasoner.weigh(self._reasoner.alone(reasoning), reasoning)
        return float(counter.get_total_flops()) / rows

    def _examples(self, train: Samples, which: NDArray[np.int64], *, life: bool) -> list[Examples]:
        known, found = taught(train, self._answering, self._aligned.parts.missions), []
        for number, (name, network) in enumerate(zip(train.names, train.networks, strict=True)):
            rows = np.flatnonzero((train.capture == number) & (known >= 0))
            if (network == LIFE) != life or not len(rows):
                continue
            nothing = np.zeros((len(rows), len(FIELDS)), np.float32)
            labels, episodes = known[rows], train.episodes[rows].astype(np.int64)
            history = np.arange(len(rows), dtype=np.uint64)
            found.append(Examples(name, nothing, _numbers(which[rows]), train.scored[rows], labels, episodes, history))
        return found


class _Known(nn.Module):
    """An encoder that has done its work: row numbers in, vectors out."""

    def __init__(self, table: Tensor) -> None:
        super().__init__()
        self.table = table

    def forward(self, fields: Tensor, numbers: Tensor) -> Tensor:
        """(N, 8) bytes of row numbers to (N, D)."""
        return self.table[numbers.view(torch.int64).squeeze(1)]


def _some(train: Samples, seed: int) -> Samples:
    """Both heads learn from the same packets."""
    return train.take(fewer(train.classes, PACKETS, np.random.default_rng(seed)))


def _numbers(rows: NDArray[np.int64]) -> NDArray[np.uint8]:
    """(N, 8) row numbers as the bytes that a reasoner hands to its encoder."""
    return np.ascontiguousarray(rows, np.int64)[:, None].view(np.uint8)


def heads(aligned: Aligned, classes: Sequence[str], seed: int, settings: Mapping[str, Any]) -> dict[str, Method]:
    """Both, by name in tables."""
    return {
        "missions": MissionHead(aligned, classes, seed, settings),
        "linear head": LinearHead(aligned, classes, seed),
    }
