"""The task of scarcity: its jobs, and who does what."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping, Sequence
from typing import Any

from packetclip.benchmark import methods
from packetclip.benchmark.plan import Plan, SplitEntry
from packetclip.benchmark.report.blocks import Section
from packetclip.benchmark.task import Job
from packetclip.benchmark.tasks.scarcity.measure import measure
from packetclip.benchmark.tasks.scarcity.sections import sections

__all__ = ["Scarcity"]


class Scarcity:
    """What a method reaches with a share of the training episodes."""

    def jobs(self, plan: Plan) -> Sequence[Job]:
        """A job for each split, method and seed; it takes all shares."""
        asked, found = plan.recipe.scarcity, []
        for entry in (_entry(plan, own) for own in plan.recipe.splits if own.name in asked.splits):
            for method in asked.methods:
                stands = plan.foundation(method, entry)
                settings = json.dumps([entry.sides, plan.recipe.applications, stands, asked.shares])
                code = ("benchmark/splits", "benchmark/metrics", "benchmark/headline.py", *methods.code(method))
                code += ("benchmark/fewer_episodes.py",)
                minutes = 0.6 * methods.minutes(method) ** 0.5 * len(asked.shares)
                found += [
                    Job(f"{entry.name}/{method}/{seed}", code, settings, minutes=minutes) for seed in range(asked.seeds)
                ]
        return found

    def measure(self, plan: Plan, name: str) -> Mapping[str, Any]:
        """Figures by share."""
        split, method, seed = name.split("/")
        return measure(plan, _entry(plan, plan.split(split)), method, int(seed))

    def sections(self, plan: Plan, results: Mapping[str, Mapping[str, Any]]) -> Sequence[Section]:
        """Curves and a table of each split."""
        return sections(plan, results)


def _entry(plan: Plan, entry: SplitEntry) -> SplitEntry:
    """A split with the shorter fit of this task: our method is fitted once a share."""
    return dataclasses.replace(entry, fit={**entry.fit, **plan.recipe.scarcity.fit})
