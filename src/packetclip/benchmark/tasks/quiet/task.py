"""The jobs of the task: one a method and seed, and the model that ships."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from packetclip.benchmark import methods
from packetclip.benchmark.baselines import BASELINES
from packetclip.benchmark.plan import Plan
from packetclip.benchmark.report.blocks import Section
from packetclip.benchmark.results import fingerprint
from packetclip.benchmark.task import Job
from packetclip.benchmark.tasks.quiet.asked import asked
from packetclip.benchmark.tasks.quiet.home import entry_of
from packetclip.benchmark.tasks.quiet.measure import SHIPPED, measure, measure_shipped
from packetclip.benchmark.tasks.quiet.sections import sections
from packetclip.model import DEFAULT

__all__ = ["Quiet"]

CODE: Final = (
    *(f"benchmark/tasks/quiet/{name}.py" for name in ("asked", "home", "outcome", "sweep")),
    "benchmark/metrics/stories.py",
    "benchmark/metrics/intervals.py",
)


class Quiet:
    """Stories of others' attacks against stories of ordinary life."""

    def jobs(self, plan: Plan) -> Sequence[Job]:
        """Of all methods of the recipe that name attacks and do not take minutes to learn, unless it names others.

        None where it names no attacks, no applications or no split of whole captures.
        """
        entry, captures = entry_of(plan), asked(plan)
        if entry is None or not captures:
            return []
        others = hashlib.sha256(
            json.dumps([(one.name, one.kind, one.label, one.path.stat().st_size) for one in captures]).encode()
        ).hexdigest()
        found = []
        for method in _methods(plan):
            seeds = min(plan.recipe.quiet.seeds, plan.seeds(entry, method))
            code = (*CODE, *methods.code(method))
            stands = plan.foundation(method, entry)
            learning = json.dumps([entry.train, entry.tune, plan.recipe.applications, stands, others])
            minutes = methods.minutes(method) + 0.7
            found += [Job(f"{method}/{seed}", code, learning, minutes=minutes) for seed in range(seeds)]
        if (DEFAULT / "model.json").is_file():
            code = (*CODE, "benchmark/watched.py", "detection", "model")
            found.append(Job(SHIPPED, code, json.dumps([fingerprint(DEFAULT), others]), minutes=1.5))
        return found

    def measure(self, plan: Plan, name: str) -> Mapping[str, Any]:
        """What was told, over thresholds and at the one that would be used."""
        if name == SHIPPED:
            return measure_shipped(plan)
        entry = entry_of(plan)
        assert entry is not None
        method, seed = name.rsplit("/", 1)
        return measure(plan, entry, method, int(seed))

    def sections(self, plan: Plan, results: Mapping[str, Mapping[str, Any]]) -> Sequence[Section]:
        """The curve, the point of use, by class, and what one side alone gets right."""
        return sections([job.name for job in self.jobs(plan)], results)


def _methods(plan: Plan) -> Sequence[str]:
    named = plan.recipe.quiet.methods
    return named or [
        m for m in plan.recipe.methods if not methods.is_slow(m) and (m in methods.OURS or BASELINES[m].labels)
    ]
