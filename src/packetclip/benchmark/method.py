"""What a method is, ours and all it stands beside: it learns from samples, answers with probabilities, has a cost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from packetclip.benchmark.samples import Samples

__all__ = ["Cost", "Method"]


@dataclass(frozen=True, slots=True)
class Cost:
    """What a fitted method takes to run; None where a figure has no meaning."""

    parameters: int | None = None
    """Numbers that it consists of: weights, or thresholds and leaves of trees."""
    trained: int | None = None
    """Of these, learned here."""
    flops: float | None = None
    """Multiplications and additions a packet, each counted."""


class Method(Protocol):
    """M classes of attack; made with ``classes`` (the names, Benign first), ``seed`` and ``threads``."""

    def fit(self, train: Samples, tune: Samples) -> None:
        """Learn from ``train`` (every packet has a class); ``tune`` is for settings, stopping and calibration."""

    def predict_proba(self, samples: Samples) -> NDArray[np.float64]:
        """(N, M + 1): benign first; higher is surer. Rows need not sum to 1; any attack is 1 - benign."""

    def cost(self) -> Cost:
        """Of the method as it is fitted."""
