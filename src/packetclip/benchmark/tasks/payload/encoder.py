"""The paper's packet encoder, small: a transformer over payload bytes, aligned with captions, then frozen.

As there: bytes of the payload and nothing else go in, sentences about the traffic are the other side, symmetric
InfoNCE brings them together, and no label is looked at. Different: the paper's encoder is ET-BERT, pre-trained for
days on other traffic and left as it is; this one is learned here, from nothing, with the captions. Its sentences come
from a large language model, ours from facts. Packets are those that every method learns from.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch.utils.flop_counter import FlopCounterMode

from packetclip.benchmark.samples import Samples
from packetclip.language.captions import said_mask, signature_vectors, write_training_caption
from packetclip.learning.contrastive import Pairs, PretrainConfig, load_teacher, pretrain
from packetclip.learning.contrastive.teachers import DEFAULT
from packetclip.learning.encoders import WIDTH, ByteTransformerConfig
from packetclip.learning.reasoning.run import Parts, gather
from packetclip.wire.context import FIELDS, header

__all__ = ["CAPTIONS", "LENGTH", "Aligned", "align"]

LENGTH: Final = 48
"""Payload bytes that are looked at, each a token; ET-BERT's 128 tokens are pairs of bytes that overlap."""
BATCH: Final = 256
WORD_PIECES: Final = 64
CAPTIONS: Final = ("everything", "packet")
"""What captions tell of: all that our model knows, of which a payload shows little; or the packet alone."""


class Encode(Protocol):
    """A frozen text encoder."""

    def encode(self, sentences: list[str]) -> NDArray[np.float32]:
        """(n, D) unit vectors."""


@dataclass(slots=True, eq=False)
class Aligned:
    """A frozen encoder and the missions' texts in its space; a payload is read once, however often it is met."""

    parts: Parts
    _number: dict[bytes, int] = field(default_factory=dict)
    _vectors: list[NDArray[np.float32]] = field(default_factory=list)

    def vectors(self, samples: Samples) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """(U, D) vectors of different payloads, and which (N,) of them each packet has."""
        different, which = _different(samples)
        keys = [row.tobytes() for row in different]
        new = [n for n, key in enumerate(keys) if key not in self._number]
        with torch.inference_mode():
            for at in range(0, len(new), BATCH):
                rows = new[at : at + BATCH]
                found = self.parts.encoder(torch.zeros(0), torch.from_numpy(different[rows])).numpy()
                for row, vector in zip(rows, found, strict=True):
                    self._number[keys[row]] = len(self._vectors)
                    self._vectors.append(vector)
        known = [self._vectors[self._number[key]] for key in keys]
        return np.array(known, np.float32).reshape(len(known), WIDTH), which

    def forget(self) -> None:
        """Read every payload anew, as of traffic that was never met."""
        self._number.clear()
        self._vectors.clear()

    @property
    def parameters(self) -> int:
        """Of the encoder, all frozen."""
        return sum(weight.numel() for weight in self.parts.encoder.parameters())

    @property
    def flops(self) -> float:
        """Of the encoder, for a packet."""
        with torch.inference_mode(), FlopCounterMode(display=False) as counter:
            self.parts.encoder(torch.zeros(0), torch.zeros(1, LENGTH, dtype=torch.uint8))
        return float(counter.get_total_flops())


def align(
    train: Samples, seed: int, captions: str = CAPTIONS[0], pairs: int = 8_000, epochs: int = 8, threads: int = 1
) -> Aligned:
    """Pre-train on payloads of ``train`` and captions of their packets, without labels.

    ``pairs`` are different payloads, at most. Raises MissingExtra, and RecipeError where too few packets have any.
    """
    rng = np.random.default_rng([seed, 7])
    rows = np.flatnonzero(train.scored & (train.payload_length > 0))
    _, first = np.unique(_words(train.payload[rows]), return_index=True)
    rows = np.sort(rng.permutation(rows[first])[:pairs])
    with tempfile.TemporaryDirectory() as work:
        pretrain(
            _pairs(train.take(rows), captions, seed),
            PretrainConfig(seed=seed, epochs=epochs, batch=BATCH, threads=threads),
            Path(work),
            encoder="byte_transformer",
            encoder_config=ByteTransformerConfig(byte_length=LENGTH),
            about={"text": {"name": DEFAULT, "longest": WORD_PIECES}, "pairs": len(rows)},
        )
        return Aligned(gather(Path(work)))


def _pairs(chosen: Samples, captions: str, seed: int) -> Pairs:
    fields = chosen.fields
    if captions == "packet":
        fields = fields * (np.arange(len(FIELDS)) < len(header.FIELDS)).astype(np.float32)
    told = [write_training_caption(values, (seed << 40) + i) for i, values in enumerate(fields)]
    texts = sorted({one.text for one in told}, key=len)
    number = {text: n for n, text in enumerate(texts)}
    return Pairs(
        fields,
        np.ascontiguousarray(chosen.payload[:, :LENGTH]),
        np.array([[number[one.text]] for one in told], np.int32),
        load_teacher(DEFAULT, longest=WORD_PIECES).encode(texts),
        signature_vectors(fields).astype(np.uint8),
        np.stack([said_mask(one.facts).astype(np.uint8)[None] for one in told]),
        chosen.capture.astype(np.int64) << 40 | chosen.flow & ((1 << 40) - 1),
    )


def _different(samples: Samples) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """(U, LENGTH) different payloads, and which (N,) each packet has; a packet without payload shows zeros."""
    payload = np.ascontiguousarray(samples.payload[:, :LENGTH])
    _, first, which = np.unique(_words(payload), return_index=True, return_inverse=True)
    return payload[first], which.astype(np.int64).ravel()


def _words(payload: NDArray[np.uint8]) -> NDArray[np.void]:
    """(N,) each row as one value."""
    rows = np.ascontiguousarray(payload[:, :LENGTH])
    return rows.view(np.dtype((np.void, rows.shape[1]))).ravel()
