"""A packet remembers the last packets of its key, whatever the batches."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from packetclip.model import History, history_index, history_keys
from packetclip.wire.flows.steps import STEP
from packetclip.wire.packets.batch import PACKET


def remembered(keys: list[int], steps: int, memory: int) -> list[list[int]]:
    """The oracle: per packet the rows it remembers, oldest first, itself last, -1 where there is none."""
    rows = []
    for now, key in enumerate(keys):
        earlier = [row for row in range(max(0, now - memory + 1), now) if keys[row] == key]
        earlier = earlier[max(0, len(earlier) - (steps - 1)) :] if steps > 1 else []
        rows.append([-1] * (steps - 1 - len(earlier)) + earlier + [now])
    return rows


@given(
    keys=st.lists(st.integers(0, 5), min_size=1, max_size=120),
    steps=st.integers(1, 6),
    memory=st.sampled_from([1, 4, 16]),
)
def test_index_equals_oracle(keys: list[int], steps: int, memory: int) -> None:
    index = history_index(np.array(keys, np.uint64) << np.uint64(9), steps, memory)
    assert index.tolist() == remembered(keys, steps, memory)


def test_table_is_rebuilt_and_forgets_only_what_is_too_old() -> None:
    rng = np.random.default_rng(1)
    keys = rng.integers(0, 300, 3000)
    index = history_index(keys.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15), 4, 64)
    assert index.tolist() == remembered(keys.tolist(), 4, 64)


@given(
    keys=st.lists(st.integers(0, 4), min_size=1, max_size=90),
    cuts=st.lists(st.integers(1, 30), min_size=1, max_size=10),
    steps=st.integers(1, 5),
)
def test_history_gives_the_rows_of_the_index(keys: list[int], cuts: list[int], steps: int) -> None:
    N, D, memory = len(keys), 3, 16
    rng = np.random.default_rng(0)
    key, value = rng.normal(size=(N, D)).astype(np.float32), rng.normal(size=(N, D)).astype(np.float32)
    hashes = np.array(keys, np.uint64) << np.uint64(20)
    history, start, turn = History(steps, D, memory), 0, 0
    while start < N:
        stop = min(N, start + cuts[turn % len(cuts)])
        got_keys, got_values, mask = history.update(hashes[start:stop], key[start:stop], value[start:stop])
        for row, wanted in enumerate(remembered(keys, steps, memory)[start:stop]):
            for step, source in enumerate(wanted):
                assert mask[row, step] == (source >= 0)
                assert np.array_equal(got_keys[row, step], key[source] if source >= 0 else np.zeros(D))
                assert np.array_equal(got_values[row, step], value[source] if source >= 0 else np.zeros(D))
        start, turn = stop, turn + 1


def test_memory_must_be_a_power_of_two() -> None:
    with pytest.raises(ValueError, match="power of two"):
        History(3, 4, memory=12)


def test_keys() -> None:
    packets, steps = np.zeros(5, PACKET), np.zeros(5, STEP)
    packets["ip_version"] = 4
    packets["src_lo"], packets["dst_lo"] = [1, 2, 1, 3, 1], [2, 1, 3, 1, 2]
    steps["flow"], steps["is_orig"] = [0, 0, 1, 1, -1], [1, 0, 1, 0, 1]
    pair = history_keys(packets, steps, "pair")
    assert pair[0] == pair[1] == pair[4] != pair[2] == pair[3]
    originator = history_keys(packets, steps, "originator")
    assert len(set(originator.tolist())) == 1
    flow = history_keys(packets, steps, "flow")
    assert flow[0] == flow[1] != flow[2] == flow[3]
    assert flow[4] == pair[4]
    assert not history_keys(packets, steps, "none").any()


def test_frames_without_addresses_go_by_hardware_address() -> None:
    packets, steps = np.zeros(3, PACKET), np.zeros(3, STEP)
    packets["ether_type"] = 0x88CC
    packets["src_mac"], packets["dst_mac"] = [1, 2, 1], [2, 1, 3]
    pair = history_keys(packets, steps, "pair")
    assert pair[0] == pair[1] != pair[2]
