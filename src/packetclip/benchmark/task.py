"""A part of the benchmark: which measurements it takes, how each is taken, and what the report says of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from packetclip.benchmark.plan import Plan
from packetclip.benchmark.report.blocks import Section

__all__ = ["Job", "Task"]


@dataclass(frozen=True, slots=True)
class Job:
    """One measurement: kept by name, taken again when the code or the settings that it depends on have changed."""

    name: str
    """A path within the task: ``network/extra trees/0``."""
    code: tuple[str, ...]
    """Files and folders of the package; the task's ``measure.py``, ``wire`` and ``datasets`` always count."""
    settings: str = ""
    """Of the recipe, what the measurement depends on beside the data and the drawing."""
    group: str = ""
    """Jobs of one group that follow each other are taken by one process, which may keep what it fitted."""
    minutes: float = 1.0
    """About how long it takes on one core; only for telling the time that is left."""


class Task(Protocol):
    """One folder in ``tasks/``: what is measured, and what the report says of it."""

    def jobs(self, plan: Plan) -> Sequence[Job]:
        """All measurements of the task for a plan, in the order in which they should be taken."""

    def measure(self, plan: Plan, name: str) -> Mapping[str, Any]:
        """The figures of one job: what JSON can hold. Runs in a process of its own, on one core."""

    def sections(self, plan: Plan, results: Mapping[str, Mapping[str, Any]]) -> Sequence[Section]:
        """What the report says, from the figures by job; jobs that are missing are said to be."""
