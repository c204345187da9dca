"""The audit of a whole recipe: every fold of its splits, then its methods."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from packetclip.benchmark.audit.finding import Finding, Severity
from packetclip.benchmark.audit.fitted import fitted, part
from packetclip.benchmark.audit.surrogate import surrogate
from packetclip.benchmark.fitted import answers
from packetclip.benchmark.fold import Fold
from packetclip.benchmark.splits import folds
from packetclip.errors import PacketclipError

if TYPE_CHECKING:
    from packetclip.benchmark.plan import Plan, SplitEntry

__all__ = ["Audited", "whole"]

SEED = 0


@dataclass(frozen=True, slots=True)
class Audited:
    """What was found in a fold, or in the methods where ``split`` is empty."""

    split: str
    fold: str
    packets: tuple[int, int, int]
    """To learn from, to tune on, asked about."""
    findings: tuple[Finding, ...]

    @property
    def failed(self) -> bool:
        """Whether nothing should be measured."""
        return any(finding.severity is Severity.FAIL for finding in self.findings)


def whole(plan: Plan, split: str = "", progress: Callable[[str, int, int], None] | None = None) -> Iterator[Audited]:
    """Findings of each fold of the recipe's splits, or of one split by its name, as they come; seed 0 stands for all.

    At the end each method is fitted some times on a few packets of the first fold: is anything of it fitted on the test
    side (:func:`fitted`), and what does it go by (:func:`surrogate`)? Those that cannot be made are told as such.
    Raises RecipeError, and whatever reading the captures raises.
    """
    from packetclip.benchmark.audit import audit

    entries = [plan.split(split)] if split else list(plan.recipe.splits)
    first: tuple[SplitEntry, Fold] | None = None
    for n, entry in enumerate(entries):
        if progress:
            progress("auditing splits", n, len(entries))
        for fold in folds(plan, entry, SEED):
            first = first or (entry, fold)
            sides = (len(fold.train), len(fold.tune), len(fold.test))
            yield Audited(entry.name, fold.name, sides, tuple(audit(plan, fold)))
    if progress:
        progress("auditing splits", len(entries), len(entries))
    if first is not None:
        yield Audited("", "", (0, 0, 0), tuple(_methods(plan, *first, progress)))


def method(plan: Plan, entry: SplitEntry, fold: Fold, name: str) -> list[Finding]:
    """What :func:`fitted` and :func:`surrogate` say of a method of the recipe; one that cannot be made is told so."""
    try:
        return [*fitted(name, lambda small: plan.method(name, entry, SEED), fold), _goes_by(plan, entry, fold, name)]
    except PacketclipError as error:
        said = f"{name} could not be asked whether anything of it is fitted on the test side. {error}"
        return [Finding("fitted", Severity.WARN, said)]


def _goes_by(plan: Plan, entry: SplitEntry, fold: Fold, name: str) -> Finding:
    small, made = part(fold), plan.method(name, entry, SEED)
    made.fit(small.train, small.tune)
    told = surrogate(small.train, answers(made, small.train), fold.classes)
    severity = Severity.WARN if told.flagged else Severity.NOTE
    return Finding("surrogate", severity, f"{name}, learned from {len(small.train):,} packets. {told.sentence}")


def _methods(
    plan: Plan, entry: SplitEntry, fold: Fold, progress: Callable[[str, int, int], None] | None
) -> Iterator[Finding]:
    for n, name in enumerate(plan.recipe.methods):
        if progress:
            progress("auditing methods", n, len(plan.recipe.methods))
        yield from method(plan, entry, fold, name)
    if progress:
        progress("auditing methods", len(plan.recipe.methods), len(plan.recipe.methods))
