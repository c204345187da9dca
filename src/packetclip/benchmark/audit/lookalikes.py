"""Packets alike but for identities on two sides: no copies, but nothing new is asked by them either."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from packetclip.benchmark.audit.finding import Finding, Severity, examples
from packetclip.benchmark.audit.recurrence import Recurrence, recurrence
from packetclip.benchmark.audit.sides import share
from packetclip.benchmark.fold import Fold
from packetclip.benchmark.samples import Samples

if TYPE_CHECKING:
    from packetclip.benchmark.plan import Plan

FACTOR: Final = 2.0
MARGIN: Final = 0.1
PAYLOAD: Final = 16
MANY: Final = 0.5


def lookalikes(plan: Plan, fold: Fold) -> Iterator[Finding]:
    """Fails where masked headers and payloads are equal to learned ones more often than is usual.

    Asked are packets of 16 bytes of payload and more: bare ACKs and SYNs are alike everywhere. Usual is what the
    learned captures share with each other. Fails beyond twice that and 10 %, warns beyond it and 10 %; attacks of
    which half the packets look like learned ones are noted, as bytes alone may tell those.
    """
    found = recurrence(fold, "alike", telling)
    if found.beyond(1.0, MARGIN):
        yield Finding(
            "lookalikes",
            Severity.FAIL if found.beyond(FACTOR, MARGIN) else Severity.WARN,
            f"{len(found.rows):,} packets that are asked about ({share(len(found.rows), found.telling)} of those with "
            f"{PAYLOAD} bytes of payload) are alike, but for identities, to some learned from or tuned on; "
            f"{found.usual:.1%} is "
            f"{'the most that captures of those sides share' if found.known else 'taken as usual'}.",
            examples(plan, fold.test, found.rows, found.learned, found.same),
        )
    if told := _classes(fold, found):
        yield Finding("lookalikes", Severity.NOTE, f"Share of packets that look like learned ones: {', '.join(told)}.")


def _classes(fold: Fold, found: Recurrence) -> list[str]:
    tells, seen = telling(fold.test), np.zeros(len(fold.test), bool)
    seen[found.rows] = True
    told = []
    for code in fold.asked:
        own = tells & (fold.test.classes == code)
        if own.any() and (part := float(seen[own].mean())) >= MANY:
            told.append(f"{fold.classes[code]} {part:.0%}")
    return told


def telling(samples: Samples) -> NDArray[np.bool_]:
    """Packets (N,) with enough of a payload to differ."""
    tells: NDArray[np.bool_] = samples.scored & (samples.payload_length >= PAYLOAD)
    return tells
