"""Flows on two sides: a method that knows a flow's beginning knows its end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from packetclip.benchmark.audit.finding import Finding, Severity, examples
from packetclip.benchmark.audit.sides import captures_of, firsts, learned_sides, share
from packetclip.benchmark.fold import Fold
from packetclip.benchmark.samples import Samples

if TYPE_CHECKING:
    from packetclip.benchmark.plan import Plan


def flows(plan: Plan, fold: Fold) -> Iterator[Finding]:
    """Fails for any packet asked about whose flow is also learned from or tuned on; of both, the first is told."""
    for done, side in learned_sides(fold):
        asked, learned = captures_of(fold.test, side)
        same = firsts(_keys(fold.test, asked), _keys(side, learned))
        same[fold.test.flow < 0] = -1
        rows = np.flatnonzero(same >= 0)
        if len(rows):
            n = len(np.unique(_keys(fold.test, asked)[rows]))
            yield Finding(
                "flows",
                Severity.FAIL,
                f"{len(rows):,} packets that are asked about ({share(len(rows), len(fold.test))}) are of {n:,} flows "
                f"that are also {done}.",
                examples(plan, fold.test, rows, side, same[rows]),
            )
            return


def _keys(samples: Samples, captures: NDArray[np.int64]) -> NDArray[np.int64]:
    return (captures << np.int64(40)) + samples.flow
