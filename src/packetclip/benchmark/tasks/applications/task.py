"""The task of applications: its jobs, and who does what."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from packetclip.benchmark import encoders
from packetclip.benchmark.plan import Plan
from packetclip.benchmark.report.blocks import Section
from packetclip.benchmark.task import Job
from packetclip.benchmark.tasks.applications.classifiers import CLASSIFIERS
from packetclip.benchmark.tasks.applications.measure import QUESTIONS, measure
from packetclip.benchmark.tasks.applications.sections import sections

__all__ = ["ApplicationFlows"]

_OWN = tuple(
    f"benchmark/tasks/applications/{part}.py"
    for part in ("by_name", "by_words", "byte_network", "classifiers", "conversations", "figures", "statistics")
)


class ApplicationFlows:
    """What a flow carries: its category, and which application where it is encrypted."""

    def jobs(self, plan: Plan) -> Sequence[Job]:
        """A job for each question, classifier and seed; one process reads the flows once for all."""
        settings = json.dumps([plan.recipe.applications, encoders.digest(plan.encoder())])
        code = (
            *_OWN,
            "benchmark/baselines/minibatches.py",
            "benchmark/baselines/weighing.py",
            "benchmark/metrics/intervals.py",
            "learning/encoders",
        )
        return [
            Job(f"{question}/{method}/{seed}", code, settings, "applications", 0.1)
            for question in QUESTIONS
            for method, classifier in CLASSIFIERS.items()
            for seed in range(plan.recipe.seeds if classifier.chancy else 1)
            if plan.recipe.applications
        ]

    def measure(self, plan: Plan, name: str) -> Mapping[str, Any]:
        """Figures over flows, with intervals over captures."""
        question, method, seed = name.split("/")
        return measure(plan, question, method, int(seed))

    def sections(self, plan: Plan, results: Mapping[str, Mapping[str, Any]]) -> Sequence[Section]:
        """Each question: figures, classes, confusion."""
        return sections(results)
