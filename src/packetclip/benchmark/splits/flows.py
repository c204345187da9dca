"""Whole flows at random: leaky, as flows of one episode and one host's past are on all sides."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from packetclip.benchmark.fold import Fold
from packetclip.benchmark.samples import Samples
from packetclip.benchmark.splits.cutting import by_share, cut, named, spread

if TYPE_CHECKING:
    from packetclip.benchmark.plan import Plan, SplitEntry


def flow(plan: Plan, entry: SplitEntry, seed: int) -> Iterator[Fold]:
    """One fold: of each capture in ``train``, flows drawn by the digest of their conversation.

    A conversation stays together where it is several flows in a row, and so do packets outside flows (ARP) of two
    hosts. Raises RecipeError as ``cut`` does.
    """

    def sides(whole: Samples) -> NDArray[np.int8]:
        # A flow's conversation can differ from packet to packet (ICMP quotes another); its first packet decides.
        keys = whole.conversation.copy()
        _, first, flow = np.unique(whole.flow, return_index=True, return_inverse=True)
        keys[whole.flow >= 0] = keys[first[flow]][whole.flow >= 0]
        return by_share(spread(keys ^ np.uint64(named(whole.names[0])), seed))

    yield from cut(plan, entry, seed, sides)
