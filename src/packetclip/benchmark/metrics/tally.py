"""Counts of packets by score, class and unit: all that the figures need, in bounded memory, whatever comes in.

Chunks are added one after the other, tallies of parts of the data to each other; the order changes nothing. While a
column has few distinct scores (of a unit), every one is kept and the figures are exact. Beyond that, scores are binned
by their images (:mod:`.scale`), with as few bits left out as it takes, for that column alone; a bin then counts as a
tie, and ``auc_error`` bounds what that can do to an AUC.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from packetclip.benchmark.metrics.scale import IMAGE_BITS, coarsen, image, mirror, value
from packetclip.benchmark.metrics.units import Unit, units
from packetclip.benchmark.samples import Samples

__all__ = ["CELLS", "Column", "Tally"]

CELLS: Final = 1 << 20
"""Distinct pairs of score and unit that a column keeps: 16 bytes each."""


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """What is known of one column of scores: K cells, in rising order of score."""

    images: NDArray[np.int64]
    """(K,) of the scores, or of the bottoms of their bins."""
    units: NDArray[np.int64]
    """(K,) positions in the tally's units."""
    counts: NDArray[np.int64]
    """(K,) packets."""
    bits: int
    """Last bits of images that were left out; 0 where all is exact."""

    def by_score(self, roles: NDArray[np.int64]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Distinct scores (D,) in rising order and packets (D, 4) of each role at each; ``roles`` is a unit's (U,)."""
        distinct, own = np.unique(self.images, return_inverse=True)
        flat = np.bincount(own * 4 + roles[self.units], self.counts, 4 * len(distinct))
        return value(distinct, self.bits), flat.astype(np.int64).reshape(-1, 4)


class Tally:
    """Of scores (N, M + 1), benign first, for the classes of the same names."""

    def __init__(self, classes: Sequence[str], cells: int = CELLS) -> None:
        self.classes = tuple(classes)
        self.confusion: NDArray[np.int64] = np.zeros((len(classes), len(classes)), np.int64)
        """(M + 1, M + 1) packets: rows are the truth, columns the highest score."""
        self.unlabelled = 0
        """Packets without a class, which count nowhere else."""
        self._units: dict[Unit, int] = {}
        self._cells = [_Cells(cells) for _ in classes]

    def add(self, scores: NDArray[Any], samples: Samples) -> None:
        """Count N more packets. What cannot be scored counts as benign for certain. Raises ValueError."""
        if scores.shape != (len(samples), len(self.classes)):
            raise ValueError(f"scores {scores.shape} do not fit {len(samples)} packets and {len(self.classes)} classes")
        rows = np.flatnonzero(samples.classes >= 0)
        self.unlabelled += len(samples) - len(rows)
        if not len(rows):
            return
        scores = np.where(samples.scored[rows, None], scores[rows], np.eye(1, len(self.classes)))
        found, own = units(samples, rows)
        places = np.array([self._units.setdefault(unit, len(self._units)) for unit in found], np.int64)[own]
        for m, cells in enumerate(self._cells):
            images = image(scores[:, m])
            packed = (places << IMAGE_BITS) | (images if m else mirror(images))
            distinct, counts = np.unique(packed, return_counts=True)
            cells.add(distinct, counts.astype(np.int64), 0)
        flat = samples.classes[rows].astype(np.int64) * len(self.classes) + scores.argmax(axis=1)
        self.confusion += np.bincount(flat, minlength=self.confusion.size).reshape(self.confusion.shape)

    def merge(self, other: Tally) -> None:
        """Count all that another tally of the same classes has counted. Raises ValueError."""
        if other.classes != self.classes:
            raise ValueError(f"a tally of {other.classes} does not go into one of {self.classes}")
        place = np.array([self._units.setdefault(unit, len(self._units)) for unit in other._units], np.int64)
        for own, theirs in zip(self._cells, other._cells, strict=True):
            column = theirs.read()
            own.add((place[column.units] << IMAGE_BITS) | column.images, column.counts, column.bits)
        self.confusion += other.confusion
        self.unlabelled += other.unlabelled

    @property
    def units(self) -> list[Unit]:
        """All that were met, in order."""
        return sorted(self._units)

    def column(self, m: int) -> Column:
        """Scores of class ``m``; 0 is the score of any attack, 1 - benign."""
        rank = np.empty(len(self._units), np.int64)
        rank[[self._units[unit] for unit in self.units]] = np.arange(len(rank))
        column = self._cells[m].read()
        order = np.argsort(column.images, kind="stable")
        return Column(column.images[order], rank[column.units[order]], column.counts[order], column.bits)


class _Cells:
    """Counts by unit and image, packed into one number: leaving out last bits keeps the order."""

    def __init__(self, most: int) -> None:
        self._most, self._bits, self._waiting = most, 0, 0
        self._parts: list[tuple[NDArray[np.int64], NDArray[np.int64]]] = []

    def add(self, packed: NDArray[np.int64], counts: NDArray[np.int64], bits: int) -> None:
        """Of which ``bits`` are left out already."""
        self._bits = max(self._bits, bits)
        self._parts.append((packed, counts))
        self._waiting += len(packed)
        if self._waiting > 2 * self._most:
            self._settle()

    def read(self) -> Column:
        """By unit, then by image."""
        self._settle()
        packed, counts = self._parts[0]
        return Column(packed & ((1 << IMAGE_BITS) - 1), packed >> IMAGE_BITS, counts, self._bits)

    def _settle(self) -> None:
        nothing = np.zeros(0, np.int64)
        packed = np.concatenate([nothing, *(part for part, _ in self._parts)])
        counts = np.concatenate([nothing, *(part for _, part in self._parts)])
        packed, counts = _summed(coarsen(packed, self._bits), counts)
        if len(packed) > self._most:
            # The fewest bits that fit: no part of the data needs more than the whole, so the order of parts is nothing.
            steps = packed[1:] ^ packed[:-1]
            self._bits = min(int(np.partition(steps, -self._most)[-self._most]).bit_length(), IMAGE_BITS)
            packed, counts = _summed(coarsen(packed, self._bits), counts)
        self._parts, self._waiting = [(packed, counts)], len(packed)


def _summed(packed: NDArray[np.int64], counts: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Distinct numbers in rising order, and their counts."""
    if not len(packed):
        return packed, counts
    order = np.argsort(packed, kind="stable")  # what is sorted in parts is only merged
    packed = packed[order]
    starts = np.flatnonzero(np.concatenate([[True], packed[1:] != packed[:-1]]))
    return packed[starts], np.add.reduceat(counts[order], starts)
