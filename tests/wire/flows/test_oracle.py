"""The kernel says what the plain-Python oracle says, in batches of any size."""

from __future__ import annotations

from collections import Counter
from itertools import takewhile

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from packetclip.wire.flows import CONN_STATES, FLOW, STEP, FlowConfig, FlowTable, FlowTracker
from packetclip.wire.flows.oracle import Oracle
from packetclip.wire.packets.batch import PACKET, PacketBatch
from tests.wire.flows.traffic import stream, streams

CONFIGS = st.sampled_from((FlowConfig(), FlowConfig(max_flows=3), FlowConfig(tcp_timeout_s=30, udp_timeout_s=0.5)))


def compare(packets: PacketBatch, config: FlowConfig, sizes: list[int]) -> FlowTable:
    """Track the packets in batches of the sizes given, cyclically, and compare every step and every flow."""
    tracker, oracle = FlowTracker(config), Oracle(config)
    found, at, turn = [], 0, 0
    ended: list[int] = []
    while at < len(packets):
        size = sizes[turn % len(sizes)]
        found.append(tracker.update(PacketBatch(packets.rows[at : at + size], packets.data)).rows)
        ended += tracker.ended()["flow"].tolist()
        at, turn = at + size, turn + 1
    steps = np.concatenate(found) if found else np.zeros(0, STEP)
    names = PACKET.names or ()
    wanted = [oracle.update(dict(zip(names, row, strict=True))) for row in packets.rows.tolist()]
    for name in STEP.names or ():
        assert steps[name].tolist() == [step[name] for step in wanted], name
    table, flows = tracker.table(), oracle.table()
    assert len(table) == len(flows)
    assert tracker.evicted == oracle.evicted
    assert tracker.joined_fragments == oracle.joined_fragments
    assert tracker.lone_fragments == oracle.lone_fragments
    assert ended == [flow.number for flow in oracle.ended]
    assert table.end_reasons() == [flow["end_reason"] for flow in flows]
    assert table.histories() == [flow["history"] for flow in flows]
    assert table.conn_states() == [flow["conn_state"] for flow in flows]
    for name in FLOW.names or ():
        if name not in ("history", "conn_state", "end_reason"):
            assert table[name].tolist() == [flow[name] for flow in flows], name
    return table


@settings(max_examples=200)
@given(streams(), CONFIGS, st.lists(st.integers(1, 20), min_size=1, max_size=4))
def test_generated_traffic(stream: PacketBatch, config: FlowConfig, sizes: list[int]) -> None:
    compare(stream, config, sizes)


class Prompt(Oracle):
    """Ends whatever has timed out at the next packet, however much that is."""

    def _end_an_idle_flow(self, now: int) -> None:
        for queue in self.queues:
            for flow in list(takewhile(lambda flow: self._idle(flow, now), queue)):
                self._end(flow, "idle")


@settings(max_examples=100)
@given(st.integers(0, 2**32), st.sampled_from((1 << 20, 200, 40)))
def test_nobody_sees_that_flows_wait_to_end(seed: int, most: int) -> None:
    """While clocks only go on: many flows, a silence, and then few packets; all is as if they had ended at once."""
    rows = np.concatenate([stream(seed, 250).rows, stream(seed + 1, 50).rows])
    rng = np.random.default_rng(seed)
    crowd = (np.arange(len(rows)) < 250) | (rng.random(len(rows)) < 0.2)
    rows["src_port"][crowd] = rng.integers(1024, 1500, len(rows))[crowd]
    rows["time_ns"] = 10**18 + np.cumsum(rng.integers(0, 2 * 10**8, len(rows)))
    rows["time_ns"][250:] += rng.choice([20, 61, 250, 301], 1)[0] * 10**9
    tracker, prompt = FlowTracker(FlowConfig(max_flows=most)), Prompt(FlowConfig(max_flows=most))
    steps = tracker.update(PacketBatch(rows, np.zeros(0, np.uint8)))
    wanted = [prompt.update(dict(zip(PACKET.names or (), row, strict=True))) for row in rows.tolist()]
    for name in STEP.names or ():
        assert steps[name].tolist() == [step[name] for step in wanted], name
    table, flows = tracker.table(), prompt.table()
    assert table.end_reasons() == [flow["end_reason"] for flow in flows]
    assert table["last_ns"].tolist() == [flow["last_ns"] for flow in flows]
    assert tracker.evicted == prompt.evicted
    assert tracker.lone_fragments == prompt.lone_fragments


@pytest.mark.parametrize("most", [1 << 20, 40])
def test_every_flow_leaves_once(most: int) -> None:
    """Those that wait to end are in the table of the open ones, with the reason that they will have."""
    rows = stream(3, 300).rows
    rows["src_port"][:200] = np.arange(1024, 1224)
    rows["time_ns"] = 10**18 + np.arange(300) * 10**6
    rows["time_ns"][200:] += 301 * 10**9
    tracker = FlowTracker(FlowConfig(max_flows=most, keep_ended=False))
    left = []
    for at in range(0, 300, 10):
        tracker.update(PacketBatch(rows[at : at + 10], np.zeros(0, np.uint8)))
        left.append(tracker.ended())
        assert len(left[-1]) <= 40
        still = tracker.table()
        numbers = np.concatenate([*(table["flow"] for table in left), still["flow"]])
        assert sorted(numbers.tolist()) == list(range(len(numbers)))
    reasons = Counter(reason for table in (*left, still) for reason in table.end_reasons())
    whole = FlowTracker(FlowConfig(max_flows=most))
    whole.update(PacketBatch(rows, np.zeros(0, np.uint8)))
    assert reasons == Counter(whole.table().end_reasons())
    assert reasons["idle"] > 20


def test_a_crowded_table() -> None:
    """Thousands of flows through a table of a hundred: probing, shifting back and eviction."""
    rng = np.random.default_rng(7)
    rows = np.zeros(6000, PACKET)
    rows["time_ns"] = 10**18 + np.cumsum(rng.integers(0, 10**8, len(rows)))
    rows["ip_version"], rows["link_type"], rows["vlan"] = 4, 1, -1
    rows["protocol"] = rng.choice([6, 17, 1], len(rows), p=[0.6, 0.3, 0.1])
    rows["icmp_type"] = 8
    for side in ("src", "dst"):
        rows[f"{side}_lo"] = 0xFFFF_0A00_0000 + rng.integers(1, 12, len(rows))
        rows[f"{side}_port"] = rng.choice([53, 80, 40000, 40001], len(rows))
    rows["tcp_flags"] = rng.choice([2, 18, 16, 24, 17, 4], len(rows))
    rows["tcp_seq"] = rng.choice([0, 1, 50, 2**32 - 1], len(rows))
    rows["tcp_window"] = rng.choice([0, 512], len(rows))
    rows["payload_length"] = rng.choice([0, 0, 50], len(rows))
    table = compare(PacketBatch(rows, np.zeros(0, np.uint8)), FlowConfig(max_flows=100), [997])
    assert set(table.conn_states()) == set(CONN_STATES)


def test_more_flows_than_a_cache_holds() -> None:
    """Floods and scans: what is read ahead changes nothing, neither when flows give way nor when they time out."""
    rng = np.random.default_rng(11)
    rows = np.zeros(14_000, PACKET)
    rows["time_ns"] = 10**18 + np.cumsum(rng.integers(0, 2 * 10**6, len(rows)))
    rows["time_ns"][12_000:] += 301 * 10**9
    rows["ip_version"], rows["protocol"], rows["vlan"], rows["tcp_flags"] = 4, 6, -1, 2
    rows["protocol"][rng.random(len(rows)) < 0.3] = 17
    rows["src_lo"] = 0xFFFF_0A00_0000 + rng.integers(1, 4000, len(rows))
    rows["dst_lo"], rows["dst_port"] = 0xFFFF_C0A8_0001, 80
    rows["src_port"] = rng.choice([1024, 2048, 40000, 40001], len(rows))
    packets = PacketBatch(rows, np.zeros(0, np.uint8))
    for most in (1 << 20, 8300):
        table = compare(packets, FlowConfig(max_flows=most, tcp_timeout_s=8), [4000, 33])
        assert len(table) > 10_000
