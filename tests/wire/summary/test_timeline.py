"""Bins of a rate: the width follows from the time span alone, and nothing is lost when it grows."""

from __future__ import annotations

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from packetclip.wire.summary.timeline import BINS, CLOCK, WIDTHS_NS, tick

TIMES = st.one_of(
    st.integers(0, 10**9), st.integers(0, 10**14), st.integers(0, 2**62 - 1), st.integers(-(2**63), 2**63 - 1)
)


def test_each_width_divides_the_next() -> None:
    assert not (WIDTHS_NS[1:] % WIDTHS_NS[:-1]).any()
    assert 2**64 // int(WIDTHS_NS[-1]) + 1 < BINS


@given(st.lists(st.tuples(TIMES, st.integers(0, 10**9)), min_size=1, max_size=60))
@example([(-(2**63), 1), (2**63 - 1, 2), (0, 3)])
def test_any_times_in_any_order(packets: list[tuple[int, int]]) -> None:
    bins, clock = np.zeros((BINS, 2), np.int64), np.zeros(1, CLOCK)
    for time_ns, length in packets:
        tick(bins, clock[0], time_ns, length)
    times = [time_ns for time_ns, _ in packets]
    level = next(
        level for level, width in enumerate(WIDTHS_NS.tolist()) if max(times) // width - min(times) // width < BINS
    )
    width = int(WIDTHS_NS[level])
    assert (clock["level"], clock["first"], clock["last"]) == (level, min(times) // width, max(times) // width)
    wanted = np.zeros((BINS, 2), np.int64)
    for time_ns, length in packets:
        wanted[time_ns // width % BINS] += (1, length)
    assert bins.tolist() == wanted.tolist()
