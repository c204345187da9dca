"""Whether probabilities are what they say: expected calibration error, Brier score, and Platt scaling for all alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from packetclip.detection.calibration import fit_platt

__all__ = ["BINS", "Platt", "Reliability", "reliability"]

BINS: Final = 15
_LEAST: Final = 1e-9  # log-odds of a forest's 0 and 1 stay finite
_STEP: Final = 0.01  # log-odds, to which scores are rounded for fitting: a hundred times as fast


@dataclass(frozen=True, slots=True, eq=False)
class Reliability:
    """Probabilities beside what happened, in bins of about equal mass."""

    said: NDArray[np.float64]
    """(B,) mean probability, rising."""
    was: NDArray[np.float64]
    """(B,) share of packets that were of the class."""
    packets: NDArray[np.int64]
    """(B,) none is empty."""
    brier: float
    """Mean square of probability less truth (Brier 1950); NaN without packets."""

    @property
    def error(self) -> float:
        """Expected calibration error: mean distance of ``said`` and ``was`` by packets (Naeini et al. 2015)."""
        total = self.packets.sum()
        return float((np.abs(self.said - self.was) * self.packets).sum() / total) if total else float("nan")


def reliability(chances: NDArray[Any], own: NDArray[Any], other: NDArray[Any], bins: int = BINS) -> Reliability:
    """From distinct probabilities (D,), rising, and packets of the class and others (D,) at each.

    Bins hold about equally many packets; packets of equal probability stay together, in the bin of their middle.
    """
    size = own + other
    total = size.sum()
    if not total:
        return Reliability(np.zeros(0), np.zeros(0), np.zeros(0, np.int64), float("nan"))
    chances = np.clip(chances, 0.0, 1.0)
    place = (2 * np.cumsum(size) - size) * bins // (2 * total)
    packets = np.bincount(place, size, bins)
    met = packets > 0
    said = np.bincount(place, size * chances, bins)[met] / packets[met]
    was = np.bincount(place, own, bins)[met] / packets[met]
    brier = float((own * (1.0 - chances) ** 2 + other * chances**2).sum() / total)
    return Reliability(said, was, packets[met].astype(np.int64), brier)


@dataclass(frozen=True, slots=True, eq=False)
class Platt:
    """Platt scaling (Platt 1999) of each column, for any method: log-odds times a scale, plus an offset.

    A class is fitted against benign packets, as the figures ask about it, and any attack (from column 0, benign)
    likewise. Scales are positive: nothing changes its rank.
    """

    scale: NDArray[np.float64]
    """(M + 1,); the first is of any attack."""
    offset: NDArray[np.float64]
    """(M + 1,)"""

    @classmethod
    def fit(cls, scores: NDArray[Any], classes: NDArray[Any]) -> Platt:
        """On scores (N, M + 1) and classes (N,) of the tuning side; -1 is left out."""
        found = []
        for m in range(scores.shape[1]):
            seen = classes >= 0 if m == 0 else (classes == 0) | (classes == m)
            chances = 1.0 - scores[seen, 0] if m == 0 else scores[seen, m]
            steps, own = np.unique(np.round(_log_odds(chances) / _STEP), return_inverse=True)
            packets = np.bincount(2 * own + (classes[seen] > 0), minlength=2 * len(steps))
            positive = np.arange(2 * len(steps)) % 2 == 1
            found.append(fit_platt(np.repeat(steps * _STEP, 2), positive, packets))
        scale, offset = np.array(found, np.float64).T
        return cls(scale, offset)

    def apply(self, scores: NDArray[Any]) -> NDArray[np.float64]:
        """Scores (N, M + 1) as probabilities of the same shape: benign, then each class against benign."""
        chances = np.array(scores, np.float64)
        chances[:, 0] = 1.0 - chances[:, 0]
        chances = _logistic(_log_odds(chances) * self.scale + self.offset)
        chances[:, 0] = 1.0 - chances[:, 0]
        return chances

    def chances(self, scores: NDArray[Any], m: int) -> NDArray[np.float64]:
        """Of one column's scores (D,); ``m`` 0 is any attack's."""
        return _logistic(_log_odds(np.asarray(scores, np.float64)) * self.scale[m] + self.offset[m])


def _log_odds(chances: NDArray[np.float64]) -> NDArray[np.float64]:
    inside = np.clip(chances, _LEAST, 1.0 - _LEAST)
    return np.log(inside) - np.log1p(-inside)


def _logistic(log_odds: NDArray[np.float64]) -> NDArray[np.float64]:
    chances: NDArray[np.float64] = 1.0 / (1.0 + np.exp(-np.clip(log_odds, -700.0, 700.0)))
    return chances
