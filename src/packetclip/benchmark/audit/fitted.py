"""Whether a method has anything fitted on the test side: it is made to answer twice, and may not answer otherwise."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from packetclip.benchmark.audit.finding import Example, Finding, Severity
from packetclip.benchmark.fold import Fold
from packetclip.benchmark.method import Method
from packetclip.benchmark.samples import Samples

__all__ = ["fitted", "part"]

LEARNED: Final = 60
"""Packets of a class that are learned from here, at most; half as many are tuned on and asked about."""
TOLERANCE: Final = 1e-4
"""What float32 sums in another order may differ by."""
SEEN: Final = ("fields", "masked", "payload", "payload_length")


def fitted(name: str, make: Callable[[Fold], Method], fold: Fold) -> list[Finding]:
    """What is wrong with the method that ``make`` makes, told on a small part of the fold.

    Fails where answers change with the packets that are asked about beside (a scaler or a threshold fitted on what is
    asked), or with a test side that was altered before the fit (something read it then), and where what the method was
    handed is changed. Warns where two fits alike differ, as nothing can be told then. Three fits in all.

    Methods of recipes are handed what is learned from and tuned on, and never the test side: of these the first
    question alone can fail. The second is for methods of one's own, which can be made in any way.
    """
    return list(_found(name, make, part(fold)))


def part(fold: Fold) -> Fold:
    """A small part of a fold, on which any method is fitted in seconds."""
    return dataclasses.replace(
        fold, train=_some(fold.train, LEARNED), tune=_some(fold.tune, LEARNED // 2), test=_some(fold.test, LEARNED // 2)
    )


def _found(name: str, make: Callable[[Fold], Method], fold: Fold) -> Iterator[Finding]:
    probe = fold.test.take(np.arange(len(fold.test)))
    before = [getattr(probe, column).copy() for column in SEEN]
    method, alone = _answers(make, fold, probe)
    if not all(np.array_equal(getattr(probe, column), kept) for column, kept in zip(SEEN, before, strict=True)):
        yield Finding("fitted", Severity.FAIL, f"{name} changes the packets that it is asked about.")
        return
    half = probe.take(np.arange(0, len(probe), 2))
    company = method.predict_proba(_joined(half, _altered(probe)))[: len(half)]
    if told := _differs(name, "alone and in other company", alone[::2], company, half):
        yield told
    _, again = _answers(make, fold, probe)
    if np.abs(alone - again).max(initial=0.0) > TOLERANCE:
        yield Finding("fitted", Severity.WARN, f"{name} answers otherwise when it is fitted again with the same seed.")
        return
    _, other = _answers(make, dataclasses.replace(fold, test=_altered(fold.test)), probe)
    if told := _differs(name, "after a fit with the test side as it is and with an altered one", alone, other, probe):
        yield told


def _answers(make: Callable[[Fold], Method], fold: Fold, probe: Samples) -> tuple[Method, NDArray[np.float64]]:
    method = make(fold)
    method.fit(fold.train, fold.tune)
    return method, np.array(method.predict_proba(probe))


def _differs(
    name: str, when: str, one: NDArray[np.float64], other: NDArray[np.float64], probe: Samples
) -> Finding | None:
    apart = np.abs(one - other).max(axis=1, initial=0.0)
    rows = np.flatnonzero(apart > TOLERANCE)
    if not len(rows):
        return None
    return Finding(
        "fitted",
        Severity.FAIL,
        f"{name} answers otherwise about {len(rows):,} of {len(probe):,} packets {when}: something of it is fitted on "
        "the test side.",
        tuple(
            Example(probe.names[probe.capture[row]], -1, "", f"{one[row].max():.4f} against {other[row].max():.4f}")
            for row in rows[:3]
        ),
    )


def _some(samples: Samples, most: int) -> Samples:
    rng = np.random.default_rng(0)
    usable = samples.scored & (samples.classes >= 0)
    rows = [np.flatnonzero(usable & (samples.classes == code)) for code in np.unique(samples.classes[usable])]
    kept = [own if len(own) <= most else rng.choice(own, most, replace=False) for own in rows]
    return samples.take(np.sort(np.concatenate([*kept, np.zeros(0, np.int64)]).astype(np.int64)))


def _altered(samples: Samples) -> Samples:
    """The same packets with other values: columns shuffled, larger, bytes turned over."""
    order = np.random.default_rng(1).permutation(len(samples))
    return dataclasses.replace(
        samples,
        fields=samples.fields[order] * np.float32(3.0) + np.float32(7.0),
        masked=255 - samples.masked[order],
        payload=255 - samples.payload[order],
        payload_length=samples.payload_length[order],
    )


def _joined(one: Samples, other: Samples) -> Samples:
    """Of the same captures, which joining would double."""
    columns = [f.name for f in dataclasses.fields(Samples) if f.name not in ("names", "networks")]
    parts: dict[str, Any] = {
        column: np.concatenate([getattr(one, column), getattr(other, column)]) for column in columns
    }
    return dataclasses.replace(one, **parts)
