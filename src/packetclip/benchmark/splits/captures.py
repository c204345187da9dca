"""Whole captures on each side: no flow, window or host's past crosses; other captures of a network may share hosts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from packetclip.benchmark.fold import Fold
from packetclip.benchmark.samples import join
from packetclip.benchmark.splits.cutting import attacks, need

if TYPE_CHECKING:
    from packetclip.benchmark.plan import Plan, SplitEntry


def captures(plan: Plan, entry: SplitEntry, seed: int) -> Iterator[Fold]:
    """One fold; the seed draws the packets to learn from. Which captures go where decides what is asked: another day
    of the same network, a network never seen, another set-up.

    Raises RecipeError where a side names no capture.
    """
    need(entry, "train", "tune", "test")
    yield Fold(
        split=entry.name,
        name="",
        train=join([plan.drawn(entry.train, seed), *plan.life(seed)]),
        tune=join([plan.samples(name) for name in entry.tune]),
        test=join([plan.samples(name) for name in entry.test]),
        classes=plan.classes,
        asked=attacks(plan),
    )
