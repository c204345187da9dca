"""ROC and precision-recall curves from counts by score, thinned to what a plot can show."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["POINTS", "precision_recall_curve", "roc_curve"]

POINTS: Final = 150
"""Points that a curve keeps, about."""

_DECADES: Final = 5.0  # false-positive rates down to 1e-5 keep their shape on a logarithmic axis


def roc_curve(own: NDArray[Any], benign: NDArray[Any], points: int = POINTS) -> dict[str, list[float]]:
    """``false_positive_rate`` and ``true_positive_rate``, from (0, 0) to (1, 1); empty without one side.

    ``own`` and ``benign`` (D,) are packets at each distinct score, rising. Kept are points at equal steps along the
    curve, also as it looks with a logarithmic axis: straight lines between them enclose the area to within 0.01 at
    worst, 0.001 in practice.
    """
    if not own.sum() or not benign.sum():
        return {"false_positive_rate": [], "true_positive_rate": []}
    x = np.concatenate([[0.0], np.cumsum(benign[::-1])]) / benign.sum()
    y = np.concatenate([[0.0], np.cumsum(own[::-1])]) / own.sum()
    way = x + y + np.maximum(np.log10(np.maximum(x, 1e-300)) / _DECADES + 1.0, 0.0)
    kept = _along(way, points)
    return {"false_positive_rate": _plain(x[kept]), "true_positive_rate": _plain(y[kept])}


def precision_recall_curve(own: NDArray[Any], other: NDArray[Any], points: int = POINTS) -> dict[str, list[float]]:
    """``recall`` and ``precision`` from the highest threshold to the lowest; empty without packets of the class.

    ``own`` and ``other`` (D,) are packets at each distinct score, rising. Kept are points at equal steps of recall.
    """
    if not own.sum():
        return {"recall": [], "precision": []}
    hits, seen = np.cumsum(own[::-1]), np.cumsum((own + other)[::-1])
    at = np.flatnonzero(own[::-1])
    recall, precision = hits[at] / hits[-1], hits[at] / seen[at]
    kept = _along(recall, points)
    return {"recall": _plain(recall[kept]), "precision": _plain(precision[kept])}


def _along(way: NDArray[np.float64], points: int) -> NDArray[np.int64]:
    """Positions at about equal steps of a rising ``way``, with its first and its last."""
    steps = np.linspace(way[0], way[-1], points)
    places = np.concatenate([[0], np.searchsorted(way, steps).clip(0, len(way) - 1), [len(way) - 1]])
    return np.unique(places)


def _plain(values: NDArray[np.float64]) -> list[float]:
    return [float(f"{v:.6g}") for v in values]
