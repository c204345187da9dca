"""Batches hold every pair once; a split parts no flow."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from packetclip.learning.contrastive.dataset import batch_count, batches
from tests.learning.contrastive.toys import toy_pairs


@given(st.integers(2, 200), st.integers(2, 50), st.integers(0, 5))
def test_every_row_once_but_a_lonely_last(rows: int, size: int, epoch: int) -> None:
    seen = list(batches(rows, size, 0, epoch))
    assert len(seen) == batch_count(rows, size)
    together = np.sort(np.concatenate(seen))
    assert len(together) == rows - (rows % size == 1)
    assert len(np.unique(together)) == len(together)
    assert min(map(len, seen)) > 1


def test_epochs_differ_and_repeat() -> None:
    first, second = (np.concatenate(list(batches(50, 8, 1, epoch))) for epoch in (0, 1))
    assert not np.array_equal(first, second)
    np.testing.assert_array_equal(first, np.concatenate(list(batches(50, 8, 1, 0))))


def test_groups_stay_together() -> None:
    pairs = dataclasses.replace(toy_pairs(60), group=np.arange(60) // 6)
    train, held = pairs.split(0.3, seed=0)
    assert len(train) + len(held) == 60
    assert len(held) > 0
    assert not set(train.group) & set(held.group)


def test_uneven_columns_are_refused() -> None:
    pairs = toy_pairs(4)
    with pytest.raises(ValueError, match="one row a packet"):
        dataclasses.replace(pairs, group=pairs.group[:3])


def test_a_caption_out_of_range_is_refused() -> None:
    with pytest.raises(ValueError, match="lies outside the 4 text vectors"):
        dataclasses.replace(toy_pairs(4), caption=np.full((4, 1), 4, np.int32))
