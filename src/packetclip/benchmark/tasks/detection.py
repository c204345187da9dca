"""Attacks, packet by packet and episode by episode: every method on every split, several seeds."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from typing import Any

from packetclip.benchmark import methods
from packetclip.benchmark.fitted import answers, fitted
from packetclip.benchmark.fold import Fold
from packetclip.benchmark.metrics import Platt, episode_figures, figures
from packetclip.benchmark.plan import Plan, SplitEntry
from packetclip.benchmark.report.blocks import Section
from packetclip.benchmark.splits import folds
from packetclip.benchmark.task import Job

__all__ = ["Detection"]


class Detection:
    """Which attack each packet belongs to, if any."""

    def jobs(self, plan: Plan) -> Sequence[Job]:
        """A job for each split, method and seed; those that learn from the same packets follow each other."""
        found = []
        for entry in plan.recipe.splits:
            for method in entry.methods or plan.recipe.methods:
                for seed in range(plan.seeds(entry, slow=methods.is_slow(method))):
                    settings = json.dumps([str(entry), plan.recipe.applications, plan.learning(entry)])
                    code = ("benchmark/splits", "benchmark/metrics", *methods.code(method))
                    group = f"{method}/{seed}/{_learned(plan, entry)}"
                    found.append(Job(f"{entry.name}/{method}/{seed}", code, settings, group, methods.minutes(method)))
        first: dict[str, int] = {}
        for n, job in enumerate(found):
            first.setdefault(job.group, n)
        return sorted(found, key=lambda job: first[job.group])

    def measure(self, plan: Plan, name: str) -> Mapping[str, Any]:
        """Figures by fold; most splits have one, without a name."""
        split, method, seed = name.split("/")
        entry = plan.split(split)
        return {
            fold.name or "all": _figures(plan, entry, fold, method, int(seed)) for fold in folds(plan, entry, int(seed))
        }

    def sections(self, plan: Plan, results: Mapping[str, Mapping[str, Any]]) -> Sequence[Section]:
        """The headline, splits, classes, episodes, costs."""
        return []


def _learned(plan: Plan, entry: SplitEntry) -> str:
    """What a split learns from, as text: equal where a method that was fitted for one serves the other."""
    cut = entry.name if entry.kind != "captures" else ""
    return json.dumps([cut, entry.train, entry.tune, plan.learning(entry)])


def _figures(plan: Plan, entry: SplitEntry, fold: Fold, method: str, seed: int) -> dict[str, Any]:
    key = json.dumps([method, seed, fold.name, _learned(plan, entry)])
    learned = fitted(key, lambda: plan.method(method, entry, seed), fold.train, fold.tune)
    began = time.process_time()
    test = answers(learned.method, fold.test)
    seconds = time.process_time() - began
    tune = answers(learned.method, fold.tune)
    cost = learned.method.cost()
    return {
        **figures(test, fold.test, fold.classes, fold.asked, seed=seed, platt=Platt.fit(tune, fold.tune.classes)),
        "stories": episode_figures(tune, fold.tune, test, fold.test, fold.classes, fold.asked),
        "cost": {
            "parameters": cost.parameters,
            "trained": cost.trained,
            "flops": cost.flops,
            "fit_s": learned.seconds,
            "packets_s": len(fold.test) / max(seconds, 1e-9),
        },
        "sides": {"train": len(fold.train), "tune": len(fold.tune), "test": len(fold.test)},
    }
