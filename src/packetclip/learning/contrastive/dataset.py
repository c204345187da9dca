"""Pairs of packets and captions, in memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """N packets, each with K captions out of C different ones; F fields, L bytes, S signature bits, D text width."""

    fields: NDArray[np.float32]
    """(N, F) natural units."""
    bytes: NDArray[np.uint8]
    """(N, L) masked."""
    caption: NDArray[np.int32]
    """(N, K) rows of ``vectors``."""
    vectors: NDArray[np.float32]
    """(C, D) the frozen text encoder's, unit norm."""
    signature: NDArray[np.uint8]
    """(N, S) what holds of each packet: 0 or 1."""
    said: NDArray[np.uint8]
    """(N, K, S) the bits that each caption speaks of."""
    group: NDArray[np.int64]
    """(N,) packets of one group (a flow of a capture) stay on one side of a split."""

    def __post_init__(self) -> None:
        rows = {name: len(getattr(self, name)) for name in ("fields", "bytes", "caption", "signature", "said", "group")}
        if len(set(rows.values())) != 1:
            raise ValueError(f"Pairs need one row a packet in every column; these have {rows}.")
        if self.caption.size and not (self.caption.min() >= 0 and self.caption.max() < len(self.vectors)):
            raise ValueError(f"A caption's number lies outside the {len(self.vectors):,} text vectors.")

    def __len__(self) -> int:
        return len(self.fields)

    def take(self, rows: NDArray[np.int64]) -> Pairs:
        """Some of the packets, with all text vectors."""
        return Pairs(
            self.fields[rows],
            self.bytes[rows],
            self.caption[rows],
            self.vectors,
            self.signature[rows],
            self.said[rows],
            self.group[rows],
        )

    def split(self, held_out: float, seed: int) -> tuple[Pairs, Pairs]:
        """Training and held-out pairs; whole groups change sides, about ``held_out`` of them."""
        groups, member = np.unique(self.group, return_inverse=True)
        away = np.random.default_rng([seed, 0]).random(len(groups)) < held_out
        return self.take(np.flatnonzero(~away[member])), self.take(np.flatnonzero(away[member]))


def batches(rows: int, size: int, seed: int, epoch: int) -> Iterator[NDArray[np.int64]]:
    """Row numbers of one epoch in random order, ``size`` at a time; every row once.

    A last batch of a single row is left out: it has nothing to be told from.
    """
    order = np.random.default_rng([seed, 1, epoch]).permutation(rows)
    for start in range(0, rows, size):
        batch = order[start : start + size]
        if len(batch) > 1:
            yield batch


def batch_count(rows: int, size: int) -> int:
    """How many batches :func:`batches` yields."""
    return rows // size + (rows % size > 1)
