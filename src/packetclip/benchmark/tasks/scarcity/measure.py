"""Fit a method on a share of the training episodes, ask it about the whole test side."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from packetclip.benchmark.fewer_episodes import fewer_episodes
from packetclip.benchmark.headline import headline
from packetclip.benchmark.plan import Plan, SplitEntry
from packetclip.benchmark.splits import folds

__all__ = ["measure"]


def measure(plan: Plan, entry: SplitEntry, method: str, seed: int) -> Mapping[str, Any]:
    """Figures by share, and how much each share is."""
    fold = next(iter(folds(plan, entry, seed)))
    found = {}
    for share in plan.recipe.scarcity.shares:
        fewer = fewer_episodes(fold.train, share, seed)
        learned = plan.method(method, entry, seed)
        learned.fit(fewer.samples, fold.tune)
        sizes = {"learned": len(fewer.samples), "known": fewer.episodes, "all": fewer.all_episodes}
        found[f"{share:g}"] = headline(learned, fold, seed) | sizes
    return found
