"""The audit's jobs: one a split, one a method."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from packetclip.benchmark import encoders, methods
from packetclip.benchmark.plan import Plan
from packetclip.benchmark.report.blocks import Section
from packetclip.benchmark.task import Job
from packetclip.benchmark.tasks.audit.measure import measure, measure_method
from packetclip.benchmark.tasks.audit.sections import sections

__all__ = ["Audit"]

METHODS: Final = "methods"
"""Before the names of jobs that look at methods."""


class Audit:
    """What the splits leak."""

    def jobs(self, plan: Plan) -> Sequence[Job]:
        """A job for each split, and one for each method."""
        splits = [
            Job(
                entry.name,
                ("benchmark/audit", "benchmark/splits"),
                json.dumps([entry.sides, entry.leaky, plan.recipe.applications, encoders.digest(plan.encoder(entry))]),
                minutes=0.5,
            )
            for entry in plan.recipe.splits
        ]
        first = plan.recipe.splits[0]
        return splits + [
            Job(
                f"{METHODS}/{name}",
                ("benchmark/audit", "benchmark/splits", *methods.code(name)),
                json.dumps([first.sides, plan.recipe.applications, plan.foundation(name, first)]),
                METHODS,
                0.5,
            )
            for name in plan.recipe.methods
        ]

    def measure(self, plan: Plan, name: str) -> Mapping[str, Any]:
        """``findings``, as dictionaries, worst first."""
        kind, _, method = name.partition("/")
        return measure_method(plan, method) if kind == METHODS and method else measure(plan, plan.split(name))

    def sections(self, plan: Plan, results: Mapping[str, Mapping[str, Any]]) -> Sequence[Section]:
        """All findings, by split."""
        return sections(results)
