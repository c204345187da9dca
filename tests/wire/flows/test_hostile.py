"""Rows of any bytes at all: the kernel answers each, in batches of any size alike."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from packetclip.wire.flows import FlowConfig, FlowTracker
from packetclip.wire.packets.batch import PACKET, PacketBatch


@settings(max_examples=50)
@given(st.integers(0, 2**32), st.integers(1, 200), st.integers(1, 50), st.booleans())
def test_any_rows(seed: int, count: int, size: int, few_keys: bool) -> None:
    rng = np.random.default_rng(seed)
    rows = np.frombuffer(rng.bytes(count * PACKET.itemsize), PACKET).copy()
    rows["dropped"][rng.random(count) < 0.9] = 0
    if few_keys:
        for name in ("src_hi", "src_lo", "dst_hi", "dst_lo", "src_port", "dst_port", "protocol"):
            rows[name] &= 1
    data = np.zeros(0, np.uint8)
    config = FlowConfig(max_flows=16)
    whole, pieces = FlowTracker(config), FlowTracker(config)
    steps = whole.update(PacketBatch(rows, data)).rows
    parts = [pieces.update(PacketBatch(rows[at : at + size], data)).rows for at in range(0, count, size)]
    assert steps.tobytes() == np.concatenate(parts).tobytes()
    assert whole.table().rows.tobytes() == pieces.table().rows.tobytes()
    assert (whole.table()["orig_pkts"] + whole.table()["resp_pkts"]).sum() == (steps["flow"] >= 0).sum()
    assert len(whole.table().community_ids()) == len(whole.table().histories()) == len(whole.table())
