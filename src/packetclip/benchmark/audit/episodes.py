"""Episodes on two sides: a method that has seen half of a flood knows the other half."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from packetclip.benchmark.audit.finding import Example, Finding, Severity
from packetclip.benchmark.audit.sides import learned_sides, share
from packetclip.benchmark.fold import Fold
from packetclip.benchmark.samples import Samples

if TYPE_CHECKING:
    from packetclip.benchmark.plan import Plan

__all__ = ["Episode", "episodes", "episodes_of", "shown"]

Episode = tuple[str, str, int]
"""Network, capture, number; -1 where the data knows no episodes, so that all packets of a class there are one."""


def episodes(plan: Plan, fold: Fold) -> Iterator[Finding]:
    """Fails for episodes that are asked about and also learned from or tuned on."""
    for done, side in learned_sides(fold):
        both: set[Episode] = set()
        asked, packets = 0, 0
        for code in fold.asked:
            test = episodes_of(fold.test, code)
            crossing = test & episodes_of(side, code)
            asked += len(test)
            packets += int(((fold.test.classes == code) & _within(fold.test, crossing)).sum())
            both |= crossing
        if both:
            of = int(np.isin(fold.test.classes, fold.asked).sum())
            yield Finding(
                "episodes",
                Severity.FAIL,
                f"{len(both)} of {asked} episodes that are asked about ({share(packets, of)} of their packets) are "
                f"also {done}.",
                shown(both),
            )
            return


def episodes_of(samples: Samples, code: int) -> set[Episode]:
    """Episodes of a class."""
    own = samples.classes == code
    pairs = np.unique(np.stack([samples.capture[own], samples.episodes[own]]).astype(np.int64), axis=1)
    return {(samples.networks[c], samples.names[c], int(number)) for c, number in pairs.T}


def shown(found: set[Episode]) -> tuple[Example, ...]:
    """Some episodes as examples."""
    told = [(name, f"episode {number}" if number >= 0 else "an attack without a number") for _, name, number in found]
    return tuple(Example(name, -1, "", what) for name, what in sorted(told)[:3])


def _within(samples: Samples, found: set[Episode]) -> NDArray[Any]:
    inside = np.zeros(len(samples), bool)
    for c, about in enumerate(zip(samples.networks, samples.names, strict=True)):
        numbers = [number for *where, number in found if tuple(where) == about]
        inside |= (samples.capture == c) & np.isin(samples.episodes, numbers)
    return inside
