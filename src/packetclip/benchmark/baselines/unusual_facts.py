"""Ours, without labels or training: how far a packet's facts lie beyond what is usual, by the catalogue and here.

The catalogue of facts that captions are made from says of each number what everyday traffic reaches; beyond, it counts
in doublings (``Fact.unusual``). What three quarters of a network's own packets reach is usual there too, and taken off.
Three quarters, since a network under attack shows more: chosen on a4 and c4, half, 0.9, 0.99 and 0.999 beside it.

Others can learn from what this leaves: ``calm`` are the packets whose facts say little unusual.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from packetclip.benchmark.baselines.novelty import answers
from packetclip.benchmark.baselines.scaling import pieces
from packetclip.benchmark.method import Cost
from packetclip.benchmark.samples import Samples
from packetclip.language.captions import FACTS, Fact
from packetclip.wire.context import FIELDS

__all__ = ["UnusualFacts", "calm", "unusual"]

SHARE: Final = 0.75
"""Of the packets learned from: what they reach is usual."""
DOUBLINGS: Final = 5.0
"""Beyond the usual, in all: a packet of more is not calm. Chosen on a4 and c4 of 0.5, 2, 5 and 10."""
LEAST: Final = 0.1
"""Share of the packets, the least unusual, that count as calm in any case."""
STRANGE: Final = 12.0
"""Doublings in all that are called half strange; it changes no order."""

_AT: Final = {field.name: at for at, field in enumerate(FIELDS)}


class UnusualFacts:
    """Doublings beyond the usual, added up over the facts."""

    def __init__(self, classes: Sequence[str], seed: int = 0, threads: int = 1) -> None:
        self._attacks = len(classes) - 1

    def fit(self, train: Samples, tune: Samples) -> None:
        """Learn what is usual here, of each fact."""
        known = [unusual(train.fields[piece]) for piece in pieces(len(train))]
        self._usual = np.quantile(np.concatenate(known), SHARE, axis=0) if known else np.zeros(len(FACTS))

    def predict_proba(self, samples: Samples) -> NDArray[np.float64]:
        """(N, M + 1): how strange, for every attack alike."""
        strange = self.strange(samples.fields)
        return answers(strange / (strange + STRANGE), self._attacks)

    def strange(self, fields: NDArray[np.float32]) -> NDArray[np.float64]:
        """(N, F) in natural units to (N,) doublings beyond the usual, in all."""
        found = np.zeros(len(fields))
        for piece in pieces(len(fields)):
            found[piece] = np.maximum(unusual(fields[piece]) - self._usual, 0.0).sum(axis=1)
        return found

    def cost(self) -> Cost:
        """What is usual, of each fact."""
        return Cost(len(FACTS), len(FACTS))


def calm(train: Samples) -> NDArray[np.int64]:
    """Positions, in order, of the packets that say little unusual for the network that ``train`` shows."""
    facts = UnusualFacts(())
    facts.fit(train, train)
    strange = facts.strange(train.fields)
    most = max(DOUBLINGS, float(np.quantile(strange, LEAST))) if len(strange) else DOUBLINGS
    return np.flatnonzero(strange <= most)


def unusual(fields: NDArray[np.float32]) -> NDArray[np.float32]:
    """(N, F), natural units, to (N, facts): the most of a fact's windows, as ``Fact.unusual``; 0 where none holds."""
    row = {name: fields[:, at].astype(np.float64) for name, at in _AT.items()}
    found = np.zeros((len(fields), len(FACTS)), np.float32)
    for column, fact in zip(found.T, FACTS, strict=True):
        holds = np.ones(len(fields), np.bool_) if fact.when is None else np.asarray(fact.when(row), np.bool_)
        for window, (name, expected) in enumerate(zip(fact.fields, fact.expected, strict=True)):
            told = np.flatnonzero(holds & (row[name] >= fact.least))
            column[told] = np.maximum(column[told], _doublings(fact, row[name][told], expected, window))
    return found


def _doublings(fact: Fact, values: NDArray[np.float64], expected: float, window: int) -> NDArray[np.float64]:
    """``fact.unusual`` of each value, which it is asked for where it bends alone."""
    if expected <= 0.0:
        return np.full(len(values), fact.unusual(0.0, window))
    one, most = fact.unusual(2.0 * expected, window), fact.unusual(2.0**40 * expected, window)
    over = np.log2(np.maximum(values / expected, 1.0))
    doublings: NDArray[np.float64] = np.minimum(over * one, most)
    return doublings
