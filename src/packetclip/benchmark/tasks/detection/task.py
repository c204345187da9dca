"""The task of detection: its jobs, and who does what."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from packetclip.benchmark import methods
from packetclip.benchmark.plan import Plan
from packetclip.benchmark.report.blocks import Section
from packetclip.benchmark.task import Job
from packetclip.benchmark.tasks.detection.measure import is_shown, learned_from, measure
from packetclip.benchmark.tasks.detection.sections import sections

__all__ = ["Detection"]

CODE: Final = (
    "benchmark/splits",
    "benchmark/metrics",
    "benchmark/headline.py",
    "detection/calibration.py",
)
SHOWN: Final = ("benchmark/audit/surrogate.py", "benchmark/plots/timeline.py")
"""Of the one seed of which timelines and surrogates are kept."""


class Detection:
    """Which attack each packet belongs to, if any."""

    def jobs(self, plan: Plan) -> Sequence[Job]:
        """A job for each split, method and seed; those that learn from the same packets follow each other."""
        found = []
        for entry in plan.recipe.splits:
            for method in entry.methods or plan.recipe.methods:
                for seed in range(plan.seeds(entry, method)):
                    settings = json.dumps([entry.sides, plan.recipe.applications, plan.foundation(method, entry)])
                    code = (*CODE, *methods.code(method), *(SHOWN if is_shown(entry, seed) else ()))
                    group = f"{method}/{seed}/{learned_from(plan, entry)}"
                    found.append(Job(f"{entry.name}/{method}/{seed}", code, settings, group, methods.minutes(method)))
        first: dict[str, int] = {}
        for n, job in enumerate(found):
            first.setdefault(job.group, n)
        return sorted(found, key=lambda job: first[job.group])

    def measure(self, plan: Plan, name: str) -> Mapping[str, Any]:
        """Figures by fold; most splits have one, called "all"."""
        split, method, seed = name.split("/")
        return measure(plan, plan.split(split), method, int(seed))

    def sections(self, plan: Plan, results: Mapping[str, Mapping[str, Any]]) -> Sequence[Section]:
        """Splits, classes, stories, calibration, what is withheld, cost."""
        return sections(plan, [job.name for job in self.jobs(plan)], results)
