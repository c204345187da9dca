"""The table below all sums: decay, newness, room."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numba import njit

from packetclip.wire.context.memory import (
    CACHE_LINE,
    FADES,
    MEMORY_NS,
    MOST_SPREAD,
    MOST_TOUCHES,
    NEW,
    SET,
    WAYS,
    add,
    entry,
    expect,
    factors,
    find,
    learn,
    make_memory,
    mix,
    place,
    renew,
    seek,
    spread,
)
from packetclip.wire.context.schema import WINDOWS_S, Sum

SECOND = 1_000_000_000


SUMS = (Sum("pkts", ()), Sum("flows", ()))
KIND = entry({"host": SUMS}, running=["size"], numbers=["open"], words=["key"], clocks=["first_ns"])


@njit
def touch_in(table: Any, key: Any, now: int, fades: Any) -> Any:
    of_set, fill, summed = table.sets[place(key, len(table.sets))], table.fill[0], len(table.entries[0].sums) > 0
    soon = expect(of_set, fill, key, now, summed)
    slot, silence = seek(of_set, fill, key, now, summed)
    renew(table.entries[slot], silence, fades[0])
    return silence == NEW, slot == soon


@njit
def slot_in(sets: Any, key: Any) -> int:
    return int(find(sets[place(key, len(sets))], key))


class Table:
    """A table as kernels use it."""

    def __init__(self, capacity: int, kind: Any = KIND) -> None:
        (self.table,), self.fades = make_memory((capacity, kind)), np.zeros(1, FADES)

    def touch(self, key: np.uint64, now: int) -> bool:
        """Whether the key is new."""
        new, as_expected = touch_in(self.table, key, now, self.fades)
        assert as_expected
        return bool(new)

    def entry(self, key: np.uint64) -> Any:
        return self.table.entries[slot_in(self.table.sets, key)]

    def knows(self, key: np.uint64) -> bool:
        return bool(slot_in(self.table.sets, key) >= 0)

    @property
    def forgotten(self) -> int:
        return int(self.table.fill["forgotten"][0])


def key_of(number: int) -> np.uint64:
    return np.uint64(mix(np.uint64(number), np.uint64(9)))


def same_set(count: int) -> list[np.uint64]:
    """Keys that all belong into the first set of a table of 64 slots."""
    return [key for key in map(key_of, range(1000)) if place(key, 64 // WAYS) == 0][:count]


def test_names_of_one_entry_are_places_in_its_block() -> None:
    one = np.zeros(1, KIND)[0]
    one["host"] = [[1, 2, 3, 4], [5, 6, 7, 8]]
    assert one["pkts"].tolist() == [1, 2, 3, 4] and one["flows"].tolist() == [5, 6, 7, 8]
    assert one["sums"].tolist() == [1, 2, 3, 4, 5, 6, 7, 8]
    assert not one["size"].any() and one["open"] == one["key"] == one["first_ns"] == 0
    one["everything"] = 0
    assert not one["host"].any()


def test_sets_and_entries_begin_with_a_cache_line() -> None:
    for table in make_memory((64, KIND), (128, entry())):
        for part in (table.sets, table.entries):
            assert part.ctypes.data % CACHE_LINE == 0 and part.itemsize % CACHE_LINE == 0
    assert SET.itemsize == 3 * CACHE_LINE and (SET.fields or {})["last_ns"][1] == CACHE_LINE


def test_tables_of_one_piece_of_memory_do_not_overlap() -> None:
    tables = make_memory((64, KIND), (16, entry()), (8, KIND))
    for table in tables:
        table.sets["slots"] = 1
        table.entries["everything"] = 2
    for table, slots in zip(tables, (64, 16, 8), strict=True):
        assert (len(table.sets), len(table.entries)) == (slots // WAYS, slots)
        assert (
            (table.sets["slots"] == 1).all()
            and not table.sets["keys"].any()
            and (table.entries["everything"] == 2).all()
        )


def test_touches_are_counted_to_an_end() -> None:
    table, key = Table(64), key_of(5)
    table.touch(key, SECOND)
    table.table.sets["touches"] = MOST_TOUCHES
    assert not table.touch(key, SECOND)
    assert (table.table.sets["touches"] == MOST_TOUCHES).all()


def test_decay_and_newness() -> None:
    table, key = Table(64), key_of(5)
    assert not table.knows(key)
    assert table.touch(key, SECOND) and table.knows(key)
    known = table.entry(key)
    add(known["flows"], 4.0)
    assert not table.touch(key, 3 * SECOND)
    wanted = [4 * math.exp(-2 / window) for window in (1, 10, 60, 600)]
    assert known["flows"].tolist() == pytest.approx(wanted, rel=1e-6)
    assert not known["pkts"].any()
    assert not table.touch(key, SECOND), "a clock that steps back neither fades nor renews"
    assert known["flows"].tolist() == pytest.approx(wanted, rel=1e-6)
    assert not table.touch(key, 3 * SECOND + MEMORY_NS)
    for later in (3 * SECOND + 2 * MEMORY_NS + 1, 3 * SECOND):
        assert table.touch(key, later), "silent for ten minutes, or the clock jumped back by as much"
        assert not known["sums"].any()


@given(st.lists(st.integers(1, 10**12), min_size=1, max_size=60))
def test_factors_are_the_exponentials_whatever_was_asked_before(silences: list[int]) -> None:
    fades = np.zeros(1, FADES).view(np.recarray)[0]
    for silence in silences:
        wanted = np.float32([math.exp(-(silence * 1e-9) * (1.0 / window)) for window in WINDOWS_S])
        assert factors(fades, silence).factors.tolist() == wanted.tolist() * 16


def test_a_full_set_forgets_the_longest_silent() -> None:
    table, keys = Table(64), same_set(WAYS + 2)
    for position, key in enumerate(keys[:WAYS]):
        table.touch(key, position)
    assert table.forgotten == 0
    table.touch(keys[0], 100)
    table.touch(keys[WAYS], 101)
    assert table.forgotten == 1
    assert not table.knows(keys[1]) and table.knows(keys[0])
    table.touch(keys[WAYS + 1], 102)
    assert table.forgotten == 2 and not table.knows(keys[2])


def test_forged_addresses_do_not_displace_who_speaks() -> None:
    table, keys = Table(64), same_set(WAYS + 90)
    for second in range(20):
        table.touch(keys[0], second * SECOND)
    table.touch(keys[1], 20 * SECOND)
    for position, key in enumerate(keys[2:]):
        table.touch(key, 21 * SECOND + position * SECOND)
    assert table.knows(keys[0]) and not table.knows(keys[1])
    for position, key in enumerate(keys[2:]):
        table.touch(key, MEMORY_NS + 20 * SECOND + position)
    assert not table.knows(keys[0]), "but not for ever"


@settings(max_examples=50)
@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 3)), max_size=200), st.sampled_from((KIND, entry())))
def test_as_a_dict_of_sets(touches: list[tuple[int, int]], kind: Any) -> None:
    """Each set of slots is a small memory that forgets the greatest silence for its touches."""
    table, now = Table(16, kind), 0
    sets: list[list[dict[str, int]]] = [[], []]

    def missed(known: dict[str, int]) -> float:
        worth = known["touches"] if kind is KIND else 1 + known["touches"] // 32
        return (now - known["last"]) / worth**2

    for number, later in touches:
        now += later
        kept = sets[int(place(key_of(number), 2))]
        known = [e for e in kept if e["number"] == number]
        assert table.touch(key_of(number), now) == (not known)
        new = {"number": number, "last": now, "touches": 1}
        if known:
            known[0].update(last=now, touches=known[0]["touches"] + 1)
        elif len(kept) < WAYS:
            kept.append(new)
        else:
            kept[max(range(WAYS), key=lambda way: missed(kept[way]))] = new
    alive = {e["number"] for kept in sets for e in kept}
    for number in range(61):
        assert table.knows(key_of(number)) == (number in alive)


@given(st.lists(st.floats(0, 1e6), min_size=2, max_size=10))
def test_mean_and_spread_of_ten_are_the_plain_ones(values: list[float]) -> None:
    extra = np.zeros(3)
    for value in values:
        learn(extra, value)
    assert extra[0] == len(values)
    assert extra[1] == pytest.approx(np.mean(values), rel=1e-9, abs=1e-9)
    assert extra[2] == pytest.approx(np.var(values), rel=1e-6, abs=1e-3)


def test_a_mean_that_fades_does_not_make_the_spread_grow_without_end() -> None:
    extra = np.zeros(3)
    for value in [1e6] + [0.0] * 5000:
        learn(extra, value)
        assert 0 <= spread(extra) <= MOST_SPREAD


def test_keys_are_never_zero() -> None:
    assert all(int(mix(np.uint64(n), np.uint64(0))) & 1 for n in range(1000))
