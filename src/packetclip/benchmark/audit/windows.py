"""Windows that cross: a host's packets on both sides, so near in time that the context of one holds the other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from packetclip.benchmark.audit.finding import Finding, Severity, examples
from packetclip.benchmark.audit.sides import captures_of, learned_sides, share
from packetclip.benchmark.fold import Fold
from packetclip.benchmark.samples import Samples
from packetclip.wire.context.schema import WINDOWS_S

if TYPE_CHECKING:
    from packetclip.benchmark.plan import Plan

LONGEST_NS: Final = int(max(WINDOWS_S) * 1e9)


def windows(plan: Plan, fold: Fold) -> Iterator[Finding]:
    """Fails where a packet asked about and one learned from or tuned on share a capture, a host and the longest window.

    All context is kept of hosts (alone, in pairs, with a service or a name), so sides without a host in common do not
    cross. Sums fade and do not end: after a whole window 37 % of what was is left.
    """
    for done, side in learned_sides(fold):
        asked, learned = captures_of(fold.test, side)
        both = np.intersect1d(asked, learned)
        if not len(both):
            continue
        gap, same = _nearest(fold.test, asked, side, learned, both)
        rows = np.flatnonzero(gap < LONGEST_NS)
        if len(rows):
            near = rows[np.argsort(gap[rows], kind="stable")]
            yield Finding(
                "windows",
                Severity.FAIL,
                f"{len(rows):,} packets that are asked about ({share(len(rows), len(fold.test))}) lie within "
                f"{LONGEST_NS / 1e9:.0f} s, the context's longest window, of a packet of one of their hosts that is "
                f"{done}; the nearest are {gap[rows].min() / 1e9:.3g} s apart.",
                examples(plan, fold.test, near, side, same[near]),
            )
            return


def _nearest(
    test: Samples, asked: NDArray[np.int64], side: Samples, learned: NDArray[np.int64], both: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Time to the nearest learned packet of either host (N,), and where that is (N,)."""
    gap, same = np.full(len(test), np.iinfo(np.int64).max), np.full(len(test), -1, np.int64)
    for capture in both:
        mine, theirs = np.flatnonzero(asked == capture), np.flatnonzero(learned == capture)
        start = min(int(test.time_ns[mine].min()), int(side.time_ns[theirs].min()))
        hosts = np.concatenate([side.orig[theirs], side.resp[theirs]])
        when, rows = np.tile(side.time_ns[theirs] - start, 2), np.tile(theirs, 2)
        order = np.lexsort([when, hosts])
        hosts, when, rows = hosts[order], when[order], rows[order]
        known, begin = np.unique(hosts, return_index=True)
        ends = np.append(begin[1:], len(hosts))
        for host in (test.orig[mine], test.resp[mine]):
            place = np.minimum(np.searchsorted(known, host), len(known) - 1)
            here = known[place] == host
            for code in np.unique(place[here]):
                asking = np.flatnonzero(here & (place == code))
                _nearer(test.time_ns[mine[asking]] - start, when[begin[code] : ends[code]],
                        rows[begin[code] : ends[code]], mine[asking], gap, same)  # fmt: skip
    return gap, same


def _nearer(
    at: NDArray[Any], when: NDArray[Any], rows: NDArray[Any], mine: NDArray[Any], gap: NDArray[Any], same: NDArray[Any]
) -> None:
    after = np.searchsorted(when, at)
    for near in (np.maximum(after - 1, 0), np.minimum(after, len(when) - 1)):
        apart = np.abs(at - when[near])
        better = apart < gap[mine]
        gap[mine[better]], same[mine[better]] = apart[better], rows[near[better]]
