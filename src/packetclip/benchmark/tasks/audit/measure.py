"""What the checks find in the folds of a split."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from packetclip.benchmark.audit import Severity, audit
from packetclip.benchmark.plan import Plan, SplitEntry
from packetclip.benchmark.splits import folds

__all__ = ["measure"]

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
