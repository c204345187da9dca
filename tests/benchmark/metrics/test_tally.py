"""Counting in parts: any parts, in any order, in any memory, give the same columns."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from packetclip.benchmark import Samples
from packetclip.benchmark.metrics import Tally
from packetclip.benchmark.metrics.scale import image
from tests.benchmark.toys import toy

NAMES = ("Benign", "a")
PACKET = st.tuples(st.floats(0.0, 1.0), st.integers(0, 1), st.integers(0, 2), st.integers(0, 3))
CELLS = st.sampled_from([3, 8, 1000])


def counted(stream: list[tuple[float, int, int, int]], cells: int) -> Tally:
    of = samples(stream)
    tally = Tally(NAMES, cells)
    tally.add(scores(stream), of)
    return tally


def samples(stream: list[tuple[float, int, int, int]]) -> Samples:
    """Each packet in one of three minutes, of the class, in one of four episodes."""
    some = toy(np.zeros((len(stream), 1), np.float32), np.array([c for _, c, _, _ in stream], np.int16))
    return replace(
        some,
        time_ns=np.array([minute * 60_000_000_000 for _, _, minute, _ in stream], np.int64),
        episodes=np.array([e if c else -1 for _, c, _, e in stream], np.int32),
    )


def scores(stream: list[tuple[float, int, int, int]]) -> np.ndarray:
    return np.array([[1.0 - score, score] for score, *_ in stream]).reshape(-1, 2)


def same(one: Tally, other: Tally) -> bool:
    columns = [(one.column(m), other.column(m)) for m in range(2)]
    return one.units == other.units and all(
        left.bits == right.bits
        and sorted(zip(left.images, left.units, left.counts, strict=True))
        == sorted(zip(right.images, right.units, right.counts, strict=True))
        for left, right in columns
    )


@given(st.lists(PACKET, max_size=60), st.lists(st.integers(0, 3), min_size=60, max_size=60), CELLS)
def test_parts_in_any_order(stream: list[tuple[float, int, int, int]], part: list[int], cells: int) -> None:
    whole, merged = counted(stream, cells), Tally(NAMES, cells)
    parts = [[packet for packet, own in zip(stream, part, strict=False) if own == k] for k in (2, 0, 3, 1)]
    for k, own in enumerate(parts):
        if k % 2:
            merged.merge(counted(own, cells))
        else:
            merged.add(scores(own), samples(own))
    assert same(whole, merged)
    assert (whole.confusion == merged.confusion).all()


@given(st.lists(PACKET, max_size=60), CELLS)
def test_no_packet_is_lost_and_memory_is_bounded(stream: list[tuple[float, int, int, int]], cells: int) -> None:
    tally = counted(stream, cells)
    for m in range(2):
        column = tally.column(m)
        assert column.counts.sum() == len(stream)
        assert len(column.counts) <= max(cells, len(tally.units))
        assert (np.diff(column.images) >= 0).all()
        if m and not column.bits:
            expected = np.sort(image(scores(stream)[:, 1]))
            np.testing.assert_array_equal(np.repeat(column.images, column.counts), expected)


def test_units_are_episodes_and_minutes() -> None:
    tally = counted([(0.5, 0, 1, 0), (0.5, 1, 1, 7), (0.4, 1, 2, 7), (0.1, 0, 1, 0)], 100)
    assert [tuple(unit) for unit in tally.units] == [(0, "toy", False, 1), (1, "toy", True, 7)]
    of = samples([(0.5, 1, 2, 0)])
    tally.add(np.array([[0.5, 0.5]]), replace(of, episodes=np.array([-1], np.int32)))
    assert tuple(tally.units[1]) == (1, "toy", False, 2)
