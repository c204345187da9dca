"""Attacks that nobody learned from: a class, or a group of classes that act alike, is withheld and then asked about."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from packetclip.benchmark.fold import Fold
from packetclip.benchmark.samples import Samples, join
from packetclip.benchmark.splits.cutting import need
from packetclip.errors import RecipeError

if TYPE_CHECKING:
    from packetclip.benchmark.plan import Plan, SplitEntry


def class_withheld(plan: Plan, entry: SplitEntry, seed: int) -> Iterator[Fold]:
    """A fold for each group of the recipe; where it names none, for each attack that the test side holds.

    Train and tune are whole captures without packets of the group; test holds the group and benign life alone, so that
    the figures are of any attack against benign. What the group did before stays in the context of other packets, there
    labelled Benign: that can only hurt. Raises RecipeError for classes that the data does not have.
    """
    yield from _folds(plan, entry, seed, groups_of(plan, entry))


def behaviour_withheld(plan: Plan, entry: SplitEntry, seed: int) -> Iterator[Fold]:
    """As :func:`class_withheld`, for groups that act alike: withholding one flood of four asks little.

    Raises RecipeError where the recipe names no groups.
    """
    groups = groups_of(plan, entry)
    if not groups:
        raise RecipeError(
            f"Split {entry.name!r} withholds behaviours and names none. Add a table groups: "
            'groups = { floods = ["SYN Flood", "UDP Flood"] }.'
        )
    yield from _folds(plan, entry, seed, groups)


def groups_of(plan: Plan, entry: SplitEntry) -> dict[str, tuple[int, ...]]:
    """Classes of each group by its name. Raises RecipeError."""
    codes = {label: code for code, label in enumerate(plan.classes) if code}
    found = {}
    for name, labels in entry.groups.items():
        unknown = [label for label in labels if label not in codes] if isinstance(labels, list) else [labels]
        if unknown or not labels:
            raise RecipeError(
                f"Group {name!r} of split {entry.name!r} must be a list of attacks of the data; "
                f"{', '.join(map(repr, unknown)) or 'nothing'} is none. Known: {', '.join(codes)}."
            )
        found[name] = tuple(codes[label] for label in labels)
    return found


def _folds(plan: Plan, entry: SplitEntry, seed: int, groups: dict[str, tuple[int, ...]]) -> Iterator[Fold]:
    need(entry, "train", "tune", "test")
    train = join([plan.drawn(entry.train, seed), *plan.life(seed)])
    tune = join([plan.samples(name) for name in entry.tune])
    test = join([plan.samples(name) for name in entry.test])
    if not groups:
        groups = {plan.classes[code]: (int(code),) for code in np.unique(test.classes) if code > 0}
    for name, codes in groups.items():
        asked = np.isin(test.classes, codes) | (test.classes == 0)
        yield Fold(
            entry.name, name, _without(train, codes), _without(tune, codes), test.take(asked), plan.classes, codes
        )


def _without(samples: Samples, codes: tuple[int, ...]) -> Samples:
    return samples.take(~np.isin(samples.classes, codes))
