"""What a model says of a batch of packets."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Scores:
    """One row a packet, N in all, for M missions and C key concepts. Rows of dropped packets are zeros."""

    missions: tuple[str, ...]
    """M names of the columns."""
    scored: NDArray[np.bool_]
    """(N,) false where the packet was dropped and has no score."""
    logits: NDArray[np.float32]
    """(N, M) as the decision graph gives them."""
    log_odds: NDArray[np.float32]
    """(N, M) calibrated."""
    probabilities: NDArray[np.float32]
    """(N, M) calibrated probability of each mission; they need not sum to 1."""
    any: NDArray[np.float32]
    """(N,) calibrated probability of any attack."""
    degrees: NDArray[np.float32]
    """(N, C) 0 to 1: how far the facts of each key concept hold."""
    closeness: NDArray[np.float32]
    """(N, C) cosine of packet and concept in the joint space."""
    embedding: NDArray[np.float32] | None = None
    """(N, D) packets in the joint space, unit norm; only when asked for."""

    def __len__(self) -> int:
        return len(self.scored)
