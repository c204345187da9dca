"""Learn and set thresholds at home, then look at others' captures once."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from packetclip.benchmark.fitted import answers, fitted
from packetclip.benchmark.plan import Plan, SplitEntry
from packetclip.benchmark.tasks.quiet.asked import asked, samples
from packetclip.benchmark.tasks.quiet.home import learned, tuned
from packetclip.benchmark.tasks.quiet.outcome import outcome
from packetclip.benchmark.tasks.quiet.sweep import OPERATING, active_hours, thresholds, told
from packetclip.errors import CaptureError

__all__ = ["SHIPPED", "measure", "measure_shipped"]

SHIPPED: Final = "as it ships"
"""The model of the package, with the story settings that it came with."""


def measure(plan: Plan, entry: SplitEntry, method: str, seed: int) -> Mapping[str, Any]:
    """What :func:`~packetclip.benchmark.tasks.quiet.outcome.outcome` says, and ``hours`` and ``captures_tuned``."""
    train, tune = learned(plan, entry, seed), tuned(plan, entry)
    key = json.dumps(["quiet", method, seed, entry.name])
    one = fitted(key, lambda: plan.method(method, entry, seed), train, tune).method
    limits = thresholds(answers(one, tune), tune, plan.classes)
    captures = asked(plan)
    others = samples(captures)
    found = told(answers(one, others), others, plan.classes, limits)
    return {
        **outcome(found, captures, plan.classes, OPERATING),
        "thresholds": dict(zip(plan.classes[1:], limits[OPERATING].tolist(), strict=True)),
        "hours": active_hours(tune),
        "tuned_on": len(tune.names),
    }


def measure_shipped(plan: Plan) -> Mapping[str, Any]:
    """The same of one setting only, the model's own. Raises IncompatibleModel, MissingModel."""
    from packetclip.benchmark.watched import watch
    from packetclip.datasets import mission_name
    from packetclip.model import load

    model, captures = load(), asked(plan)
    column = {mission_name(label): m for m, label in enumerate(plan.classes[1:])}
    found = np.zeros((1, len(captures), len(column)), np.bool_)
    for c, one in enumerate(captures):
        try:
            stories = watch(model, one.path).stories
        except CaptureError:  # an odd file is no story
            continue
        for mission in {story.mission for story in stories} & set(column):
            found[0, c, column[mission]] = True
    return outcome(found, captures, plan.classes, 0)
