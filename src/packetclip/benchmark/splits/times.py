"""Earlier is learned, later is asked, with a gap between: what one does who labels a network's past."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from packetclip.benchmark.fold import Fold
from packetclip.benchmark.samples import Samples
from packetclip.benchmark.splits.cutting import TRAIN_SHARE, TUNE_SHARE, Side, cut
from packetclip.wire.context.schema import WINDOWS_S

if TYPE_CHECKING:
    from packetclip.benchmark.plan import Plan, SplitEntry

GAP_NS: Final = int(max(WINDOWS_S) * 1e9)
"""The longest window of the context; its sums have faded to 37 % by then."""
MOST: Final = 1 / 3
"""Of a capture that is left out as its gap: a capture of seven minutes cannot spare ten."""


def time(plan: Plan, entry: SplitEntry, seed: int) -> Iterator[Fold]:
    """One fold: each capture in ``train`` is cut by time, with a gap of :data:`GAP_NS` or a third of the capture.

    Conversations that go on across the gap are learned from and not asked about. The audit says how long the gap is.
    The seed draws packets only. Raises RecipeError as ``cut`` does.
    """

    def sides(whole: Samples) -> NDArray[np.int8]:
        if not len(whole):
            return np.zeros(0, np.int8)
        first, last = int(whole.time_ns.min()), int(whole.time_ns.max())
        gap = min(GAP_NS, int((last - first) * MOST))
        left = last - first - gap
        tune, end = (first + int(left * share) for share in (TRAIN_SHARE, TRAIN_SHARE + TUNE_SHARE))
        at = whole.time_ns
        side = np.select([at < tune, at < end, at < end + gap], [Side.TRAIN, Side.TUNE, Side.NEITHER], Side.TEST)
        before = side <= Side.TUNE
        flowing = whole.flow >= 0
        known = np.isin(whole.flow, whole.flow[before & flowing])
        known |= np.isin(whole.conversation, whole.conversation[before & flowing]) & flowing
        return np.where((side == Side.TEST) & known, Side.NEITHER, side).astype(np.int8)

    yield from cut(plan, entry, seed, sides)
