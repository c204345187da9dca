"""Identical packets on two sides: copies of what was learned, whatever their capture is called."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from packetclip.benchmark.audit.finding import Finding, Severity, examples
from packetclip.benchmark.audit.recurrence import recurrence
from packetclip.benchmark.audit.sides import share
from packetclip.benchmark.fold import Fold
from packetclip.benchmark.samples import Samples

if TYPE_CHECKING:
    from packetclip.benchmark.plan import Plan

FACTOR: Final = 2.0
MARGIN: Final = 0.002


def packets(plan: Plan, fold: Fold) -> Iterator[Finding]:
    """Fails where packets are equal, from the network header on, to learned ones more often than is usual.

    Asked are packets with a payload, which hold numbers of their own: an id, a sequence number, a time. ARP and bare
    floods hold none. Usual is what the learned captures share with each other; fails beyond twice that and 0.2 %.
    """
    found = recurrence(fold, "content", telling)
    if len(found.rows) and found.beyond(FACTOR, MARGIN):
        yield Finding(
            "packets",
            Severity.FAIL,
            f"{len(found.rows):,} packets that are asked about ({share(len(found.rows), found.telling)} of those with "
            f"a payload) are byte for byte among those learned from or tuned on; {found.usual:.2%} is "
            f"{'the most that captures of those sides share' if found.known else 'taken as usual'}.",
            examples(plan, fold.test, found.rows, found.learned, found.same),
        )


def telling(samples: Samples) -> NDArray[np.bool_]:
    """Packets (N,) with a payload, and read."""
    tells: NDArray[np.bool_] = samples.scored & (samples.payload_length > 0) & (samples.content != 0)
    return tells
