"""Splits: which packets are learned from and which are asked about, a file a kind.

``captures`` keeps whole captures apart, and with them networks and set-ups: it is the honest one. ``packet``, ``flow``
and ``time`` cut captures and leak on purpose, so that the leak can be shown; ``device`` keeps hosts apart, and
``class_withheld`` and ``behaviour_withheld`` ask about attacks that nobody learned from.

Each is a function of a plan, a split of its recipe and a seed that yields folds; one seed gives the same folds
wherever it runs. What a split fails to keep apart is for ``benchmark.audit`` to find: nothing here vouches for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches
from typing import TYPE_CHECKING, Final, TypeAlias

from packetclip.benchmark.fold import Fold
from packetclip.benchmark.splits.captures import captures
from packetclip.benchmark.splits.devices import device
from packetclip.benchmark.splits.flows import flow
from packetclip.benchmark.splits.packets import packet
from packetclip.benchmark.splits.times import time
from packetclip.benchmark.splits.withheld import behaviour_withheld, class_withheld
from packetclip.errors import RecipeError

if TYPE_CHECKING:
    from packetclip.benchmark.plan import Plan, SplitEntry

__all__ = ["SPLITS", "folds"]

Split: TypeAlias = "Callable[[Plan, SplitEntry, int], Iterator[Fold]]"

SPLITS: Final[Mapping[str, Split]] = {
    "captures": captures,
    "packet": packet,
    "flow": flow,
    "time": time,
    "device": device,
    "class_withheld": class_withheld,
    "behaviour_withheld": behaviour_withheld,
}
"""By the kind that recipes name."""


def folds(plan: Plan, entry: SplitEntry, seed: int) -> Iterator[Fold]:
    """All folds of a split of a recipe. Raises RecipeError for a kind that nobody knows or captures that do not fit."""
    if entry.kind not in SPLITS:
        close = get_close_matches(entry.kind, SPLITS, 1)
        hint = f" Did you mean {close[0]!r}?" if close else ""
        raise RecipeError(
            f"Split {entry.name!r} is of kind {entry.kind!r}, which nobody knows.{hint} Known: {', '.join(SPLITS)}."
        )
    return SPLITS[entry.kind](plan, entry, seed)
