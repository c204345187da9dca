"""Figures per episode: how many attacks are told at what number of false stories an hour, and how soon."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from packetclip.benchmark.metrics.intervals import draw, interval
from packetclip.benchmark.metrics.stories import GAP_S, PACKETS, Order, by_target, hours, lowest_thresholds
from packetclip.benchmark.samples import Samples

__all__ = ["WISHES", "episode_figures"]

WISHES: Final = (0.1, 1.0, 3.0, 10.0, 30.0, 100.0, 300.0, 1000.0)
"""False stories an hour, of one class."""

_RESAMPLES: Final = 1000


def episode_figures(
    scores_tune: NDArray[Any],
    tune: Samples,
    scores_test: NDArray[Any],
    test: Samples,
    classes: Sequence[str],
    asked: Sequence[int],
    wishes: Sequence[float] = WISHES,
    seed: int = 0,
) -> dict[str, Any]:
    """Recall of episodes at ``wishes`` false stories an hour a class, from scores (N, M + 1) of both sides.

    The threshold of a class is the lowest that makes at most so many stories of ``tune``'s benign packets; then
    ``test`` is looked at once. What was wished for and what came are both said: tuning traffic of ten minutes cannot
    tell one false story an hour from none. Both sides should be whole captures. JSON can hold it; None where there is
    no figure.

    | key | holds |
    |---|---|
    | ``hours`` | ``tune``, ``test``: traffic of either side |
    | ``rule`` | ``packets`` and ``gap_s`` of a story |
    | ``episodes tellable`` | attacks asked about, and those that any threshold would tell |
    | ``at`` | a list, by rising wish: what follows |

    | of each wish | holds |
    |---|---|
    | ``wished allowed`` | false stories an hour a class; stories that this allows on ``tune`` |
    | ``tuned_per_hour false_per_hour`` | what came of it on ``tune`` and on ``test``: a class, the mean |
    | ``false_stories`` | on ``test``, of all classes: of benign packets alone |
    | ``found recall interval`` | episodes told by their name; their share; its 95 % bootstrap over episodes |
    | ``misnamed`` | episodes told by another name only |
    | ``median_delay_s`` | of those found, from an episode's first packet to the fifth of a story |
    | ``classes`` | by name: ``threshold false_stories episodes found misnamed median_delay_s`` |
    """
    asked = sorted(set(asked))
    attacks = _Attacks.of(test, asked, classes)
    of_tune, of_test = hours(tune), hours(test)
    benign_tune, benign_test = _benign(tune, asked, classes), _benign(test, asked, classes)
    tuned_on = {m: scores_tune[order.rows, m].astype(np.float64) for m, order in benign_tune.items()}
    asked_of = {m: scores_test[order.rows, m].astype(np.float64) for m, order in benign_test.items()}
    attacked = {m: scores_test[order.rows, m].astype(np.float64) for m, order in attacks.orders.items()}
    allowed = [int(wish * of_tune + 1e-9) for wish in sorted(wishes)]
    lowest = {m: lowest_thresholds(benign_tune[m], tuned_on[m], allowed) for m in asked}
    at = []
    for n, wish in enumerate(sorted(wishes)):
        tuned = [benign_tune[m].told(tuned_on[m], lowest[m][n]) for m in asked]
        false = [benign_test[m].told(asked_of[m], lowest[m][n]) for m in asked]
        told = {m: attacks.delays_s(attacked[m], m, lowest[m][n]) for m in asked}
        at.append(
            {
                "wished": wish,
                "allowed": allowed[n],
                "tuned_per_hour": _rate(tuned, of_tune),
                "false_per_hour": _rate(false, of_test),
                "false_stories": sum(len(stories) for stories in false),
                **_outcome(attacks.codes, told, seed),
                "classes": {
                    classes[m]: {
                        "threshold": _number(lowest[m][n]),
                        "false_stories": len(stories),
                        **_outcome(attacks.codes, told, seed, m),
                    }
                    for m, stories in zip(asked, false, strict=True)
                },
            }
        )
    tellable = [np.isfinite(attacks.delays_s(attacked[m], m, -np.inf)[attacks.codes == m]).sum() for m in asked]
    return {
        "hours": {"tune": of_tune, "test": of_test},
        "rule": {"packets": PACKETS, "gap_s": GAP_S},
        "episodes": len(attacks.codes),
        "tellable": int(sum(tellable)),
        "at": at,
    }


def _benign(samples: Samples, asked: Sequence[int], classes: Sequence[str]) -> dict[int, Order]:
    rows = np.flatnonzero((samples.classes == 0) & samples.scored)
    orders = {of_target: Order.of(samples, rows, of_target) for of_target in (False, True)}
    return {m: orders[by_target(classes[m])] for m in asked}


@dataclass(frozen=True, slots=True, eq=False)
class _Attacks:
    """E episodes of the classes asked."""

    codes: NDArray[np.int64]
    """(E,) classes."""
    starts_ns: NDArray[np.int64]
    """(E,) first packets."""
    of_row: NDArray[np.int64]
    """(N,) the episode of each packet, -1 for none."""
    orders: dict[int, Order]
    """By class that is looked for: the episodes' packets as its stories are told of them, each episode by itself."""

    @classmethod
    def of(cls, samples: Samples, asked: Sequence[int], classes: Sequence[str]) -> _Attacks:
        rows = np.flatnonzero(np.isin(samples.classes, asked) & (samples.classes > 0) & (samples.episodes >= 0))
        keys = np.column_stack([samples.capture[rows], samples.classes[rows], samples.episodes[rows]]).astype(np.int64)
        distinct, own = np.unique(keys, axis=0, return_inverse=True)
        starts = np.full(len(distinct), np.iinfo(np.int64).max)
        np.minimum.at(starts, own, samples.time_ns[rows])
        of_row = np.full(len(samples), -1)
        of_row[rows] = own
        scored = rows[samples.scored[rows]]
        orders = {of_target: Order.of(samples, scored, of_target, of_row[scored]) for of_target in (False, True)}
        return cls(distinct[:, 1], starts, of_row, {m: orders[by_target(classes[m])] for m in asked})

    def delays_s(self, scores: NDArray[np.float64], m: int, threshold: float) -> NDArray[np.float64]:
        """(E,) seconds from each episode's start to its first story of class ``m``; infinite without."""
        order = self.orders[m]
        places = order.told(scores, threshold)
        delays = np.full(len(self.codes), np.inf)
        episodes = self.of_row[order.rows[places]]
        np.minimum.at(delays, episodes, (order.times_ns[places] - self.starts_ns[episodes]) / 1e9)
        return delays


def _outcome(
    codes: NDArray[np.int64], told: dict[int, NDArray[np.float64]], seed: int, only: int | None = None
) -> dict[str, Any]:
    """Of all episodes, or of those of one class."""
    asked = sorted(told)
    delays = np.stack([told[m] for m in asked]) if asked else np.full((1, len(codes)), np.inf)  # (A, E)
    own = np.array(asked or [0])[:, None] == codes
    named = np.where(own, delays, np.inf).min(axis=0)
    found, misnamed = np.isfinite(named), np.isfinite(np.where(own, np.inf, delays)).any(axis=0)
    kept = np.ones(len(codes), np.bool_) if only is None else codes == only
    count = int(kept.sum())
    figures: dict[str, Any] = {
        "episodes": count,
        "found": int(found[kept].sum()),
        "misnamed": int((misnamed & ~found)[kept].sum()),
        "median_delay_s": float(np.median(named[kept & found])) if (kept & found).any() else None,
    }
    if only is not None or not count:
        return figures if only is not None else figures | {"recall": None, "interval": None}
    weights = draw(codes, _RESAMPLES, seed)
    drawn = (weights * found[:, None]).sum(axis=0) / count
    return figures | {"recall": figures["found"] / count, "interval": interval(drawn)}


def _rate(stories: Sequence[NDArray[np.int64]], traffic: float) -> float | None:
    """A class and hour."""
    return float(np.mean([len(told) for told in stories])) / traffic if stories and traffic > 0.0 else None


def _number(value: float) -> float | None:
    return value if math.isfinite(value) else None
