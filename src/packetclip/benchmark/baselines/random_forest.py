"""A random forest (Breiman 2001) on context fields, scikit-learn's.

Each tree learns from 10,000 packets. Trees on six times as many were compared between set-ups, on the tuning captures
(a1 to a3 on c4, c1 to c3 on a4; one run each): the mean AUC was the same (0.983), learning took far longer.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import RandomForestClassifier

from packetclip.benchmark.baselines.scaling import pieces
from packetclip.benchmark.baselines.weighing import fewer
from packetclip.benchmark.method import Cost
from packetclip.benchmark.samples import Samples, transform

PACKETS: Final = 60_000
SETTINGS: Final = {"n_estimators": 100, "min_samples_leaf": 2, "class_weight": "balanced_subsample"}
A_TREE: Final = 10_000


class RandomForest:
    """100 trees on samples drawn with replacement, each class of equal weight in every tree."""

    def __init__(self, classes: Sequence[str], seed: int = 0, threads: int = 1) -> None:
        self._classes = len(classes)
        self._seed = seed
        self._forest: Any = RandomForestClassifier(**SETTINGS, random_state=seed, n_jobs=threads)

    def fit(self, train: Samples, tune: Samples) -> None:
        """Learn from the context fields of some packets of each class."""
        rows = fewer(train.classes, PACKETS, np.random.default_rng(self._seed))
        self._forest.set_params(max_samples=min(A_TREE, len(rows)))
        self._forest.fit(transform(train.fields[rows]), train.classes[rows])

    def predict_proba(self, samples: Samples) -> NDArray[np.float64]:
        """(N, M + 1): benign first."""
        out = np.zeros((len(samples), self._classes))
        for piece in pieces(len(samples)):
            out[piece, self._forest.classes_] = self._forest.predict_proba(transform(samples.fields[piece]))
        return out

    def cost(self) -> Cost:
        """A threshold for each node within, a share of every class for each leaf."""
        leaves = sum(tree.tree_.n_leaves for tree in self._forest.estimators_)
        inner = sum(tree.tree_.node_count for tree in self._forest.estimators_) - leaves
        numbers = int(inner + leaves * len(self._forest.classes_))
        return Cost(numbers, numbers)
