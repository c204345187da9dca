"""The jobs of the task: one a draw of packets."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from packetclip.benchmark import encoders
from packetclip.benchmark.plan import Plan
from packetclip.benchmark.report.blocks import Section
from packetclip.benchmark.task import Job
from packetclip.benchmark.tasks.space.drawn import captures
from packetclip.benchmark.tasks.space.measure import measure
from packetclip.benchmark.tasks.space.sections import sections

__all__ = ["Space"]

DRAWS: Final = 3
CODE: Final = (
    *(f"benchmark/tasks/space/{name}.py" for name in ("drawn", "flat", "geometry", "probes", "truth")),
    "learning/contrastive/retrieval.py",
    "learning/encoders",
    "language/captions",
)


class Space:
    """How packets and captions lie in the space of the recipe's pre-trained encoder."""

    def jobs(self, plan: Plan) -> Sequence[Job]:
        """None where the recipe has no test capture that its encoder has not seen."""
        names = captures(plan)
        if not names:
            return []
        settings = json.dumps([names, encoders.digest(plan.encoder())])
        return [Job(str(seed), CODE, settings, minutes=1.5) for seed in range(min(DRAWS, plan.recipe.seeds))]

    def measure(self, plan: Plan, name: str) -> Mapping[str, Any]:
        """Pairs, probes, and a map of the first draw."""
        return measure(plan, int(name))

    def sections(self, plan: Plan, results: Mapping[str, Mapping[str, Any]]) -> Sequence[Section]:
        """The map, what lies near what, what can be read from it."""
        return sections([job.name for job in self.jobs(plan)], results)
