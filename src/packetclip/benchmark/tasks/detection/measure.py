"""Fit a method on a fold, ask it about the test side, take all figures."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from packetclip.benchmark.audit import surrogate
from packetclip.benchmark.fitted import answers, fitted
from packetclip.benchmark.fold import Fold
from packetclip.benchmark.headline import brief
from packetclip.benchmark.metrics import Platt, by_flow, episode_figures, figures
from packetclip.benchmark.plan import Plan, SplitEntry
from packetclip.benchmark.plots import strips
from packetclip.benchmark.samples import Samples
from packetclip.benchmark.splits import folds

__all__ = ["is_shown", "learned_from", "measure"]

_DRAWN_SEED: Final = 0
"""Timelines and surrogates are kept of one seed."""


def measure(plan: Plan, entry: SplitEntry, method: str, seed: int) -> Mapping[str, Any]:
    """Figures by fold; most splits have one, called "all"."""
    return {fold.name or "all": _figures(plan, entry, fold, method, seed) for fold in folds(plan, entry, seed)}


def learned_from(plan: Plan, entry: SplitEntry) -> str:
    """What a split learns from, as text: equal where a method that was fitted for one serves the other."""
    cut = entry.name if entry.kind != "captures" else ""
    return json.dumps([cut, entry.train, entry.tune, str(plan.encoder(entry)), plan.fit(entry)])


def is_shown(entry: SplitEntry, seed: int) -> bool:
    """Whether timelines and surrogates are kept of a measurement: of one seed, where captures are whole."""
    return seed == _DRAWN_SEED and entry.kind == "captures"


def _figures(plan: Plan, entry: SplitEntry, fold: Fold, method: str, seed: int) -> dict[str, Any]:
    key = json.dumps([method, seed, fold.name, learned_from(plan, entry)])
    learned = fitted(key, lambda: plan.method(method, entry, seed), fold.train, fold.tune)
    began = time.process_time()
    test = answers(learned.method, fold.test)
    seconds = time.process_time() - began
    tune = answers(learned.method, fold.tune)
    cost = learned.method.cost()
    platt = Platt.fit(tune, fold.tune.classes)
    first = is_shown(entry, seed)
    return {
        **figures(test, fold.test, fold.classes, fold.asked, seed=seed, platt=platt),
        "flows": brief(figures(*by_flow(test, fold.test), fold.classes, fold.asked, seed=seed)),
        "stories": episode_figures(tune, fold.tune, test, fold.test, fold.classes, fold.asked),
        "timelines": _timelines(1.0 - test[:, 0], fold) if first else {},
        "surrogate": surrogate(fold.train, answers(learned.method, fold.train), fold.classes).as_dict()
        if first
        else {},
        "cost": {
            "parameters": cost.parameters,
            "trained": cost.trained,
            "flops": cost.flops,
            "fit_s": learned.seconds,
            "packets_s": len(fold.test) / max(seconds, 1e-9),
        },
        "sides": {"train": len(fold.train), "tune": len(fold.tune), "test": len(fold.test)},
    }


def _timelines(scores: NDArray[np.float64], fold: Fold) -> dict[str, Any]:
    """Of each capture of the test side: the scores over time, and the episodes."""
    found: dict[str, Any] = {}
    for number, name in enumerate(fold.test.names):
        here = fold.test.capture == number
        own = fold.test.take(here)
        begin = int(own.time_ns.min())
        seconds = (own.time_ns - begin) / 1e9
        found[name] = {
            "strips": strips(seconds, scores[here], own.classes > 0),
            "episodes": _episodes(own, seconds, fold.classes),
        }
    return found


def _episodes(samples: Samples, seconds: NDArray[np.float64], classes: tuple[str, ...]) -> list[list[Any]]:
    found = []
    for episode in np.unique(samples.episodes[samples.classes > 0]):
        own = (samples.episodes == episode) & (samples.classes > 0)
        label = classes[int(np.bincount(samples.classes[own]).argmax())]
        found.append([float(seconds[own].min()), float(seconds[own].max()), label])
    return found
