"""The audit's jobs, one a split."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from packetclip.benchmark.plan import Plan
from packetclip.benchmark.report.blocks import Section
from packetclip.benchmark.task import Job
from packetclip.benchmark.tasks.audit.measure import measure
from packetclip.benchmark.tasks.audit.sections import sections

__all__ = ["Audit"]


class Audit:
    """What the splits leak."""

    def jobs(self, plan: Plan) -> Sequence[Job]:
        """A job for each split."""
        return [
            Job(
                entry.name,
                ("benchmark/audit", "benchmark/splits"),
                json.dumps([str(entry), plan.recipe.applications, plan.learning(entry)]),
                minutes=0.5,
            )
            for entry in plan.recipe.splits
        ]

    def measure(self, plan: Plan, name: str) -> Mapping[str, Any]:
        """``findings``, as dictionaries, worst first."""
        return measure(plan, plan.split(name))

    def sections(self, plan: Plan, results: Mapping[str, Mapping[str, Any]]) -> Sequence[Section]:
        """All findings, by split."""
        return sections(results)
