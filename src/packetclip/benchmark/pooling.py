"""One figure out of those of several seeds, with its interval over episodes, as text and as numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from packetclip.benchmark.metrics.intervals import interval

__all__ = ["Pooled", "gained", "pooled"]


@dataclass(frozen=True, slots=True)
class Pooled:
    """A figure; None where no seed has it."""

    mean: float | None
    low: float | None = None
    """Of the 95 % interval over episodes: the median of the seeds' bounds."""
    high: float | None = None
    spread: float | None = None
    """Standard deviation over seeds; None with one seed."""
    seeds: int = 0

    def text(self, digits: int = 3) -> str:
        """The figure, and its interval where there is one: ``0.982 (0.961 to 0.991)``.

        >>> Pooled(0.98213, 0.961, 0.99149).text()
        '0.982 (0.961 to 0.991)'
        """
        if self.mean is None:
            return "–"
        if self.low is None or self.high is None:
            return f"{self.mean:.{digits}f}"
        return f"{self.mean:.{digits}f} ({self.low:.{digits}f} to {self.high:.{digits}f})"

    def plain(self, digits: int = 3) -> str:
        """The figure alone; a dash where there is none.

        >>> Pooled(0.98213, 0.961, 0.99149).plain(), Pooled(None).plain()
        ('0.982', '–')
        """
        return "–" if self.mean is None else f"{self.mean:.{digits}f}"

    @property
    def bounds(self) -> tuple[float | None, float | None, float | None]:
        """Figure, low, high: as plots take them."""
        return self.mean, self.low, self.high


def pooled(figures: Sequence[Mapping[str, Any]], name: str) -> Pooled:
    """The figure ``name`` of one fold, measured with several seeds."""
    values = [own[name] for own in figures if own.get(name) is not None]
    bounds = [own["intervals"][name] for own in figures if (own.get("intervals") or {}).get(name)]
    if not values:
        return Pooled(None)
    low, high = np.median(np.array(bounds), axis=0).tolist() if bounds else (None, None)
    spread = float(np.std(values, ddof=1)) if len(values) > 1 else None
    return Pooled(float(np.mean(values)), low, high, spread, len(values))


def gained(own: Sequence[Mapping[str, Any]], other: Sequence[Mapping[str, Any]], name: str) -> Pooled:
    """How much higher the figure ``name`` is of one method than of another, over the seeds that both have.

    A figure's ``seed`` says which it is, or its place where it does not. The interval is of the differences: a resample
    holds the same episodes for both, so that what is hard for all does not widen it.
    """
    theirs_by_seed = {theirs.get("seed", n): theirs for n, theirs in enumerate(other)}
    pairs = [(mine, theirs_by_seed.get(mine.get("seed", n), {})) for n, mine in enumerate(own)]
    pairs = [pair for pair in pairs if all(one.get(name) is not None for one in pair)]
    if not pairs:
        return Pooled(None)
    bounds = []
    for mine, theirs in pairs:
        drawn = [np.array(one.get("resampled", {}).get(name, []), np.float64) for one in (mine, theirs)]
        if len(drawn[0]) == len(drawn[1]) and (found := interval(drawn[0] - drawn[1])):
            bounds.append(found)
    low, high = np.median(np.array(bounds), axis=0).tolist() if bounds else (None, None)
    mean = float(np.mean([mine[name] - theirs[name] for mine, theirs in pairs]))
    return Pooled(mean, low, high, seeds=len(pairs))
