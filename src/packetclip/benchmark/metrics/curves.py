"""ROC and precision-recall curves from counts by score, thinned to what a plot can show."""

from __future__ import annotations

import heapq
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

    ``own`` and ``other`` (D,) are packets at each distinct score, rising. Kept are the points without which straight
    lines would stray furthest; where many packets share a score, lines enclose a little more or less than the AP, which
    goes in steps.
    """
    if not own.sum():
        return {"recall": [], "precision": []}
    hits, seen = np.cumsum(own[::-1]), np.cumsum((own + other)[::-1])
    at = np.flatnonzero(own[::-1])
    recall, precision = hits[at] / hits[-1], hits[at] / seen[at]
    kept = _furthest(recall, precision, points)
    return {"recall": _plain(recall[kept]), "precision": _plain(precision[kept])}


def _along(way: NDArray[np.float64], points: int) -> NDArray[np.int64]:
    """Positions at about equal steps of a rising ``way``, with its first and its last."""
    steps = np.linspace(way[0], way[-1], points)
    places = np.concatenate([[0], np.searchsorted(way, steps).clip(0, len(way) - 1), [len(way) - 1]])
    return np.unique(places)


def _furthest(x: NDArray[np.float64], y: NDArray[np.float64], points: int) -> NDArray[np.int64]:
    """Positions of points, first and last among them: again and again the one that the line over it misses the most.

    The miss is weighed by the line's width, so that the first few hits, which leap up and down, do not take them all.
    """
    kept = {0, len(x) - 1}
    waiting = [_miss(x, y, 0, len(x) - 1)]
    while waiting and len(kept) < points:
        _, low, middle, high = heapq.heappop(waiting)
        kept.add(middle)
        for start, end in ((low, middle), (middle, high)):
            if end - start > 1:
                heapq.heappush(waiting, _miss(x, y, start, end))
    return np.array(sorted(kept), np.int64)


def _miss(x: NDArray[np.float64], y: NDArray[np.float64], low: int, high: int) -> tuple[float, int, int, int]:
    """The negative size of the greatest miss between two points, and where: low, there, high."""
    width = x[high] - x[low]
    slope = (y[high] - y[low]) / width if width else 0.0
    away = np.abs(y[low : high + 1] - y[low] - slope * (x[low : high + 1] - x[low]))
    at = low + int(away[1:-1].argmax()) + 1 if high - low > 1 else low
    return -float(away[at - low] * width), low, at, high


def _plain(values: NDArray[np.float64]) -> list[float]:
    return [float(f"{v:.6g}") for v in values]
