"""A transformer on payload bytes, after ET-BERT (Lin et al. 2022): pairs of bytes as words, BERT's encoder.

As there: words are pairs of neighbouring bytes and overlap by one, rare ones are unknown; the encoder is pre-trained by
guessing masked words and then fine-tuned with labels. Different: pre-training sees the payloads that are learned from
and no others, a few minutes of them where theirs took days, without their second task (which halves of a burst belong
together); a packet's vector is the mean over its words; and theirs begins within the transport header, where sequence
numbers and ports name connections. Here is no header at all, and no context.

:data:`PUBLISHED` is its size there, which takes two days a fit on one core; :data:`SMALL` is the default. No setting
was compared; size and rounds are such that the small one learns in minutes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F

from packetclip.benchmark.baselines.minibatches import alone, learn, ranked
from packetclip.benchmark.baselines.weighing import fewer, rarity
from packetclip.benchmark.method import Cost
from packetclip.benchmark.samples import Samples

__all__ = [
    "PUBLISHED",
    "SMALL",
    "FrozenPayloadTransformer",
    "PayloadTransformer",
    "PublishedPayloadTransformer",
    "Size",
    "cost_of",
]

PRETRAINED_ON: Final = 15_000
"""Different payloads."""
PRETRAINING_EPOCHS: Final = 2
PACKETS: Final = 24_000
EPOCHS: Final = 3
HEAD_EPOCHS: Final = 20
BATCH: Final = 128
RATE: Final = 1e-3
HEAD_RATE: Final = 1e-2
"""Of a head alone, which is a convex problem."""
HIDDEN_SHARE: Final = 0.15
PAD, UNKNOWN, WHOLE, MASK, FIRST = range(5)
"""Words that are no pair of bytes; WHOLE begins each packet, as [CLS] does in BERT."""


@dataclass(frozen=True, slots=True)
class Size:
    """How large it is."""

    layers: int
    width: int
    heads: int
    inner: int
    """Of the two layers behind attention."""
    words: int
    """Of a packet, at most; the first stands for the whole."""
    vocabulary: int
    """Different words, at most."""
    positions: int

    def parameters(self) -> int:
        """Of the encoder."""
        layer = 4 * self.width**2 + 2 * self.width * self.inner + 9 * self.width + self.inner
        return (self.vocabulary + self.positions + 2) * self.width + self.layers * layer

    def flops(self) -> float:
        """Of a packet that has all its words."""
        word = 4 * self.width**2 + 2 * self.width * self.inner + 2 * self.words * self.width
        return 2.0 * self.layers * self.words * word


PUBLISHED: Final = Size(layers=12, width=768, heads=12, inner=3072, words=128, vocabulary=60_005, positions=512)
SMALL: Final = Size(layers=2, width=64, heads=4, inner=128, words=48, vocabulary=4_096, positions=48)


def cost_of(size: Size, classes: int, *, frozen: bool) -> Cost:
    """Of an encoder and a linear head for ``classes`` (M + 1), without making them."""
    head = (size.width + 1) * classes
    whole = size.parameters() + head
    return Cost(whole, head if frozen else whole, size.flops() + 2.0 * size.width * classes)


class Encoder(nn.Module):
    """Words to vectors; and back, for masked ones."""

    def __init__(self, size: Size) -> None:
        super().__init__()
        self.words = nn.Embedding(size.vocabulary, size.width)
        self.positions = nn.Embedding(size.positions, size.width)
        self.norm = nn.LayerNorm(size.width)
        layer = nn.TransformerEncoderLayer(size.width, size.heads, size.inner, 0.1, "gelu", batch_first=True)
        self.layers = nn.TransformerEncoder(layer, size.layers, enable_nested_tensor=False)
        nn.init.normal_(self.words.weight, std=0.02 if size.width > 256 else size.width**-0.5)
        nn.init.normal_(self.positions.weight, std=0.02)

    def forward(self, words: Tensor) -> Tensor:
        """(B, W) words to (B, W, width)."""
        x = self.norm(self.words(words) + self.positions.weight[: words.shape[1]])
        out: Tensor = self.layers(x, src_key_padding_mask=words == PAD)
        return out

    def pool(self, words: Tensor) -> Tensor:
        """(B, W) words to (B, width), the mean over those that are there."""
        there = (words != PAD).unsqueeze(2)
        mean: Tensor = (self(words) * there).sum(1) / there.sum(1)
        return mean

    def guess(self, vectors: Tensor) -> Tensor:
        """(n, width) to (n, vocabulary), by likeness to the words' own vectors."""
        return vectors @ self.words.weight.T


class PayloadTransformer:
    """Pre-trained without labels, then trained whole with them."""

    frozen = False

    def __init__(self, classes: Sequence[str], seed: int = 0, threads: int = 1, size: Size = SMALL) -> None:
        self._classes = len(classes)
        self._seed, self._threads, self._size = seed, threads, size

    def fit(self, train: Samples, tune: Samples) -> None:
        """Learn words, their neighbours, then classes, from the payloads of some packets."""
        rng = np.random.default_rng(self._seed)
        learned = train.take(fewer(train.classes, PACKETS, rng))
        with alone(self._seed, self._threads):
            self._encoder, self._head = Encoder(self._size), nn.Linear(self._size.width, self._classes)
            self._pretrain(train, rng)
            self._classify(learned)

    def _pretrain(self, train: Samples, rng: np.random.Generator) -> None:
        pairs, lengths = _pairs(train, self._size.words)
        different = np.unique(pairs[lengths > 2], axis=0)
        different = different[np.sort(rng.permutation(len(different))[:PRETRAINED_ON])]
        found, counts = np.unique(different[different >= 0], return_counts=True)
        common = found[np.argsort(-counts, kind="stable")[: self._size.vocabulary - FIRST]]
        self._number = np.full(1 << 16, UNKNOWN, np.int64)
        self._number[common] = FIRST + np.arange(len(common))
        words = self._words(different)
        known = torch.from_numpy(words)

        def loss(rows: NDArray[np.int64]) -> Tensor:
            longest = int((words[rows] != PAD).sum(1).max(initial=1))
            truth = known[rows, :longest]
            chosen = (torch.rand(truth.shape) < HIDDEN_SHARE) & (truth >= FIRST)
            draw = torch.rand(truth.shape)
            shown = torch.where(chosen & (draw < 0.8), MASK, truth)
            strange = torch.randint(FIRST, self._size.vocabulary, truth.shape)
            shown = torch.where(chosen & (draw > 0.9), strange, shown)
            guesses = self._encoder.guess(self._encoder(shown)[chosen])
            return F.cross_entropy(guesses, truth[chosen], reduction="sum") / chosen.sum().clamp(min=1)

        learn(self._encoder, loss, (words != PAD).sum(1), PRETRAINING_EPOCHS, BATCH, RATE)

    def _classify(self, learned: Samples) -> None:
        words = self._words(_pairs(learned, self._size.words)[0])
        lengths = (words != PAD).sum(1)
        known = torch.from_numpy(words)
        truth = torch.from_numpy(learned.classes.astype(np.int64))
        weight = torch.from_numpy(rarity(learned.classes).astype(np.float32))
        self._encoder.requires_grad_(not self.frozen)
        vectors = self._vectors(words, lengths) if self.frozen else None

        def loss(rows: NDArray[np.int64]) -> Tensor:
            seen = self._encoder.pool(known[rows, : int(lengths[rows].max())]) if vectors is None else vectors[rows]
            each = F.cross_entropy(self._head(seen), truth[rows], reduction="none")
            return (each * weight[rows]).mean()

        if self.frozen:
            learn(self._head, loss, np.zeros_like(lengths), HEAD_EPOCHS, BATCH, HEAD_RATE)
        else:
            learn(nn.ModuleList([self._encoder, self._head]), loss, lengths, EPOCHS, BATCH, RATE)

    def predict_proba(self, samples: Samples) -> NDArray[np.float64]:
        """(N, M + 1): benign first. Equal payloads are looked at once."""
        pairs, _ = _pairs(samples, self._size.words)
        words, which = np.unique(self._words(pairs), axis=0, return_inverse=True)
        lengths = (words != PAD).sum(1)
        known = torch.from_numpy(words)
        with alone(self._seed, self._threads):
            found = ranked(
                lambda rows: self._head(self._encoder.pool(known[rows, : int(lengths[rows].max())])),
                lengths,
                self._classes,
                512,
            )
        return found[which.ravel()]

    def cost(self) -> Cost:
        """Of this size; the head alone is trained where the encoder is frozen."""
        return cost_of(self._size, self._classes, frozen=self.frozen)

    def _vectors(self, words: NDArray[np.int64], lengths: NDArray[np.int64]) -> Tensor:
        known = torch.from_numpy(words)
        vectors = torch.empty(len(words), self._size.width)
        order = np.argsort(lengths, kind="stable")
        with torch.no_grad():
            for at in range(0, len(words), 512):
                rows = order[at : at + 512]
                vectors[rows] = self._encoder.pool(known[rows, : int(lengths[rows].max())])
        return vectors

    def _words(self, pairs: NDArray[np.int32]) -> NDArray[np.int64]:
        """(N, W - 1) pairs to (N, W) words."""
        words = np.where(pairs < 0, PAD, self._number[pairs])
        return np.concatenate([np.full((len(pairs), 1), WHOLE), words], axis=1)


class FrozenPayloadTransformer(PayloadTransformer):
    """Pre-trained without labels; only a linear head is trained with them."""

    frozen = True


class PublishedPayloadTransformer(PayloadTransformer):
    """Of the size that ET-BERT was published with, trained whole."""

    def __init__(self, classes: Sequence[str], seed: int = 0, threads: int = 1, size: Size = PUBLISHED) -> None:
        super().__init__(classes, seed, threads, size)


def _pairs(samples: Samples, words: int) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """(N, words - 1) pairs of neighbouring bytes, -1 behind the last, and how many; a lone byte is a pair with 0."""
    payload = samples.payload[:, :words].astype(np.int32)
    payload = np.pad(payload, ((0, 0), (0, max(words - payload.shape[1], 0))))
    known = np.minimum(samples.payload_length, samples.payload.shape[1]).astype(np.int64)
    lengths = np.minimum(np.where(known > 0, np.maximum(known - 1, 1), 0), words - 1)
    pairs = payload[:, :-1] << 8 | payload[:, 1:]
    return np.where(np.arange(words - 1) < lengths[:, None], pairs, -1), lengths
