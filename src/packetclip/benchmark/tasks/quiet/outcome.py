"""What was told of others' captures, as figures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from packetclip.benchmark.metrics.intervals import draw, interval
from packetclip.benchmark.tasks.quiet.asked import Asked, Kind

__all__ = ["LOUD", "area", "outcome", "reach"]

LOUD: Final = 0.05
"""Share of ordinary captures that may have a story."""

_RESAMPLES: Final = 1000


def reach(loud: NDArray[np.float64], right: NDArray[np.float64], most: float = LOUD) -> float:
    """The highest of ``right`` (S,) where ``loud`` (S,) is at most ``most``; 0 where it nowhere is.

    >>> reach(np.array([0.0, 0.04, 0.2]), np.array([0.3, 0.5, 0.9]))
    0.5
    """
    return float(right[loud <= most].max(initial=0.0))


def area(loud: NDArray[np.float64], right: NDArray[np.float64], most: float = LOUD) -> float:
    """Mean of :func:`reach` over all limits from 0 to ``most``: 1 for all right and none loud, 0 for silence.

    >>> round(area(np.array([0.0, 0.025]), np.array([0.4, 0.8])), 3)
    0.6
    """
    steps = np.unique(np.clip(np.r_[0.0, loud, most], 0.0, most))
    highest = [reach(loud, right, step) for step in steps[:-1]]
    return float(np.dot(highest, np.diff(steps)) / most)


def outcome(
    told: NDArray[np.bool_], captures: Sequence[Asked], classes: Sequence[str], operating: int, seed: int = 0
) -> dict[str, Any]:
    """Figures of (S, C, M): whether each setting told a story of each attack in each capture.

    | key | holds |
    |---|---|
    | ``captures`` | how many there are of each kind |
    | ``curve`` | lists over settings: ``right wrong strange benign loud``, shares of the captures of a kind |
    | ``right wrong strange benign loud`` | the same at ``operating``; ``wrong``: told, but not of its own class |
    | ``area reach`` | over the curve, while at most 5 % of ordinary captures are loud |
    | ``classes`` | at ``operating``, by class of attack: ``right of`` |
    | ``stories`` | at ``operating``, by file: the classes told; files without are left out |
    | ``labels`` | class of each attack, by file |
    | ``intervals`` | of all these: [low, high], 95 %, bootstrap over captures |

    A share of no capture at all is None.
    """
    kinds = np.array([one.kind.value for one in captures])
    column = np.array([classes.index(one.label) - 1 if one.kind is Kind.ATTACK else -1 for one in captures], np.int64)
    any_story: NDArray[np.bool_] = np.any(told, axis=2)  # (S, C)
    right = np.where(column >= 0, told[:, np.arange(len(captures)), column], False)
    marks = {
        "right": (right, kinds == Kind.ATTACK),
        "wrong": (any_story & ~right, kinds == Kind.ATTACK),
        "strange": (any_story, kinds == Kind.STRANGE),
        "benign": (any_story, kinds == Kind.BENIGN),
        "loud": (any_story, kinds == Kind.ORDINARY),
    }
    strata = np.unique(kinds, return_inverse=True)[1].astype(np.int64)
    weights = np.hstack([np.ones((len(captures), 1)), draw(strata, _RESAMPLES, seed)])  # (C, 1 + R)
    shares = {name: _shares(of, among, weights) for name, (of, among) in marks.items() if among.any()}
    found: dict[str, Any] = {
        "captures": {kind.value: int((kinds == kind).sum()) for kind in Kind},
        "curve": {name: drawn[:, 0].tolist() for name, drawn in shares.items()},
        "intervals": {name: interval(drawn[operating, 1:]) for name, drawn in shares.items()},
        "labels": {one.name: one.label for one in captures if one.kind is Kind.ATTACK},
        "classes": {},
        "stories": {},
    }
    found |= {name: float(shares[name][operating, 0]) if name in shares else None for name in marks}
    if {"right", "loud"} <= set(shares):
        for name, of in (("area", area), ("reach", reach)):
            drawn = np.array([of(shares["loud"][:, r], shares["right"][:, r]) for r in range(weights.shape[1])])
            found[name], found["intervals"][name] = float(drawn[0]), interval(drawn[1:])
    for m in sorted(set(column[column >= 0].tolist())):
        own = column == m
        found["classes"][classes[m + 1]] = {"right": int(right[operating, own].sum()), "of": int(own.sum())}
    for one, spoke, of in zip(captures, any_story[operating], told[operating], strict=True):
        if spoke:
            found["stories"][one.name] = [classes[m + 1] for m in np.flatnonzero(of).tolist()]
    return found


def _shares(of: NDArray[np.bool_], among: NDArray[np.bool_], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """(S, 1 + R)"""
    drawn: NDArray[np.float64] = of[:, among].astype(np.float64) @ weights[among] / weights[among].sum(axis=0)
    return drawn
