"""What the checks find in the folds of a split, and in a method."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from packetclip.benchmark.audit import Severity, audit
from packetclip.benchmark.audit.whole import method
from packetclip.benchmark.plan import Plan, SplitEntry
from packetclip.benchmark.splits import folds

__all__ = ["measure", "measure_method"]

_SEED: Final = 0
"""What a split keeps apart does not depend on which packets are drawn."""


def measure(plan: Plan, entry: SplitEntry) -> Mapping[str, Any]:
    """``findings``, as dictionaries, worst first; what folds of one split share is said once."""
    found: dict[str, dict[str, Any]] = {}
    for fold in folds(plan, entry, _SEED):
        for finding in audit(plan, fold):
            told = finding.as_dict()
            found.setdefault(json.dumps([told["check"], told["sentence"]]), told)
    order = list(Severity)
    return {"findings": sorted(found.values(), key=lambda told: order.index(told["severity"]))}


def measure_method(plan: Plan, name: str) -> Mapping[str, Any]:
    """``findings`` about a method of the recipe, which is fitted on a few packets of the first split."""
    entry = plan.recipe.splits[0]
    fold = next(iter(folds(plan, entry, _SEED)))
    return {"findings": [finding.as_dict() for finding in method(plan, entry, fold, name)]}
