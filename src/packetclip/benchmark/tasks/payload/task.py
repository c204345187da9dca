"""The task of the paper's view: its jobs, and who does what."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from packetclip.benchmark import methods
from packetclip.benchmark.plan import Plan, SplitEntry
from packetclip.benchmark.report.blocks import Section
from packetclip.benchmark.task import Job
from packetclip.benchmark.tasks.payload.measure import PAPER, measure
from packetclip.benchmark.tasks.payload.sections import sections

__all__ = ["Payload"]

_ROOM: Final = "benchmark/tasks/payload"
_CODE: Final = (
    f"{_ROOM}/encoder.py",
    f"{_ROOM}/heads.py",
    "benchmark/answering.py",
    "benchmark/baselines/minibatches.py",
    "benchmark/baselines/weighing.py",
    "learning",
    "language",
)


class Payload:
    """What payload bytes alone tell, as the paper looks at them, and which of its claims hold here."""

    def jobs(self, plan: Plan) -> Sequence[Job]:
        """A job for each training side, method and seed: one fit serves all splits that learn from the same packets.

        Captions of the packet alone are tried on the split that is measured with fewer labels too, with one seed.
        """
        asked, found = plan.recipe.payload, []
        for entries in _alike(plan):
            split = "+".join(entry.name for entry in entries)
            shares = 2 if asked.scarce in split.split("+") else 1
            tries = [(f"{PAPER}, everything", seed) for seed in range(asked.seeds)]
            tries += [(f"{PAPER}, packet", 0)] * (shares - 1)
            tries += [(method, seed) for method in asked.methods for seed in range(asked.seeds)]
            for what, seed in tries:
                ours = what.startswith(PAPER)
                how = [asked.scarce, *((asked.pairs, asked.epochs) if ours else ())]
                stands = plan.fit(entries[0]) if ours else plan.foundation(what, entries[0])
                sides = [entry.sides for entry in entries]
                settings = json.dumps([sides, plan.recipe.applications, stands, how])
                code: tuple[str, ...] = (
                    "benchmark/splits",
                    "benchmark/metrics",
                    "benchmark/headline.py",
                    "benchmark/fewer_episodes.py",
                )
                code += _CODE if ours else methods.code(what)
                own = 1.0 + shares + 3e-5 * asked.pairs * asked.epochs
                minutes = own if ours else 0.7 * methods.minutes(what) ** 0.7 * shares + 0.3 * len(entries)
                found.append(Job(f"{split}/{what}/{seed}", code, settings, minutes=minutes))
        return found

    def measure(self, plan: Plan, name: str) -> Mapping[str, Any]:
        """Figures by split, method and share of the training episodes."""
        splits, what, seed = name.split("/")
        return measure(plan, [_entry(plan, plan.split(split)) for split in splits.split("+")], what, int(seed))

    def sections(self, plan: Plan, results: Mapping[str, Mapping[str, Any]]) -> Sequence[Section]:
        """The view beside others, then the claims."""
        return sections(plan, results)


def _alike(plan: Plan) -> list[list[SplitEntry]]:
    """The splits that are asked for, those together that learn from the same packets."""
    found: dict[str, list[SplitEntry]] = {}
    for own in plan.recipe.splits:
        if own.name in plan.recipe.payload.splits:
            entry = _entry(plan, own)
            cut = entry.name if entry.kind != "captures" else ""
            key = json.dumps([cut, entry.train, entry.tune, str(plan.encoder(entry)), plan.fit(entry)])
            found.setdefault(key, []).append(entry)
    return list(found.values())


def _entry(plan: Plan, entry: SplitEntry) -> SplitEntry:
    """A split with the shorter fit of this task."""
    return dataclasses.replace(entry, fit={**entry.fit, **plan.recipe.payload.fit})
