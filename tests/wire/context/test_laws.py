"""What holds whatever the traffic: any size of batch, bounded memory, finite values, shares and flags within 0 to 1."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from packetclip.wire.context import FIELDS, Context, ContextConfig, ContextTracker
from packetclip.wire.flows import STEP, FlowConfig, FlowSteps, FlowTracker
from packetclip.wire.packets.batch import PACKET, PacketBatch
from tests.wire.context.agreement import values
from tests.wire.context.traffic import START_NS, lives, rows, tracked

NO_DATA = np.zeros(0, np.uint8)
FLOOD = 300_000


def assert_sane(found: NDArray[np.float32]) -> None:
    for column, field in zip(found.T, FIELDS, strict=True):
        assert np.isfinite(column).all(), field.name
        assert (column >= 0).all(), field.name
        if field.unit in ("share", "flag"):
            assert (column <= 1).all(), field.name
        if field.unit == "flag":
            assert np.isin(column, (0, 1)).all(), field.name


@settings(max_examples=60)
@given(st.integers(0, 2**32), st.integers(1, 200), st.integers(1, 50), st.booleans())
def test_any_bytes_of_packets_and_steps(seed: int, count: int, size: int, few_keys: bool) -> None:
    rng = np.random.default_rng(seed)
    packets = np.frombuffer(rng.bytes(count * PACKET.itemsize), PACKET).copy()
    steps = np.frombuffer(rng.bytes(count * STEP.itemsize), STEP).copy()
    packets["dropped"][rng.random(count) < 0.9] = 0
    steps["flow"][rng.random(count) < 0.8] &= 7
    steps["quoted_flow"] = rng.choice((-1, 0, 3, 9), count)
    if few_keys:
        for name in ("src_hi", "src_lo", "dst_hi", "dst_lo", "src_port", "dst_port", "arp_src_mac", "arp_operation"):
            packets[name] &= 1
        packets["time_ns"] %= 10**12
    batch = PacketBatch(packets, NO_DATA)
    whole = values(batch, FlowSteps(steps))
    assert_sane(whole)
    assert whole.tobytes() == values(batch, FlowSteps(steps), size).tobytes()
    assert not whole[(packets["dropped"] != 0) | (steps["flow"] < 0)].any()


@settings(max_examples=40)
@given(lives(), st.integers(1, 20))
def test_batches_of_any_size(packets: PacketBatch, size: int) -> None:
    steps = tracked(packets)
    whole = values(packets, steps)
    assert_sane(whole)
    assert whole.tobytes() == values(packets, steps, size).tobytes()


@settings(max_examples=20)
@given(st.integers(0, 2**32), st.integers(1, 200))
def test_the_future_changes_nothing(seed: int, count: int) -> None:
    packets = rows(seed, count)
    half = PacketBatch(packets.rows[: count // 2], NO_DATA)
    whole = values(packets, tracked(packets))
    assert whole[: count // 2].tobytes() == values(half, tracked(half)).tobytes()


@settings(max_examples=20)
@given(lives(), st.integers(0, 2**32))
def test_addresses_are_no_values(packets: PacketBatch, seed: int) -> None:
    """Other hosts of the same kind, other hardware, other ephemeral ports: the same context."""
    steps = tracked(packets)
    renamed = packets.rows.copy()
    move = np.random.default_rng(seed).permutation(256).astype(np.uint64)
    for side in ("src", "dst", "quoted_src", "quoted_dst"):
        low = renamed[f"{side}_lo"]
        known = low != 0
        low[known] = (low[known] & ~np.uint64(0xFF)) | move[(low[known] & np.uint64(0xFF)).astype(int)]
    for name in ("src_mac", "arp_src_mac"):
        renamed[name][renamed[name] != 0] += np.uint64(seed)
    assert values(PacketBatch(renamed, NO_DATA), steps).tobytes() == values(packets, steps).tobytes()


def flood() -> PacketBatch:
    """One SYN each of many forged sources to one service, 30 µs apart."""
    packets = np.zeros(FLOOD, PACKET)
    packets["time_ns"] = START_NS + np.arange(FLOOD) * 30_000
    packets["link_type"], packets["vlan"], packets["ip_version"], packets["protocol"] = 1, -1, 4, 6
    packets["src_lo"] = 0xFFFF_0000_0000 + np.random.default_rng(1).permutation(1 << 19)[:FLOOD] * 4099
    packets["dst_lo"], packets["src_port"], packets["dst_port"], packets["tcp_flags"] = 0xFFFF_0A00_0001, 4000, 80, 2
    return PacketBatch(packets, NO_DATA)


def sizes(tracker: ContextTracker) -> list[int]:
    return [part.nbytes for table in tracker._state for part in table]


def test_a_flood_of_forged_sources_takes_no_more_memory() -> None:
    packets, tracker = flood(), ContextTracker(ContextConfig(flows=1 << 12, hosts=1 << 11))
    before = sizes(tracker)
    steps = FlowTracker(FlowConfig(max_flows=1 << 16)).update(packets)
    found: Context | None = None
    seen = 0
    for at in range(0, FLOOD, 1 << 14):
        part = PacketBatch(packets.rows[at : at + (1 << 14)], NO_DATA)
        found = tracker.update(part, FlowSteps(steps.rows[at : at + (1 << 14)]))
        assert_sane(found.values)
        seen += len(part)
    assert found is not None
    assert sizes(tracker) == before
    # Sources, flows, pairs and services are all new and all give way; the victim is seen too often to be forgotten.
    assert tracker.forgotten > 3 * (FLOOD - (1 << 13))
    assert found["resp_peers_600s"][-1] > 0.98 * FLOOD
    assert found["target_half_open_600s"][-1] > 0.98 * FLOOD
    assert found["orig_flows_600s"][-1] == 1.0


def test_with_room_for_everything_its_size_is_no_matter() -> None:
    packets = rows(5, 300)
    steps = tracked(packets)
    small, large = ContextTracker(ContextConfig(flows=1 << 10, hosts=1 << 10)), ContextTracker()
    assert small.update(packets, steps).values.tobytes() == large.update(packets, steps).values.tobytes()
    assert small.forgotten == large.forgotten == 0
