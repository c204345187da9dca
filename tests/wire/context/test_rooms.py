"""Rows whose memory is used again, though never while somebody looks at them."""

from __future__ import annotations

import gc

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from packetclip.wire.context.rooms import LARGE, ROOMS, Rooms, zeros


def test_zeros_begin_with_a_page() -> None:
    for size in (0, 1, 5000, LARGE - 1, LARGE + 1):
        room = zeros(size)
        assert len(room) >= size and room.ctypes.data % 4096 == 0 and not room.any()


def test_memory_is_used_again_when_the_last_view_is_gone() -> None:
    rooms = Rooms(3)
    first = rooms.take(100)
    view = first.view("V12")[10:, 0]
    at = first.ctypes.data
    del first
    gc.collect()
    assert rooms.take(100).ctypes.data != at
    del view
    gc.collect()
    assert at in [rows.ctypes.data for rows in [rooms.take(50) for _ in range(ROOMS)]]


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 4)), max_size=60))
def test_rows_that_are_held_keep_what_was_written(takes: list[tuple[int, int]]) -> None:
    rooms, held = Rooms(2), []
    for mark, (rows, keep) in enumerate(takes):
        taken = rooms.take(rows)
        assert taken.shape == (rows, 2) and taken.dtype == np.float32 and taken.flags.writeable
        taken[:] = mark
        held = [*held, (mark, taken)][-keep:] if keep else []
        del taken
        assert all((kept == number).all() for number, kept in held)
