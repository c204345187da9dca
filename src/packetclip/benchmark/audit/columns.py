"""Columns that are a name or a clock: what they separate in training, they separate for reasons that end there."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from packetclip.benchmark.audit.finding import Example, Finding, Severity
from packetclip.benchmark.fold import LIFE, Fold
from packetclip.benchmark.samples import Samples
from packetclip.wire.context import FIELDS

if TYPE_CHECKING:
    from packetclip.benchmark.plan import Plan

ROWS: Final = 2_000
"""Packets of a capture that are looked at, at most."""
LEAST: Final = 50
CLOCK: Final = 0.995
"""Rank correlation with time from which a column is a clock."""
VARIED: Final = 0.2
"""Distinct values a packet that a clock has at least."""
STEPS: Final = 3
"""All in one direction, at least, of a clock that moves seldom."""
CAPTURES: Final = 3
"""Of which each has values of its own, at least."""
CONSTANT: Final = 0.99
"""Share of a host's packets that show its own value, from which a column is a name."""
DISTINCT: Final = 0.9
NAMED: Final = 8
"""Hosts or conversations that a name is told by, at least."""
OFTEN: Final = 3
"""Packets that each of them has, at least."""
PLACE: Final = 0.99
"""AUC of telling one capture's benign packets from the others', from which a column tells the place."""
SHOWN: Final = 8


def columns(plan: Plan, fold: Fold) -> Iterator[Finding]:
    """Fails for clocks and names among the context fields and masked bytes of what is learned from.

    A clock rises or falls with time through each capture, or takes values in each that it takes in no other: seconds
    since 1970 do both, where float32 leaves anything of them. A name has one value for each host or conversation, and
    another for each other: an address, a high port, an initial sequence number. Noted are columns that tell one
    network's benign packets from another's nearly without fault: what a method learns from them ends with the network.
    """
    train = _some(fold.train)
    if not len(train):
        return
    names = column_names(train)
    values = np.concatenate([train.fields, train.masked.astype(np.float32)], axis=1)
    groups = list(_groups(train))
    for n, name in enumerate(names):
        if text := _is_clock(values[:, n], train) or _is_name(values[:, n], groups):
            yield _found(fold, train, name, text, values[:, n])
    yield from _places(fold, train, names, values)


def _some(train: Samples) -> Samples:
    """Packets of the labelled captures, life left out: its captures are too small to tell anything."""
    rng = np.random.default_rng(0)
    kept = [np.zeros(0, np.int64)]
    for capture, network in enumerate(train.networks):
        rows = np.flatnonzero((train.capture == capture) & (network != LIFE))
        kept.append(rows if len(rows) <= ROWS else rng.choice(rows, ROWS, replace=False))
    return train.take(np.sort(np.concatenate(kept)))


def column_names(samples: Samples) -> list[str]:
    """Of the context fields, then of the masked bytes; numbers where the fields are not ours."""
    width = samples.fields.shape[1]
    known = [field.name for field in FIELDS] if width == len(FIELDS) else [f"field {n}" for n in range(width)]
    return known + [f"masked byte {n}" for n in range(samples.masked.shape[1])]


def _is_clock(values: NDArray[Any], train: Samples) -> str:
    """What makes the column a clock; empty where nothing does."""
    captures = [np.flatnonzero(train.capture == capture) for capture in np.unique(train.capture)]
    enough = [rows for rows in captures if len(rows) >= LEAST]
    if enough and all(_follows_time(values[rows], train.time_ns[rows]) for rows in enough):
        return "rises or falls with time in every capture: it is a clock"
    ranges = sorted((float(values[rows].min()), float(values[rows].max())) for rows in enough)
    apart = all(before[1] < after[0] for before, after in pairwise(ranges))
    if len(ranges) >= CAPTURES and apart:
        return "takes values in each capture that it takes in no other: it is a clock, or a number for the capture"
    return ""


def _follows_time(values: NDArray[Any], time_ns: NDArray[np.int64]) -> bool:
    steps = np.diff(values[np.argsort(time_ns, kind="stable")])
    up, down = int((steps > 0).sum()), int((steps < 0).sum())
    if max(up, down) >= STEPS and min(up, down) == 0:
        return True
    if len(np.unique(values)) < VARIED * len(values):
        return False
    return bool(abs(np.corrcoef(ranks(values), ranks(time_ns))[0, 1]) >= CLOCK)


def _groups(train: Samples) -> Iterator[tuple[str, NDArray[Any], NDArray[Any]]]:
    """What a column could name, with the rows (K,) that have a name and the group of each."""
    for what, keys in (("sender", train.orig), ("receiver", train.resp), ("conversation", train.conversation)):
        _, group, size = np.unique(keys, return_inverse=True, return_counts=True)
        rows = np.flatnonzero((size >= OFTEN)[group])
        _, group = np.unique(group[rows], return_inverse=True)
        if len(rows) and group.max() + 1 >= NAMED:
            yield what, rows, group


def _is_name(values: NDArray[Any], groups: list[tuple[str, NDArray[Any], NDArray[Any]]]) -> str:
    """What makes the column a name; empty where nothing does."""
    if len(np.unique(values)) < NAMED:
        return ""
    for what, rows, group in groups:
        usual, often = _commonest(values[rows], group)
        if often.sum() >= CONSTANT * len(rows) and len(np.unique(usual)) >= DISTINCT * len(usual):
            return f"has one value for each {what} and another for each other: it is a name"
    return ""


def _commonest(values: NDArray[Any], group: NDArray[Any]) -> tuple[NDArray[Any], NDArray[np.int64]]:
    """The commonest value (G,) of each group and how often it is there (G,)."""
    order = np.lexsort([values, group])
    begins = np.flatnonzero(np.r_[True, (np.diff(group[order]) != 0) | (np.diff(values[order]) != 0)])
    runs = np.diff(np.append(begins, len(order)))  # packets of one group and value
    of, value = group[order][begins], values[order][begins]
    by_length = np.lexsort([runs, of])
    last = by_length[np.r_[np.diff(of[by_length]) != 0, True]]
    return value[last], runs[last]


def _found(fold: Fold, train: Samples, name: str, text: str, values: NDArray[Any]) -> Finding:
    code, best = _best_class(train, values)
    told = f"; alone it tells {fold.classes[code]} from Benign with AUC {best:.3f}" if code else ""
    rows = sorted({0, len(train) // 2, len(train) - 1})
    shown = tuple(Example(train.names[train.capture[row]], -1, "", f"{name} = {values[row]:g}") for row in rows)
    return Finding("columns", Severity.FAIL, f"The column {name!r} {text}{told}.", shown)


def _best_class(train: Samples, values: NDArray[Any]) -> tuple[int, float]:
    """The attack that a column alone tells best from benign packets, and its AUC."""
    best = (0, 0.5)
    for code in np.unique(train.classes[train.classes > 0]):
        these = np.isin(train.classes, [0, code])
        value = separation(values[these], train.classes[these] == code)
        best = max(best, (int(code), value), key=lambda pair: pair[1])
    return best


def _places(fold: Fold, train: Samples, names: list[str], values: NDArray[Any]) -> Iterator[Finding]:
    benign = np.flatnonzero(train.classes == 0)
    network = np.array(train.networks)[train.capture[benign]]
    found: dict[int, tuple[float, str]] = {}
    for place in np.unique(network):
        here = network == place
        if LEAST <= here.sum() <= len(here) - LEAST:
            for n in range(len(names)):
                value = separation(values[benign, n], here)
                if value >= PLACE and value > found.get(n, (0.0, ""))[0]:
                    found[n] = (value, str(place))
    if found:
        order = sorted(found, key=lambda n: -found[n][0])
        told = []
        for n in order[:SHOWN]:
            code, best = _best_class(train, values[:, n])
            attack = f", {fold.classes[code]} {best:.3f}" if code else ""
            told.append(f"{names[n]} (network {found[n][1]} {found[n][0]:.3f}{attack})")
        rest = f", and {len(order) - SHOWN} more" if len(order) > SHOWN else ""
        yield Finding(
            "columns",
            Severity.NOTE,
            f"{len(order)} columns alone tell benign packets of one network from another's (AUC beside, and of the "
            f"attack that each tells best): {', '.join(told)}{rest}.",
        )


def separation(values: NDArray[Any], positive: NDArray[np.bool_]) -> float:
    """AUC of values (N,) for ``positive`` (N,), either way round; 0.5 where one side is empty."""
    many, few = int(positive.sum()), int((~positive).sum())
    if not many or not few:
        return 0.5
    area = (ranks(values)[positive].sum() - many * (many - 1) / 2) / (many * few)
    return float(max(area, 1.0 - area))


def ranks(values: NDArray[Any]) -> NDArray[np.float64]:
    """Ranks (N,) from 0, ties by their mean."""
    _, group, size = np.unique(values, return_inverse=True, return_counts=True)
    ranked: NDArray[np.float64] = (np.cumsum(size) - (size + 1) / 2)[group]
    return ranked
