"""Audit: what would make a benchmark's figures mean less than they say, found before they are measured.

Each check is a file and a function of a plan and a fold that yields findings: a severity, a sentence, and the packets
that show it. ``audit`` runs them all. What a split leaks on purpose is said and does not fail where the recipe calls it
leaky. ``whole`` audits a recipe, ``fitted`` a method, and ``surrogate`` shows what a fitted method goes by.

It measures nothing and changes nothing, and it cannot see everything: data that was scaled or chosen with the test
side in view before it came here looks like any other.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from packetclip.benchmark.audit.classes import classes
from packetclip.benchmark.audit.columns import columns
from packetclip.benchmark.audit.conversations import conversations
from packetclip.benchmark.audit.corpus import corpus
from packetclip.benchmark.audit.episodes import episodes
from packetclip.benchmark.audit.finding import Example, Finding, Severity
from packetclip.benchmark.audit.fitted import fitted
from packetclip.benchmark.audit.flows import flows
from packetclip.benchmark.audit.lookalikes import lookalikes
from packetclip.benchmark.audit.packets import packets
from packetclip.benchmark.audit.surrogate import Surrogate, surrogate
from packetclip.benchmark.audit.whole import Audited, whole
from packetclip.benchmark.audit.windows import windows
from packetclip.benchmark.fold import Fold

if TYPE_CHECKING:
    from packetclip.benchmark.plan import Plan

__all__ = [
    "CHECKS",
    "Audited",
    "Check",
    "Example",
    "Finding",
    "Severity",
    "Surrogate",
    "audit",
    "fitted",
    "surrogate",
    "whole",
]

Looking: TypeAlias = "Callable[[Plan, Fold], Iterator[Finding]]"


class Check(NamedTuple):
    """One way in which figures can flatter."""

    look: Looking
    about: str
    by_design: bool = False
    """What it finds is what a leaky split is for."""


CHECKS: Final[Mapping[str, Check]] = {
    "flows": Check(flows, "flows on two sides", by_design=True),
    "conversations": Check(conversations, "conversations on two sides", by_design=True),
    "packets": Check(packets, "identical packets on two sides", by_design=True),
    "lookalikes": Check(lookalikes, "packets alike but for identities on two sides", by_design=True),
    "windows": Check(windows, "windows of the context that cross", by_design=True),
    "columns": Check(columns, "columns that are a name or a clock"),
    "episodes": Check(episodes, "episodes on two sides", by_design=True),
    "classes": Check(classes, "classes that are one event, or on one side alone"),
    "corpus": Check(corpus, "captures asked about that the encoder was pre-trained on", by_design=True),
}
"""By name, in the order in which they are told."""


def audit(plan: Plan, fold: Fold) -> list[Finding]:
    """What all checks find in a fold, check by check."""
    leaky = plan.split(fold.split).leaky
    found = []
    for check in CHECKS.values():
        for finding in check.look(plan, fold):
            expected = leaky and check.by_design and finding.severity is Severity.FAIL
            severity = Severity.EXPECTED if expected else finding.severity
            found.append(dataclasses.replace(finding, severity=severity, split=fold.split, fold=fold.name))
    return found
