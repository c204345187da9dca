"""Rebuild the paper's view on a split's training side, ask it; or ask a method that stands beside it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import numpy as np

from packetclip.benchmark.fewer_episodes import fewer_episodes
from packetclip.benchmark.fold import Fold
from packetclip.benchmark.headline import headline
from packetclip.benchmark.method import Method
from packetclip.benchmark.plan import Plan, SplitEntry
from packetclip.benchmark.samples import Samples
from packetclip.benchmark.splits import folds

__all__ = ["PAPER", "SCARCE", "WHOLE", "measure"]

PAPER: Final = "paper's view"
SCARCE: Final = "0.3"
"""The share of the training data with which the paper says that its method is stable."""
WHOLE: Final = "1"
TIMED: Final = 20_000
"""Packets on which the speed is taken."""


def measure(plan: Plan, entries: Sequence[SplitEntry], what: str, seed: int) -> Mapping[str, Any]:
    """Figures by split, method and share of the training episodes.

    ``entries`` learn from the same packets, so that one fit serves them all. ``what`` is a method that recipes
    know, or :data:`PAPER` with what its captions tell of: ``paper's view, everything``, which gives a method a head.
    """
    found: dict[str, Any] = {}
    learned: dict[tuple[str, str], tuple[Method, float]] = {}
    for entry in entries:
        fold = next(iter(folds(plan, entry, seed)))
        if not learned:
            scarce = any(own.name == plan.recipe.payload.scarce for own in entries)
            learned = _learned(plan, entry, fold, what, seed, scarce=scarce)
        found[entry.name] = {}
        for (name, share), (method, seconds) in learned.items():
            if share == WHOLE or entry.name == plan.recipe.payload.scarce:
                figures = _asked(method, fold, seed) | {"fit_s": seconds}
                found[entry.name].setdefault(name, {})[share] = figures
    return found


def _learned(
    plan: Plan, entry: SplitEntry, fold: Fold, what: str, seed: int, *, scarce: bool
) -> dict[tuple[str, str], tuple[Method, float]]:
    """Fitted methods by name and share, and the seconds that each took."""
    make, found = _maker(plan, entry, fold.train, what, seed), {}
    for share in (WHOLE, SCARCE) if scarce else (WHOLE,):
        train = fold.train if share == WHOLE else fewer_episodes(fold.train, float(share), seed).samples
        for name, method in make().items():
            began = time.process_time()
            method.fit(train, fold.tune)
            found[name, share] = method, time.process_time() - began
    return found


def _maker(plan: Plan, entry: SplitEntry, train: Samples, what: str, seed: int) -> Callable[[], dict[str, Method]]:
    """New methods that have no labels yet. The paper's encoder learns once: it needs none, so they are never scarce."""
    if not what.startswith(PAPER):
        return lambda: {what: plan.method(what, entry, seed)}
    from packetclip.benchmark.tasks.payload.encoder import align
    from packetclip.benchmark.tasks.payload.heads import heads

    asked = plan.recipe.payload
    aligned = align(train, seed, what.removeprefix(f"{PAPER}, "), asked.pairs, asked.epochs)
    settings = plan.fit(entry)
    return lambda: {f"{what}: {head}": own for head, own in heads(aligned, plan.classes, seed, settings).items()}


def _asked(method: Method, fold: Fold, seed: int) -> dict[str, Any]:
    few = fold.test.take(np.arange(min(TIMED, len(fold.test))))
    getattr(method, "forget", lambda: None)()
    began = time.process_time()
    method.predict_proba(few)
    seconds = time.process_time() - began
    cost = method.cost()
    return {
        **headline(method, fold, seed),
        "packets_s": len(few) / max(seconds, 1e-9),
        "parameters": cost.parameters,
        "trained": cost.trained,
        "flops": cost.flops,
        "behind": getattr(method, "graph_flops", None),
    }
