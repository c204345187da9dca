"""An isolation forest (Liu, Ting and Zhou 2008) on context fields, scikit-learn's: no label is looked at.

Settings are the paper's; none was compared.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import IsolationForest as Forest

from packetclip.benchmark.baselines.novelty import answers
from packetclip.benchmark.baselines.scaling import pieces
from packetclip.benchmark.method import Cost
from packetclip.benchmark.samples import Samples, transform

TREES: Final = 100


class IsolationForest:
    """100 trees of 256 packets each; what few random cuts set apart is strange."""

    def __init__(self, classes: Sequence[str], seed: int = 0, threads: int = 1) -> None:
        self._attacks = len(classes) - 1
        self._forest: Any = Forest(n_estimators=TREES, random_state=seed, n_jobs=threads)  # of 256 packets each

    def fit(self, train: Samples, tune: Samples) -> None:
        """Learn what is usual."""
        self._forest.fit(transform(train.fields))

    def predict_proba(self, samples: Samples) -> NDArray[np.float64]:
        """(N, M + 1): the paper's score, between 0 and 1, for every attack alike."""
        scores = np.zeros(len(samples))
        for piece in pieces(len(samples)):
            scores[piece] = -self._forest.score_samples(transform(samples.fields[piece]))
        return answers(scores, self._attacks)

    def cost(self) -> Cost:
        """A threshold for each node within, a depth for each leaf."""
        numbers = int(sum(tree.tree_.node_count for tree in self._forest.estimators_))
        return Cost(numbers, numbers)
