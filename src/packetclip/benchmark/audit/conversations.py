"""Conversations (5-tuples) on two sides: flows that were cut in two, or captures that were copied."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from packetclip.benchmark.audit.finding import Finding, Severity, examples
from packetclip.benchmark.audit.recurrence import recurrence
from packetclip.benchmark.audit.sides import captures_of, firsts, learned_sides, share
from packetclip.benchmark.fold import Fold
from packetclip.benchmark.samples import Samples

if TYPE_CHECKING:
    from packetclip.benchmark.plan import Plan

FACTOR: Final = 2.0
MARGIN: Final = 0.02


def conversations(plan: Plan, fold: Fold) -> Iterator[Finding]:
    """Fails where a capture's conversation is on two sides, or where other captures share more than is usual.

    Usual is what the learned captures share with each other: fixed ports on both ends (NTP, DHCP), and high ports that
    come again by chance. Fails beyond twice that and 2 % of packets; warns beyond it and 2 %.
    """
    for done, side in learned_sides(fold):
        asked, learned = captures_of(fold.test, side)
        same = firsts(_within(fold.test, asked), _within(side, learned))
        rows = np.flatnonzero((same >= 0) & (fold.test.flow >= 0))
        if len(rows):
            yield Finding(
                "conversations",
                Severity.FAIL,
                f"{len(rows):,} packets that are asked about ({share(len(rows), len(fold.test))}) are of conversations "
                f"whose other packets, of the same capture, are {done}.",
                examples(plan, fold.test, rows, side, same[rows]),
            )
            return
    found = recurrence(fold, "conversation", lambda samples: samples.flow >= 0)
    if found.beyond(1.0, MARGIN):
        yield Finding(
            "conversations",
            Severity.FAIL if found.beyond(FACTOR, MARGIN) else Severity.WARN,
            f"{share(len(found.rows), found.telling)} of the packets that are asked about have the addresses, ports "
            f"and protocol of conversations that are learned from or tuned on; {found.usual:.1%} is "
            f"{'the most that captures of those sides share' if found.known else 'taken as usual'}.",
            examples(plan, fold.test, found.rows, found.learned, found.same),
        )


def _within(samples: Samples, captures: NDArray[np.int64]) -> NDArray[np.uint64]:
    return samples.conversation ^ (captures.astype(np.uint64) + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
