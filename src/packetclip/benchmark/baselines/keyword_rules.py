"""The missions' facts read as rules: nothing is learned, a mission holds as far as its graph's logic does."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from packetclip.datasets import MISSIONS
from packetclip.language.knowledge import load_missions, mission_degrees


class KeywordRules:
    """The logical reading of the missions that ship; benign is what no mission explains."""

    def __init__(self) -> None:
        missions = load_missions(MISSIONS)
        by_name = {mission.name: mission for mission in missions}
        self._missions = tuple(by_name[name] for name in MISSIONS)

    def fit(self, fields: NDArray[np.float32], classes: NDArray[Any]) -> None:
        """Nothing to learn."""

    def predict_proba(self, fields: NDArray[np.float32]) -> NDArray[np.float64]:
        """(N, M + 1): benign first, then degrees."""
        degrees = mission_degrees(self._missions, fields).astype(np.float64)  # (N, M); 1 - p in 32 bits would tie
        return np.column_stack([1.0 - degrees.max(axis=1), degrees])
