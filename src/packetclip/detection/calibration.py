"""Fitting what stands between logits and alerts, on traffic that nothing else was fitted on.

Probabilities by Platt scaling (Platt 1999, with his targets that keep log-odds finite); thresholds by counting the
stories that benign traffic would make, which is what an analyst pays for.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from packetclip.model import Calibration, MissionCalibration

_STEPS: Final = 100
_SMALLEST_SCALE: Final = 1e-3


def fit_platt(
    logits: NDArray[Any], positive: NDArray[np.bool_], weights: NDArray[Any] | None = None
) -> tuple[float, float]:
    """Scale and offset, so that ``logistic(scale * logit + offset)`` is the share of positives; both inputs (N,).

    Newton's method on the weighted cross-entropy. The scale stays positive: calibration never turns a ranking round.
    Without positives, or without negatives, the slope is 1 and only the offset follows the share.
    """
    x = np.asarray(logits, np.float64)
    w = np.ones(len(x)) if weights is None else np.asarray(weights, np.float64)
    n_positive, n_negative = float(w[positive].sum()), float(w[~positive].sum())
    high, low = (n_positive + 1.0) / (n_positive + 2.0), 1.0 / (n_negative + 2.0)
    if n_positive == 0.0 or n_negative == 0.0:
        share = low if n_positive == 0.0 else high
        return 1.0, float(np.log(share / (1.0 - share)) - (np.average(x, weights=w) if w.sum() > 0 else 0.0))
    y = np.where(positive, high, low)
    scale, offset = 1.0, float(np.log((n_positive + 1.0) / (n_negative + 1.0)) - np.average(x, weights=w))
    loss = _cross_entropy(scale * x + offset, y, w)
    for _ in range(_STEPS):
        p = 1.0 / (1.0 + np.exp(-np.clip(scale * x + offset, -60.0, 60.0)))
        slope, curve = w * (p - y), w * p * (1.0 - p)
        gradient = np.array([(slope * x).sum(), slope.sum()])
        hessian = np.array([[(curve * x * x).sum(), (curve * x).sum()], [(curve * x).sum(), curve.sum()]])
        step = np.linalg.solve(hessian + np.eye(2) * (1e-9 + 1e-9 * np.trace(hessian)), gradient)
        factor = 1.0
        while factor > 1e-6:
            tried = max(scale - factor * step[0], _SMALLEST_SCALE), offset - factor * step[1]
            after = _cross_entropy(tried[0] * x + tried[1], y, w)
            if after < loss - 1e-12 * abs(loss):
                break
            factor /= 2.0
        else:
            break
        scale, offset, loss = float(tried[0]), float(tried[1]), after
    return scale, offset


def fit_temperature(logits: NDArray[Any], labels: NDArray[np.int64]) -> float:
    """What to divide logits (N, M) by for the softmax to be calibrated on labels (N,); golden-section search."""
    x = np.asarray(logits, np.float64)

    def loss(log_temperature: float) -> float:
        z = x / np.exp(log_temperature)
        z = z - z.max(axis=1, keepdims=True)
        return float((np.log(np.exp(z).sum(axis=1)) - z[np.arange(len(z)), labels]).mean())

    low, high, ratio = -4.0, 4.0, (5**0.5 - 1.0) / 2.0
    while high - low > 1e-5:
        left, right = high - ratio * (high - low), low + ratio * (high - low)
        if loss(left) < loss(right):
            high = right
        else:
            low = left
    return float(np.exp((low + high) / 2.0))


def fit_calibration(
    logits: NDArray[np.float32],
    labels: NDArray[np.int64],
    missions: Sequence[str],
    weights: NDArray[Any] | None = None,
) -> Calibration:
    """Calibration of logits (N, M) on labels (N,): the mission's column, or -1 for benign. Thresholds stay at 0.5."""
    each = {}
    for m, name in enumerate(missions):
        scale, offset = fit_platt(logits[:, m], labels == m, weights)
        each[name] = MissionCalibration(scale, offset)
    calibration = Calibration(each)
    summed = calibration.any_log_odds(calibration.log_odds(logits))
    scale, offset = fit_platt(summed, labels >= 0, weights)
    return replace(calibration, any_scale=scale, any_offset=offset)


@dataclass(frozen=True, slots=True)
class Threshold:
    """A threshold and what it costs."""

    value: float
    false_stories: int
    """Stories that the benign traffic would have made."""
    per_hour: float


def choose_threshold(
    count: Callable[[float], int], candidates: Sequence[float], hours: float, target: float
) -> Threshold:
    """The lowest of ``candidates`` (probabilities) with at most ``target`` false stories an hour on benign traffic.

    ``count`` says how many stories a threshold would make on ``hours`` of benign traffic; it need not fall strictly, so
    every candidate above the answer is within the target too. Above all of them: a threshold that nothing reaches.
    """
    best = Threshold(2.0, 0, 0.0)
    for value in sorted(candidates, reverse=True):
        stories = count(value)
        if stories > target * hours:
            break
        best = Threshold(value, stories, stories / hours if hours > 0.0 else 0.0)
    return best


def runs(
    chances: NDArray[Any], times_ns: NDArray[np.int64], who: NDArray[Any], min_packets: int, silence_s: float
) -> Callable[[float], int]:
    """How many stories one mission would make at a threshold, quickly: a stand-in for a whole pass of StoryTeller.

    ``chances``, ``times_ns`` and ``who`` (N,) are a mission's probability, the time and the originator (any key) of
    each benign packet, in order. A run of one originator counts once ``min_packets`` of its packets of evidence fall
    within ``silence_s``. Packets that a stronger mission would take count too: it errs towards too many.
    """
    silence = round(silence_s * 1e9)

    def count(threshold: float) -> int:
        at = np.flatnonzero(chances >= threshold)
        if len(at) < max(min_packets, 1):
            return 0
        at = at[np.lexsort((at, who[at]))]
        times, same = times_ns[at], np.concatenate([[False], who[at][1:] == who[at][:-1]])
        apart = np.concatenate([[True], np.diff(times) > silence]) | ~same
        run = np.cumsum(apart) - 1
        opened = np.zeros(run[-1] + 1, np.bool_)
        back = min_packets - 1
        close = (times[back:] - times[: len(times) - back] <= silence) & (run[back:] == run[: len(run) - back])
        opened[run[back:][close]] = True
        return int(opened.sum())

    return count


def with_thresholds(calibration: Calibration, thresholds: dict[str, float]) -> Calibration:
    """The same calibration with other thresholds for the missions named."""
    each = {
        name: replace(own, threshold=float(min(thresholds.get(name, own.threshold), 1.0)))
        for name, own in calibration.missions.items()
    }
    return replace(calibration, missions=each)


def expected_calibration_error(chances: NDArray[Any], positive: NDArray[np.bool_], bins: int = 15) -> float:
    """Mean distance of probability and share of positives over equally wide bins, by size (Naeini et al. 2015)."""
    if not len(chances):
        return 0.0
    place = np.minimum((np.asarray(chances, np.float64) * bins).astype(np.int64), bins - 1)
    size = np.bincount(place, minlength=bins)
    said = np.bincount(place, weights=chances, minlength=bins)
    was = np.bincount(place, weights=positive.astype(np.float64), minlength=bins)
    return float(np.abs(said - was)[size > 0].sum() / len(chances))


def _cross_entropy(log_odds: NDArray[np.float64], y: NDArray[np.float64], w: NDArray[np.float64]) -> float:
    return float((w * (np.logaddexp(0.0, log_odds) - y * log_odds)).sum())
