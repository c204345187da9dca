"""Figures of one class out of many: shares of flows, and of classes, with intervals over captures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from packetclip.benchmark.metrics.intervals import draw, interval

__all__ = ["figures"]

TOP: Final = 3


def figures(
    scores: NDArray[np.float64],
    truth: NDArray[np.int64],
    captures: NDArray[np.str_],
    classes: Sequence[str],
    resamples: int = 1000,
    seed: int = 0,
) -> dict[str, Any]:
    """Figures of scores (N, K) of flows of K classes, ``truth`` (N,); flows of one capture stand or fall together.

    | key | holds |
    |---|---|
    | ``macro_f1 balanced_accuracy`` | means over the classes that occur: of F1, of the share of its flows found |
    | ``accuracy top3`` | share of flows whose class comes first, or among the first three |
    | ``intervals`` | by these names: [low, high], 95 %, percentile bootstrap over captures |
    | ``classes`` | by name: ``flows captures f1 recall`` |
    | ``confusion`` | ``classes`` and ``counts`` [K][K]: rows are the truth |
    | ``flows captures`` | counts |
    """
    order = np.argsort(-scores, axis=1, kind="stable")
    names, own = np.unique(captures, return_inverse=True)
    counts = np.zeros((len(names), len(classes), len(classes)))
    np.add.at(counts, (own, truth, order[:, 0]), 1)
    among = np.bincount(own, (order[:, :TOP] == truth[:, None]).any(axis=1), len(names))
    weights = np.hstack([np.ones((len(names), 1)), draw(np.zeros(len(names), np.int64), resamples, seed)])
    drawn = (weights.T @ counts.reshape(len(names), -1)).reshape(-1, len(classes), len(classes))
    told = {**_told(drawn), "top3": weights.T @ among / drawn.sum(axis=(1, 2))}
    whole = drawn[0]
    f1, recall = (column[0] for column in _by_class(drawn[:1]))
    return {
        **{name: float(values[0]) for name, values in told.items()},
        "intervals": {name: interval(values[1:]) for name, values in told.items()},
        "classes": {
            name: {
                "flows": int(whole[k].sum()),
                "captures": int((counts[:, k].sum(axis=1) > 0).sum()),
                "f1": None if np.isnan(f1[k]) else float(f1[k]),
                "recall": None if np.isnan(recall[k]) else float(recall[k]),
            }
            for k, name in enumerate(classes)
        },
        "confusion": {"classes": list(classes), "counts": whole.astype(int).tolist()},
        "flows": len(truth),
        "captures": len(names),
    }


def _told(drawn: NDArray[np.float64]) -> dict[str, NDArray[np.float64]]:
    """Of confusions (R, K, K), each (R,)."""
    f1, recall = _by_class(drawn)
    right = np.trace(drawn, axis1=1, axis2=2)
    return {
        "macro_f1": np.nanmean(f1, axis=1),
        "balanced_accuracy": np.nanmean(recall, axis=1),
        "accuracy": right / drawn.sum(axis=(1, 2)),
    }


def _by_class(drawn: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """F1 and recall of each class, (R, K); NaN where a class has no flow."""
    right, true, called = np.diagonal(drawn, axis1=1, axis2=2), drawn.sum(axis=2), drawn.sum(axis=1)
    there = true > 0
    f1 = np.divide(2.0 * right, true + called, out=np.full_like(true, np.nan), where=there)
    return f1, np.divide(right, true, out=np.full_like(true, np.nan), where=there)
