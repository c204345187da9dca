"""Packets at random: leaky on purpose, to show what such a split flatters. Each flow and episode is on all sides."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from packetclip.benchmark.fold import Fold
from packetclip.benchmark.samples import Samples
from packetclip.benchmark.splits.cutting import by_share, cut, named

if TYPE_CHECKING:
    from packetclip.benchmark.plan import Plan, SplitEntry


def packet(plan: Plan, entry: SplitEntry, seed: int) -> Iterator[Fold]:
    """One fold: of each capture in ``train``, packets drawn at random. Raises RecipeError as ``cut`` does."""

    def sides(whole: Samples) -> NDArray[np.int8]:
        rng = np.random.default_rng([seed, named(whole.names[0])])
        return by_share(rng.random(len(whole)))

    yield from cut(plan, entry, seed, sides)
