"""Fit a method on packets that lack a view, ask it about packets that lack it too."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from packetclip.benchmark.headline import headline
from packetclip.benchmark.plan import Plan, SplitEntry
from packetclip.benchmark.splits import folds
from packetclip.benchmark.tasks.occlusion.views import EVERYTHING, VIEWS, is_seen, seen

__all__ = ["measure"]


def measure(plan: Plan, entry: SplitEntry, method: str, seed: int) -> Mapping[str, Any]:
    """Figures by view; a view that hides nothing from the method is left out."""
    fold = next(iter(folds(plan, entry, seed)))
    found = {}
    for name, view in VIEWS.items():
        if name != EVERYTHING and not is_seen(view, method):
            continue
        learned = plan.method(method, entry, seed)
        learned.fit(seen(fold.train, view), seen(fold.tune, view))
        found[name] = headline(learned, dataclasses.replace(fold, test=seen(fold.test, view)), seed)
    return found
