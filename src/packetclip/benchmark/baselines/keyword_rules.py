"""The missions' facts read as rules: nothing is learned, a mission holds as far as its graph's logic does."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from packetclip.benchmark.answering import answered, answering
from packetclip.benchmark.method import Cost
from packetclip.benchmark.samples import Samples
from packetclip.language.knowledge import load_missions, mission_degrees


class KeywordRules:
    """The logical reading of the missions that ship; benign is what no mission explains."""

    def __init__(self, classes: Sequence[str], seed: int = 0, threads: int = 1) -> None:
        self._missions = load_missions()
        labels = [mission.label for mission in self._missions]
        self._answering = [answering(label, labels) for label in classes[1:]]

    def fit(self, train: Samples, tune: Samples) -> None:
        """Nothing to learn."""

    def predict_proba(self, samples: Samples) -> NDArray[np.float64]:
        """(N, M + 1): benign first, then degrees; of a class that no mission means, that of any attack."""
        degrees = mission_degrees(self._missions, samples.fields).astype(np.float64)  # (N, M); 32 bits would tie
        return answered(degrees, self._answering, np.max)

    def cost(self) -> Cost:
        """No figure has a meaning."""
        return Cost(trained=0)
