"""Classes that are one event, or on one side alone: what is said of them is said of something else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from packetclip.benchmark.audit.episodes import episodes_of, shown
from packetclip.benchmark.audit.finding import Finding, Severity
from packetclip.benchmark.fold import Fold

if TYPE_CHECKING:
    from packetclip.benchmark.plan import Plan


def classes(plan: Plan, fold: Fold) -> Iterator[Finding]:
    """Fails for a class of one episode on either side, and for one that is withheld and learned from all the same.

    Warns of a class that is asked about and cannot be learned, and notes those that are never asked about. A withheld
    group is one behaviour: it fails where all its classes together have one episode.
    """
    withheld = bool(fold.name)
    groups = [fold.asked] if withheld else [(code,) for code in fold.asked]
    never = []
    for group in groups:
        label = fold.name if withheld else fold.classes[group[0]]
        train, tune, test = (
            set().union(*(episodes_of(side, code) for code in group)) for side in (fold.train, fold.tune, fold.test)
        )
        if withheld and (train or tune):
            said = f"{label} is withheld, and is learned from or tuned on."
            yield Finding("classes", Severity.FAIL, said, shown(train | tune))
        if not test:
            never.append(label)
        elif not train and not withheld:
            said = f"{label} is asked about and cannot be learned: train has none of it."
            yield Finding("classes", Severity.WARN, said, shown(test))
        for done, found in (("asked about", test), ("learned from", train if not withheld else set())):
            if len(found) == 1:
                said = (
                    f"{label} has one episode that is {done}: figures are of that event, whatever their interval. Add "
                    "a capture that holds another, or label it Unknown."
                )
                yield Finding("classes", Severity.FAIL, said, shown(found))
    left = [] if withheld else [label for code, label in enumerate(fold.classes) if code and code not in fold.asked]
    if left:
        said = f"{', '.join(left)}: not asked about, as one side has fewer than two episodes."
        yield Finding("classes", Severity.NOTE, said)
    if never:
        said = f"{', '.join(never)}: nothing of it is on the test side, so there is no figure."
        yield Finding("classes", Severity.WARN if withheld else Severity.NOTE, said)
