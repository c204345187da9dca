"""Figures per packet: how well scores rank one class before benign life, and before everything else.

| figure | reads |
|---|---|
| AUC | packets of one class against benign ones: the share of pairs in the right order, a tie counts half |
| any-attack AUC | packets of any class against benign ones, by the score of any attack |
| AP, against benign | packets of one class among benign ones; a mean over classes is an mAP |
| AP, against the rest | packets of one class among all others: also punishes the wrong class |

AP is the step-wise mean of precision over recall, without interpolation, as scikit-learn has it. N packets, M classes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["ClassFigures", "PacketFigures", "auc", "average_precision", "packet_figures"]


def auc(scores: NDArray[Any], positive: NDArray[np.bool_]) -> float:
    """Area under the ROC curve of scores (N,); NaN unless there are both positive and negative ones.

    >>> auc(np.array([0.1, 0.4, 0.4, 0.9]), np.array([False, False, True, True]))
    0.875
    """
    hits, seen = _groups(scores, positive)
    total, misses = hits.sum(), seen - hits
    if not total or not misses.sum():
        return float("nan")
    above = np.cumsum(misses)  # negative ones that score at least as high
    below = misses.sum() - above
    return float((hits * (below + 0.5 * misses)).sum() / (total * misses.sum()))


def average_precision(scores: NDArray[Any], positive: NDArray[np.bool_]) -> float:
    """Average precision of scores (N,); NaN without positive ones.

    >>> average_precision(np.array([0.9, 0.8, 0.1]), np.array([True, False, True]))
    0.8333333333333333
    """
    hits, seen = _groups(scores, positive)
    if not hits.sum():
        return float("nan")
    precision = np.cumsum(hits) / np.cumsum(seen)
    return float((hits * precision).sum() / hits.sum())


def _groups(scores: NDArray[Any], positive: NDArray[np.bool_]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Positive ones and all of each distinct score, from the highest down."""
    if scores.shape != positive.shape or scores.ndim != 1:
        raise ValueError(f"scores {scores.shape} and truth {positive.shape} are not two columns of one length")
    if np.isnan(scores).any():
        raise ValueError("a score is no number")
    if not len(scores):
        return np.zeros(0), np.zeros(0)
    order = np.argsort(-scores.astype(np.float64), kind="stable")
    ranked = scores[order]
    starts = np.flatnonzero(np.r_[True, ranked[1:] != ranked[:-1]])
    hits = np.add.reduceat(positive[order].astype(np.float64), starts)
    return hits, np.diff(np.r_[starts, len(ranked)]).astype(np.float64)


@dataclass(frozen=True, slots=True)
class ClassFigures:
    """One class of attack."""

    packets: int
    auc: float
    ap_benign: float
    ap_rest: float


@dataclass(frozen=True, slots=True)
class PacketFigures:
    """All classes that occur, and their means."""

    classes: Mapping[str, ClassFigures]
    benign: int
    any_auc: float

    @property
    def mean_auc(self) -> float:
        """Mean over classes."""
        return self._mean("auc")

    @property
    def map_benign(self) -> float:
        """Mean AP of one class against benign."""
        return self._mean("ap_benign")

    @property
    def map_rest(self) -> float:
        """Mean AP of one class against all the rest."""
        return self._mean("ap_rest")

    def _mean(self, what: str) -> float:
        return float(np.mean([getattr(figures, what) for figures in self.classes.values()])) if self.classes else np.nan

    def as_dict(self) -> dict[str, Any]:
        """For a JSON file."""
        return {
            "mean_auc": self.mean_auc,
            "any_auc": self.any_auc,
            "map_benign": self.map_benign,
            "map_rest": self.map_rest,
            "benign": self.benign,
            "classes": {name: asdict(figures) for name, figures in self.classes.items()},
        }


def packet_figures(
    names: Sequence[str], scores: NDArray[Any], truth: NDArray[Any], any_attack: NDArray[Any]
) -> PacketFigures:
    """Figures of scores (N, M) and ``any_attack`` (N,), higher for stranger, against ``truth`` (N,).

    ``truth`` is 0 for benign and m + 1 for the class ``names[m]``. Classes without a packet are left out.
    """
    if scores.shape != (len(truth), len(names)) or any_attack.shape != truth.shape:
        raise ValueError(f"scores {scores.shape} do not fit {len(truth)} packets and {len(names)} classes")
    benign = truth == 0
    classes = {}
    for m, name in enumerate(names):
        own = truth == m + 1
        if not own.any():
            continue
        seen = own | benign
        column = scores[:, m]
        classes[name] = ClassFigures(
            packets=int(own.sum()),
            auc=auc(column[seen], own[seen]),
            ap_benign=average_precision(column[seen], own[seen]),
            ap_rest=average_precision(column, own),
        )
    return PacketFigures(classes, int(benign.sum()), auc(any_attack, ~benign))
