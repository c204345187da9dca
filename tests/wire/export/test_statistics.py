"""The accumulator says what the plain-Python oracle says, whatever the batches and whenever flows are taken away."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from packetclip.wire.export import FlowStatistics
from packetclip.wire.export.columns import columns
from packetclip.wire.export.oracle import Oracle
from packetclip.wire.flows import STEP, FlowConfig, FlowSteps, FlowTable, FlowTracker
from packetclip.wire.packets.batch import PACKET, PacketBatch
from tests.wire.flows.traffic import ACK, SYN, back, batch, packet, stream

NOTHING = np.zeros((0, 0), np.float32)


def any_stream(seed: int, count: int) -> PacketBatch:
    """The flows' own generated traffic, with what only statistics look at."""
    packets = stream(seed, count)
    rng = np.random.default_rng(seed)
    rows = packets.rows
    rows["length"] = rng.choice((60, 60, 1514, 9000, -3), count)
    rows["src_mac"], rows["dst_mac"] = rng.integers(0, 3, (2, count))
    for name, values in (
        ("dns_kind", (0, 1)),
        ("tls_type", (0, 22)),
        ("http_status", (0, 200)),
        ("reply_code", (0, 220)),
    ):
        rows[name] = rng.choice(values, count)
    rows["src_port"][rng.random(count) < 0.2] = 25
    return packets


@settings(max_examples=60)
@given(st.integers(0, 2**32), st.integers(0, 400), st.integers(1, 60), st.sampled_from((1 << 20, 5)))
def test_the_oracle_agrees(seed: int, count: int, size: int, max_flows: int) -> None:
    packets = any_stream(seed, count)
    packets.rows["length"] = np.maximum(packets.rows["length"], 0)
    tracker = FlowTracker(FlowConfig(max_flows=max_flows, keep_ended=False))
    statistics, oracle = FlowStatistics(np.array([1], np.int64)), Oracle()
    tables, taken, lasts = [], [], []
    numbers = np.arange(count * 2, dtype=np.float32).reshape(count, 2)

    def take(table: FlowTable) -> None:
        rows, last = statistics.take(table["flow"])
        tables.append(table.rows)
        taken.append(rows)
        lasts.append(last)

    last_packet: dict[int, int] = {}
    for at in range(0, count, size):
        part = PacketBatch(packets.rows[at : at + size], packets.data)
        steps = tracker.update(part)
        statistics.update(part, steps, numbers[at : at + size])
        take(tracker.ended())
        names = (PACKET.names or ()), (STEP.names or ())
        for offset, (row, step) in enumerate(zip(part.rows.tolist(), steps.rows.tolist(), strict=True)):
            told = dict(zip(names[0], row, strict=True)), dict(zip(names[1], step, strict=True))
            oracle.update(*told)
            last_packet[told[1]["flow"]] = at + offset
    take(tracker.table())
    assert len(statistics) == 0
    table = FlowTable(np.concatenate(tables))
    found = columns(table, np.concatenate(taken), np.concatenate(lasts), ["beside"])
    assert sorted(table["flow"].tolist()) == list(range(len(table)))
    for at, flow in enumerate(table["flow"].tolist()):
        wanted = oracle.describe(flow)
        assert found["beside"][at] == 2 * last_packet[flow] + 1
        for name, value in wanted.items():
            if name in ("orig_mac", "resp_mac"):
                assert np.concatenate(taken)[name][at] == value
            elif name.endswith(("_first", "_last")):
                time = found[name][at]
                assert (None if np.isnat(time) else time.astype(np.int64)) == value, name  # type: ignore[call-overload, union-attr]
            elif isinstance(value, str):
                assert found[name][at] == value
            else:
                # Two ways to sum gaps of minutes and of microseconds: they agree to a nanosecond in a thousand seconds.
                assert found[name][at] == pytest.approx(value, rel=1e-9, abs=1e-9 if "size" in name else 1e-6), name


def test_any_steps_are_survived() -> None:
    """Numbers of flows that collide in the table, and flows that nobody has seen."""
    rows = np.zeros(3000, PACKET)
    steps = np.zeros(3000, STEP)
    steps["flow"] = np.arange(3000) * 4096
    steps["event"] = 1
    statistics = FlowStatistics()
    statistics.update(PacketBatch(rows, np.zeros(0, np.uint8)), FlowSteps(steps), NOTHING)
    order = np.random.default_rng(1).permutation(3000) * 4096
    taken, _ = statistics.take(order[:2000])
    assert taken["flow"].tolist() == order[:2000].tolist()
    assert len(statistics) == 1000
    again, _ = statistics.take(order)
    assert again["used"].sum() == 1000
    assert len(statistics) == 0


def test_by_hand() -> None:
    second = 1_000_000_000
    rows: list[dict[str, Any]] = [
        packet(tcp_flags=SYN, length=60, time_ns=0, src_mac=1, dst_mac=2),
        back(tcp_flags=SYN | ACK, length=80, time_ns=second, src_mac=2, dst_mac=1),
        packet(tcp_flags=ACK, length=100, time_ns=3 * second, src_mac=1, dst_mac=2, http_method=1),
    ]
    tracker, statistics = FlowTracker(), FlowStatistics()
    steps = tracker.update(batch(rows))
    statistics.update(batch(rows), steps, NOTHING)
    told = columns(tracker.table(), *statistics.take(np.zeros(1, np.int64)), [])
    assert {name: np.asarray(told[name]).tolist()[0] for name in told if name.startswith(("size", "iat"))} == {
        "size_min": 60, "size_mean": 80.0, "size_std": 20.0, "size_max": 100,
        "iat_min": 1.0, "iat_mean": 1.5, "iat_std": pytest.approx(0.5**0.5), "iat_max": 2.0,
    }  # fmt: skip
    assert [told[f"{side}_{flag}"][0] for side in ("orig", "resp") for flag in ("syn", "ack", "fin")] == [
        1,
        1,
        0,
        1,
        1,
        0,
    ]
    assert (told["service"], told["orig_l2_addr"]) == (["http"], ["00:00:00:00:00:01"])
    assert told["resp_iat_max"][0] == told["resp_size_std"][0] == 0
