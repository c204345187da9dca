"""The task of occlusion: its jobs, and who does what."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping, Sequence
from typing import Any

from packetclip.benchmark import methods
from packetclip.benchmark.plan import Plan, SplitEntry
from packetclip.benchmark.report.blocks import Section
from packetclip.benchmark.task import Job
from packetclip.benchmark.tasks.occlusion.measure import measure
from packetclip.benchmark.tasks.occlusion.sections import sections
from packetclip.benchmark.tasks.occlusion.views import VIEWS, is_seen

__all__ = ["Occlusion"]


class Occlusion:
    """What a method reaches when it no longer sees a part of the traffic."""

    def jobs(self, plan: Plan) -> Sequence[Job]:
        """A job for each split, method and seed; it takes the whole ladder."""
        asked, found = plan.recipe.occlusion, []
        for entry in (_entry(plan, own) for own in plan.recipe.splits if own.name in asked.splits):
            for method in asked.methods:
                steps = 1 + sum(is_seen(view, method) for view in VIEWS.values())
                settings = json.dumps([entry.sides, plan.recipe.applications, plan.foundation(method, entry)])
                code = ("benchmark/splits", "benchmark/metrics", "benchmark/headline.py", *methods.code(method))
                code += ("benchmark/tasks/occlusion/views.py",)
                found += [
                    Job(f"{entry.name}/{method}/{seed}", code, settings, minutes=0.7 * steps)
                    for seed in range(asked.seeds)
                ]
        return found

    def measure(self, plan: Plan, name: str) -> Mapping[str, Any]:
        """Figures by view."""
        split, method, seed = name.split("/")
        return measure(plan, _entry(plan, plan.split(split)), method, int(seed))

    def sections(self, plan: Plan, results: Mapping[str, Mapping[str, Any]]) -> Sequence[Section]:
        """The ladder of each split."""
        return sections(plan, results)


def _entry(plan: Plan, entry: SplitEntry) -> SplitEntry:
    """A split with the shorter fit of this task: our method is fitted once a view."""
    return dataclasses.replace(entry, fit={**entry.fit, **plan.recipe.occlusion.fit})
