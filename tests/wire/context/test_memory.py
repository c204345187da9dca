"""The table below all sums: decay, newness, room."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from packetclip.wire.context.memory import (
    MEMORY_NS,
    MOST_SPREAD,
    WAYS,
    add,
    find,
    learn,
    make_memory,
    mix,
    spread,
    touch,
)

SECOND = 1_000_000_000


def key_of(number: int) -> np.uint64:
    return np.uint64(mix(np.uint64(number), np.uint64(9)))


def same_set(count: int) -> list[np.uint64]:
    """Keys that all belong into the first slots of a table of 64."""
    return [key for key in map(key_of, range(1000)) if int(key) >> 8 & 7 == 0][:count]


def test_decay_and_newness() -> None:
    memory, key = make_memory(64, 2, 1), key_of(5)
    assert find(memory, key) == -1
    slot, fresh = touch(memory, key, SECOND)
    assert fresh and find(memory, key) == slot
    add(memory, slot, 1, 4.0)
    assert touch(memory, key, 3 * SECOND) == (slot, False)
    wanted = [4 * math.exp(-2 / window) for window in (1, 10, 60, 600)]
    assert memory.sums[slot, 1].tolist() == pytest.approx(wanted, rel=1e-6)
    assert not memory.sums[slot, 0].any()
    assert touch(memory, key, SECOND) == (slot, False), "a clock that steps back neither fades nor renews"
    assert memory.sums[slot, 1].tolist() == pytest.approx(wanted, rel=1e-6)
    assert touch(memory, key, 3 * SECOND + MEMORY_NS) == (slot, False)
    for later in (3 * SECOND + 2 * MEMORY_NS + 1, 3 * SECOND):
        assert touch(memory, key, later) == (slot, True), "silent for ten minutes, or the clock jumped back by as much"
        assert memory.first[slot] == memory.last[slot] == later
        assert not memory.sums[slot].any()


def test_a_full_set_forgets_the_longest_silent() -> None:
    memory, keys = make_memory(64, 0, 0), same_set(WAYS + 2)
    for position, key in enumerate(keys[:WAYS]):
        touch(memory, key, position)
    assert memory.forgotten[0] == 0
    touch(memory, keys[0], 100)
    touch(memory, keys[WAYS], 101)
    assert memory.forgotten[0] == 1
    assert find(memory, keys[1]) == -1 and find(memory, keys[0]) >= 0
    touch(memory, keys[WAYS + 1], 102)
    assert memory.forgotten[0] == 2 and find(memory, keys[2]) == -1


@settings(max_examples=50)
@given(st.lists(st.integers(0, 60), max_size=200))
def test_as_a_dict_of_sets(numbers: list[int]) -> None:
    """Each set of slots is a small memory of the last WAYS keys that were touched."""
    memory = make_memory(16, 0, 0)
    sets: list[list[int]] = [[], []]
    for now, number in enumerate(numbers):
        key = key_of(number)
        kept = sets[int(key) >> 8 & 1]
        known = number in kept
        assert touch(memory, key, now)[1] is not known
        if known:
            kept.remove(number)
        kept.append(number)
        del kept[:-WAYS]
    alive = {number for kept in sets for number in kept}
    for number in range(61):
        assert (find(memory, key_of(number)) >= 0) == (number in alive)


@given(st.lists(st.floats(0, 1e6), min_size=2, max_size=10))
def test_mean_and_spread_of_ten_are_the_plain_ones(values: list[float]) -> None:
    extra = np.zeros(3)
    for value in values:
        learn(extra, 0, value)
    assert extra[0] == len(values)
    assert extra[1] == pytest.approx(np.mean(values), rel=1e-9, abs=1e-9)
    assert extra[2] == pytest.approx(np.var(values), rel=1e-6, abs=1e-3)


def test_a_mean_that_fades_does_not_make_the_spread_grow_without_end() -> None:
    extra = np.zeros(3)
    for value in [1e6] + [0.0] * 5000:
        learn(extra, 0, value)
        assert 0 <= spread(extra, 0) <= MOST_SPREAD


def test_keys_are_never_zero() -> None:
    assert all(int(mix(np.uint64(n), np.uint64(0))) & 1 for n in range(1000))
