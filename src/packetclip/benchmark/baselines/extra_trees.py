"""Extremely randomised trees (Geurts, Ernst and Wehenkel 2006), scikit-learn's."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from packetclip.benchmark.columns import transform
from packetclip.datasets import CLASSES
from packetclip.errors import MissingExtra


class ExtraTrees:
    """200 trees, at least two packets a leaf, each class of equal weight in every tree."""

    def __init__(self, trees: int = 200, seed: int = 0, threads: int | None = None) -> None:
        try:
            from sklearn.ensemble import ExtraTreesClassifier
        except ImportError:
            raise MissingExtra("extra trees", "benchmark") from None
        self._forest: Any = ExtraTreesClassifier(
            trees, min_samples_leaf=2, class_weight="balanced_subsample", random_state=seed, n_jobs=threads or -1
        )

    def fit(self, fields: NDArray[np.float32], classes: NDArray[Any]) -> None:
        """Learn from fields (N, F) in natural units and classes (N,)."""
        self._forest.fit(transform(fields), classes)

    def predict_proba(self, fields: NDArray[np.float32]) -> NDArray[np.float64]:
        """(N, M + 1): benign first."""
        out = np.zeros((len(fields), len(CLASSES)))
        out[:, self._forest.classes_] = self._forest.predict_proba(transform(fields))
        return out
