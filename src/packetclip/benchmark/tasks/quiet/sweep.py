"""One rule for every method: thresholds by what they would have told falsely at home, from very strict to lax.

The stories are those of ``metrics.stories``: five packets of one class, of one originator (floods: to one target), no
more than 30 seconds apart. A packet is evidence of one class at most.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from packetclip.benchmark.metrics import WISHES
from packetclip.benchmark.metrics.stories import Order, by_target, lowest_thresholds
from packetclip.benchmark.samples import Samples

__all__ = ["OPERATING", "SETTINGS", "Setting", "active_hours", "evidence", "thresholds", "told"]


@dataclass(frozen=True, slots=True)
class Setting:
    """How strict thresholds are, the same for all classes."""

    wish: float
    """False stories an hour and class at home, at most."""
    surest: float = 1.0
    """Of the tuning side's attack packets that reach that threshold, the share that may still speak."""


SUREST: Final = (0.01, 0.1, 0.3, 0.5, 0.7, 0.9, 0.97, 0.99, 0.997, 0.999)
SETTINGS: Final = (*(Setting(min(WISHES), share) for share in SUREST), *(Setting(wish) for wish in WISHES))
"""From strict to lax. Where home is quiet already, it is stricter still to give up attack packets there."""
OPERATING: Final = SETTINGS.index(Setting(0.1))
"""Where a method would be set up: 0.1 false stories an hour."""

_MINUTE_NS: Final = 60 * 10**9


def active_hours(samples: Samples) -> float:
    """Minutes in which a capture has a packet: captures of ordinary life may be pieced together of years."""
    minutes = np.column_stack([samples.capture.astype(np.int64), samples.time_ns // _MINUTE_NS])
    return len(np.unique(minutes, axis=0)) / 60.0


def thresholds(scores: NDArray[Any], tune: Samples, classes: Sequence[str]) -> NDArray[np.float64]:
    """(S, M) thresholds of the M attacks at each of :data:`SETTINGS`, from scores (N, M + 1) of the tuning side.

    A class's is the lowest with at most so many stories of benign packets alone; no setting's is above the one before.
    """
    hours = active_hours(tune)
    benign = np.flatnonzero((tune.classes == 0) & tune.scored)
    orders = {of_target: Order.of(tune, benign, of_target) for of_target in (False, True)}
    wishes = sorted({setting.wish for setting in SETTINGS})
    found = np.empty((len(SETTINGS), len(classes) - 1))
    for m, name in enumerate(classes[1:], 1):
        order = orders[by_target(name)]
        column = scores[order.rows, m].astype(np.float64)
        lowest = dict(zip(wishes, lowest_thresholds(order, column, [_allowed(w, hours) for w in wishes]), strict=True))
        own = scores[(tune.classes == m) & tune.scored, m].astype(np.float64)
        for s, setting in enumerate(SETTINGS):
            found[s, m - 1] = _surest(own[own >= lowest[setting.wish]], setting.surest, lowest[setting.wish])
    lax_to_strict = np.maximum.accumulate(found[::-1])
    return lax_to_strict[::-1]


def _allowed(wish: float, hours: float) -> int:
    return int(wish * hours + 1e-9)


def _surest(own: NDArray[np.float64], share: float, lowest: float) -> float:
    if share == 1.0 or not len(own):
        return lowest
    return float(np.quantile(own, 1.0 - share, method="higher"))


def evidence(scores: NDArray[Any], limits: NDArray[np.float64]) -> NDArray[np.int64]:
    """(N,) class that each packet is evidence of, 0 for none: of those whose limit (M,) it reaches, the highest score.

    A probability of zero is evidence of nothing, however low the limit.
    """
    of_attacks = scores[:, 1:]
    reached = np.where((of_attacks >= limits) & (of_attacks > 0.0), of_attacks, -1.0)
    best = reached.argmax(axis=1)
    return np.where(reached[np.arange(len(reached)), best] > 0.0, best + 1, 0)


def told(
    scores: NDArray[Any], samples: Samples, classes: Sequence[str], limits: NDArray[np.float64]
) -> NDArray[np.bool_]:
    """(S, C, M) whether each of S settings' limits (S, M) makes a story of a class in a capture of ``samples``."""
    rows = np.flatnonzero(samples.scored)
    orders = {of_target: Order.of(samples, rows, of_target) for of_target in (False, True)}
    found = np.zeros((len(limits), len(samples.names), len(classes) - 1), np.bool_)
    for s, limit in enumerate(limits):
        of = evidence(scores, limit)
        for m in np.unique(of[of > 0]):
            order = orders[by_target(classes[m])]
            places = order.told((of[order.rows] == m).astype(np.float64), 0.5)
            found[s, samples.capture[order.rows[places]], m - 1] = True
    return found
