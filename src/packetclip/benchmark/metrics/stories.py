"""A teller of stories that needs scores only, so that every method is held to the same.

A story of a class is made of packets that score at least its threshold and share an originator, each at most
``GAP_S`` after the one before; it is told at its fifth. Floods forge their sources, so theirs share a target instead.
Ours has better reasons to speak or to be silent (``packetclip.detection``); here it has none that others lack.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numba import njit
from numpy.typing import NDArray

from packetclip.benchmark.samples import Samples

__all__ = ["GAP_S", "PACKETS", "Order", "by_target", "hours", "lowest_thresholds"]

PACKETS: Final = 5
GAP_S: Final = 30.0

_GAP_NS: Final = round(GAP_S * 1e9)
_HOUR_NS: Final = 3.6e12


def by_target(name: str) -> bool:
    """Whether stories of a class are of one target, whoever sends.

    >>> by_target("SYN Flood"), by_target("DDoS"), by_target("Port Scan")
    (True, True, False)
    """
    return "flood" in name.lower() or "ddos" in name.lower()


def hours(samples: Samples) -> float:
    """From first to last packet, all captures together."""
    found = 0.0
    for capture in range(len(samples.names)):
        times = samples.time_ns[samples.capture == capture]
        found += float(times.max() - times.min()) / _HOUR_NS if len(times) else 0.0
    return found


@dataclass(frozen=True, slots=True, eq=False)
class Order:
    """Packets in the order in which stories are counted: those that may share one lie together, in time."""

    rows: NDArray[np.int64]
    """(K,) positions of the packets."""
    tracks: NDArray[np.int64]
    """(K,) rising: equal for packets that may share a story."""
    times_ns: NDArray[np.int64]
    """(K,)"""

    @classmethod
    def of(cls, samples: Samples, rows: NDArray[np.int64], of_target: bool, apart: NDArray[Any] | None = None) -> Order:
        """Of the packets at ``rows`` (K,), each host of each capture apart, and each of ``apart`` (K,) too."""
        host = (samples.resp if of_target else samples.orig)[rows]
        keys: list[NDArray[Any]] = [samples.time_ns[rows], host, samples.capture[rows]]
        if apart is not None:
            keys.append(apart)
        order = np.lexsort(keys)
        change = np.zeros(len(rows), np.bool_)
        for key in keys[1:]:
            ordered = key[order]
            change[1:] |= ordered[1:] != ordered[:-1]
        return cls(rows[order], np.cumsum(change), samples.time_ns[rows[order]])

    def told(self, scores: NDArray[np.float64], threshold: float) -> NDArray[np.int64]:
        """Places at which a story is told; ``scores`` (K,) are in this order: ``column[order.rows]``."""
        places: NDArray[np.int64] = _told(scores, self.tracks, self.times_ns, threshold, PACKETS, _GAP_NS)
        return places


def lowest_thresholds(order: Order, scores: NDArray[np.float64], most: Sequence[int]) -> list[float]:
    """For each number of stories, the lowest threshold at which ``order`` makes no more, nor does any higher one.

    ``scores`` (K,) are in its order. Where even the lowest score makes no more, it is that; infinite without packets.
    Stories may grow together as a threshold falls, so that a higher one makes more: steps that double from the top,
    then halve, miss such a place only within one step.
    """
    distinct = np.unique(scores)[::-1]
    return [_lowest(order, scores, distinct, number) for number in most]


def _lowest(order: Order, scores: NDArray[np.float64], distinct: NDArray[np.float64], most: int) -> float:
    quiet, loud, step = -1, len(distinct), 1
    while loud - quiet > 1:
        tried = min(quiet + step, len(distinct) - 1) if loud == len(distinct) else (quiet + loud) // 2
        if len(order.told(scores, float(distinct[tried]))) > most:
            loud = tried
        else:
            quiet, step = tried, step * 2
    if loud < len(distinct):
        return float(np.nextafter(distinct[loud], np.inf))
    return float(distinct[-1]) if len(distinct) else float("inf")


@njit(cache=True, nogil=True)
def _told(scores: Any, tracks: Any, times_ns: Any, threshold: Any, packets: Any, gap_ns: Any) -> Any:
    places, found = np.empty(len(scores) // packets + 1, np.int64), 0
    run, last = 0, -1
    for i in range(len(scores)):
        if scores[i] < threshold:
            continue
        if last < 0 or tracks[i] != tracks[last] or times_ns[i] - times_ns[last] > gap_ns:
            run = 0
        run, last = run + 1, i
        if run == packets:
            places[found] = i
            found += 1
    return places[:found]
