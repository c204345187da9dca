"""Two steps at once give what one after the other gives, whatever fails."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from copy import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from packetclip.threads import available_cores, beside

WORKERS = (1, 2, 5)


@given(st.lists(st.integers()), st.sampled_from(WORKERS))
def test_what_is_remembered_is_the_same(items: list[int], workers: int) -> None:
    seen: list[int] = []

    def work(item: int) -> int:
        seen.append(item)
        return sum(seen)

    found = list(beside(iter(items), work, workers))
    assert found == [(item, sum(items[: n + 1])) for n, item in enumerate(items)]


def test_the_next_item_is_made_while_work_goes_on() -> None:
    made = threading.Event()

    def items() -> Iterator[int]:
        yield 0
        made.set()
        yield 1

    def work(item: int) -> bool:
        return made.wait(10.0)

    assert all(result for _, result in beside(items(), work, 2))


@pytest.mark.parametrize("workers", [1, 2])
def test_what_came_before_a_failure_is_given_first(workers: int) -> None:
    def items() -> Iterator[int]:
        yield from range(5)
        raise ValueError("torn")

    got = []
    with pytest.raises(ValueError, match="torn"):
        for _, result in beside(items(), lambda item: 2 * item, workers):
            got.append(result)
    assert got == [0, 2, 4, 6, 8]


@pytest.mark.parametrize("workers", [1, 2])
def test_work_that_fails_is_told(workers: int) -> None:
    with pytest.raises(ZeroDivisionError):
        list(beside([1, 0, 1], lambda item: 1 // item, workers))


def test_few_items_wait() -> None:
    made = iter(range(100))
    for item, _ in beside(made, lambda item: None, 2):
        left = len(list(copy(made)))
        assert 99 - left - item <= 2


def test_there_is_a_core() -> None:
    assert available_cores() >= 1
