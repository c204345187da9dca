"""Numbers in words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from packetclip.language.captions import quantities as q


@pytest.mark.parametrize(
    ("value", "noun", "words"),
    [
        (0.0, "flow", "no flows"),
        (1.0, "flow", "1 flow"),
        (0.97, "flow", "about 1 flow"),
        (2.6, "DNS query", "about 3 DNS queries"),
        (37.0, "address", "37 addresses"),
        (212.0, "flow", "about 210 flows"),
        (1234.0, "ARP reply", "about 1,200 ARP replies"),
        (99.7, "new host", "about 100 new hosts"),
        (1e15, "packet", "1,000,000,000,000,000 packets"),
    ],
)
def test_counts(value: float, noun: str, words: str) -> None:
    assert q.count_words(value, noun) == words


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0.0, "no bytes"),
        (96.0, "96 bytes"),
        (847.0, "about 850 bytes"),
        (999.0, "about 1 kB"),
        (1_440_000.0, "about 1.4 MB"),
        (14_000_000.0, "14 MB"),
        (2.5e12, "2.5 TB"),
    ],
)
def test_sizes(value: float, words: str) -> None:
    assert q.size_words(value) == words


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0.0002, "under a millisecond"),
        (0.0204, "about 20 ms"),
        (1.0, "1 second"),
        (30.0, "30 seconds"),
        (89.0, "89 seconds"),
        (307.0, "about 5.1 minutes"),
        (7200.0, "2 hours"),
        (1e6, "about 12 days"),
    ],
)
def test_times(value: float, words: str) -> None:
    assert q.time_words(value) == words


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (0.0, "0 percent"),
        (0.001, "under 1 percent"),
        (0.97, "97 percent"),
        (0.972, "about 97 percent"),
        (1.0, "100 percent"),
    ],
)
def test_percents(share: float, words: str) -> None:
    assert q.percent_words(share) == words


@pytest.mark.parametrize(
    ("value", "bound"), [(0, 50), (49, 50), (50, 100), (82, 100), (155, 200), (600, 1000), (1e6, 2e6)]
)
def test_bounds(value: float, bound: float) -> None:
    assert q.upper_bound(value) == bound


@given(st.floats(0.0, q.LARGEST))
def test_a_bound_lies_above_and_not_far(value: float) -> None:
    bound = q.upper_bound(value)
    assert value < bound <= max(50.0, 2.51 * value)


@given(st.floats(0.5, q.LARGEST))
def test_rounding_keeps_two_significant_digits(value: float) -> None:
    assert abs(q.round_significant(value) - value) <= 0.0501 * value
    assert abs(q.round_count(value) - value) <= max(0.5, 0.0501 * value)


@given(st.floats(0.0, q.LARGEST))
def test_any_number_finds_words(value: float) -> None:
    for words in (
        q.count_words(value, "flow"),
        q.size_words(value),
        q.time_words(value),
        q.magnitude_words(value, "flow"),
    ):
        assert words
    assert q.portion_words(value)
