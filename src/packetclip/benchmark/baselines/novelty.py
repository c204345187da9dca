"""Answers of methods that learn without labels: one score, the same for every attack."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["answers"]


def answers(scores: NDArray[np.floating], attacks: int) -> NDArray[np.float64]:
    """Scores (N,) of 0 to 1, higher for stranger, as (N, attacks + 1): 1 - score first, then the score."""
    novel = np.clip(scores.astype(np.float64), 0.0, 1.0)[:, None]  # (N, 1)
    return np.concatenate([1.0 - novel, np.repeat(novel, attacks, axis=1)], axis=1)
