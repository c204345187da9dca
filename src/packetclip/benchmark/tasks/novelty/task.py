"""The task of novelty: its jobs, and who does what."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from packetclip.benchmark import methods
from packetclip.benchmark.baselines import BASELINES
from packetclip.benchmark.plan import Plan
from packetclip.benchmark.report.blocks import Section
from packetclip.benchmark.task import Job
from packetclip.benchmark.tasks.novelty.measure import measure
from packetclip.benchmark.tasks.novelty.sections import sections

__all__ = ["Novelty"]

LONG: Final = ("autoencoder ensemble", "autoencoder ensemble, calm", "extra trees")
"""Learn for longer than all others here together."""


class Novelty:
    """Whether a packet is unlike what its network does."""

    def jobs(self, plan: Plan) -> Sequence[Job]:
        """A job for each question, method and seed: methods without labels, then those that stand beside them."""
        free = [name for name, entry in BASELINES.items() if not entry.labels]
        found: list[Job] = []
        for entry in plan.recipe.novelty:
            for method in dict.fromkeys([*free, *entry.beside]):
                sides = [entry.learn, entry.ask, entry.seconds]
                settings = json.dumps([sides, plan.foundation(method)])
                code = ("benchmark/metrics", "language/captions", *methods.code(method))
                slow = method in LONG or methods.is_slow(method)
                seeds = min(plan.recipe.seeds, plan.recipe.slow_seeds) if slow else plan.recipe.seeds
                names = [f"{entry.name}/{method}/{seed}" for seed in range(seeds)]
                found += [Job(name, code, settings, minutes=1.0 if slow else 0.2) for name in names]
        return found

    def measure(self, plan: Plan, name: str) -> Mapping[str, Any]:
        """Figures of any attack, and of each class by the same score."""
        question, method, seed = name.split("/")
        entry = next(entry for entry in plan.recipe.novelty if entry.name == question)
        return measure(plan, entry, method, int(seed))

    def sections(self, plan: Plan, results: Mapping[str, Mapping[str, Any]]) -> Sequence[Section]:
        """In short, then each question with its classes."""
        return sections(plan, results)
