"""Extremely randomised trees (Geurts, Ernst and Wehenkel 2006), scikit-learn's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from packetclip.benchmark.method import Cost
from packetclip.benchmark.samples import Samples, transform
from packetclip.errors import MissingExtra

TREES: Final = 100


class ExtraTrees:
    """100 trees, at least two packets a leaf, each class of equal weight in every tree."""

    def __init__(self, classes: Sequence[str], seed: int = 0, threads: int = 1) -> None:
        try:
            from sklearn.ensemble import ExtraTreesClassifier
        except ImportError:
            raise MissingExtra("extra trees", "benchmark") from None
        self._classes = len(classes)
        self._forest: Any = ExtraTreesClassifier(
            TREES, min_samples_leaf=2, class_weight="balanced_subsample", random_state=seed, n_jobs=threads
        )

    def fit(self, train: Samples, tune: Samples) -> None:
        """Learn from the context fields."""
        self._forest.fit(transform(train.fields), train.classes)

    def predict_proba(self, samples: Samples) -> NDArray[np.float64]:
        """(N, M + 1): benign first."""
        out = np.zeros((len(samples), self._classes))
        if len(samples):
            out[:, self._forest.classes_] = self._forest.predict_proba(transform(samples.fields))
        return out

    def cost(self) -> Cost:
        """A threshold for each node within, a share of every class for each leaf."""
        inner = sum(tree.tree_.node_count - tree.tree_.n_leaves for tree in self._forest.estimators_)
        leaves = sum(tree.tree_.n_leaves for tree in self._forest.estimators_)
        numbers = int(inner + leaves * len(self._forest.classes_))
        return Cost(numbers, numbers)
