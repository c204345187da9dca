"""The compiled counts are the plain ones, on any rows, in batches of any size."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from packetclip.wire.flows import STEP, FlowSteps, FlowTracker
from packetclip.wire.packets import LINK_TYPES, PacketBatch, format_addresses
from packetclip.wire.packets.batch import PACKET
from packetclip.wire.summary import Summarizer, Summary, cardinality, talkers
from packetclip.wire.summary.names import (
    DISSECTED_ETHER_TYPES,
    DISSECTED_PROTOCOLS,
    LINK_LAYERS,
    ether_type_name,
    ip_protocol_name,
)
from packetclip.wire.summary.summarizer import LISTED
from tests.wire.context.traffic import rows as any_rows
from tests.wire.flows.traffic import MAPPED, back, batch, packet, streams
from tests.wire.summary.oracle import Oracle, registers_of

NONE = np.zeros(0, np.uint8)


def compare(packets: PacketBatch, steps: FlowSteps, size: int = 1 << 30) -> Summary:
    """Kernel and oracle over the same rows; returns the summary."""
    oracle, summarizer = Oracle(), Summarizer()
    oracle.update(packets, steps)
    for at in range(0, len(packets), size):
        part = slice(at, at + size)
        summarizer.update(PacketBatch(packets.rows[part], packets.data), FlowSteps(steps.rows[part]))
    found = summarizer.summary()
    assert found.packets == len(packets)
    assert (found.bytes, found.captured_bytes, found.cut) == (
        sum(n for _, n in oracle.times),
        oracle.captured,
        oracle.cut,
    )

    links: Counter[str] = Counter()
    for number, n in oracle.links.items():
        links["other" if not 0 <= number < 1 << 16 else LINK_TYPES.get(number, str(number))] += n
    assert found.link_types == links
    protocols = oracle.applications + oracle.layers
    for number, n in oracle.ether_types.items():
        protocols[ether_type_name(number)] += n * (number not in DISSECTED_ETHER_TYPES)
    for number, n in oracle.protocols.items():
        protocols[ip_protocol_name(number)] += n * (number not in DISSECTED_PROTOCOLS)
    assert found.protocols == {name: n for name, n in protocols.items() if n and name not in LINK_LAYERS}
    assert found.tunnels == oracle.tunnels
    assert found.flows == oracle.flows.total()
    flows: Counter[str] = Counter()
    for number, n in oracle.flows.items():
        flows["arp" if number == 256 else ip_protocol_name(number)] += n
    assert found.flows_by_protocol == +flows

    services = [(s.transport, s.port, s.packets, s.bytes, s.flows) for s in found.services]
    assert services == oracle.top_services()[:LISTED]
    assert found.ports == len(oracle.services)

    assert found.missed_bytes == oracle.floor
    assert found.hosts_exact == (oracle.floor == 0)
    if found.hosts_exact:
        assert found.hosts == len(oracle.addresses)
    top = oracle.talkers()[:LISTED]
    hi, lo = (np.array([address[half] for address, _ in top], np.uint64) for half in (0, 1))
    assert [talker.address for talker in found.talkers] == format_addresses(hi, lo)
    assert [
        ([t.sent_packets, t.sent_bytes], [t.received_packets, t.received_bytes], t.missed_bytes) for t in found.talkers
    ] == [(host.sent, host.received, host.missed) for _, host in top]

    if found.rate is None:
        assert not oracle.times
    else:
        first, width, counts, sizes = oracle.rate()
        assert (found.rate.start_s, found.rate.bin_s) == (first * width / 1e9, width / 1e9)
        assert (list(found.rate.packets), list(found.rate.bytes)) == (counts, sizes)
    return found


@settings(max_examples=40)
@given(streams(), st.integers(1, 100))
def test_streams(packets: PacketBatch, size: int) -> None:
    compare(packets, FlowTracker().update(packets), size)


@settings(max_examples=20)
@given(st.integers(0, 2**32), st.integers(0, 200), st.integers(1, 60))
def test_applications(seed: int, count: int, size: int) -> None:
    packets = any_rows(seed, count)
    compare(packets, FlowTracker().update(packets), size)


@settings(max_examples=40)
@given(st.integers(0, 2**32), st.integers(0, 200), st.integers(1, 60), st.booleans())
def test_rows_of_any_bytes(seed: int, count: int, size: int, near: bool) -> None:
    rng = np.random.default_rng(seed)
    rows = np.frombuffer(rng.bytes(count * PACKET.itemsize), PACKET).copy()
    steps = np.frombuffer(rng.bytes(count * STEP.itemsize), STEP).copy()
    rows["dropped"][rng.random(count) < 0.8] = 0
    if near:
        rows["time_ns"] %= 10**12
    compare(PacketBatch(rows, NONE), FlowSteps(steps), size)


def flood(seed: int, count: int, hosts: int) -> PacketBatch:
    """Packets of forged senders to one host, and between them a few that talk."""
    rng = np.random.default_rng(seed)
    rows = np.zeros(count, PACKET)
    rows["ip_version"], rows["protocol"], rows["link_type"], rows["vlan"] = 4, 17, 1, -1
    rows["time_ns"] = np.cumsum(rng.integers(0, 10**7, count))
    rows["length"] = rows["captured"] = rng.integers(60, 1500, count)
    rows["src_lo"] = MAPPED | rng.integers(1000, 1000 + hosts, count).astype(np.uint64)
    rows["dst_lo"] = MAPPED | 1
    honest = rng.random(count) < 0.1
    rows["src_lo"][honest] = MAPPED | rng.integers(2, 12, int(honest.sum())).astype(np.uint64)
    return PacketBatch(rows, NONE)


def test_more_hosts_than_are_remembered() -> None:
    packets = flood(7, 30_000, 25_000)
    found = compare(packets, FlowTracker().update(packets), 10_000)
    assert not found.hosts_exact
    truth: Counter[int] = Counter()
    for name in ("src_lo", "dst_lo"):
        for address, length in zip(packets[name].tolist(), packets["length"].tolist(), strict=True):
            truth[address] += length
    assert found.hosts == pytest.approx(len(truth), rel=0.03)
    assert found.missed_bytes <= 2 * 2 * found.bytes / talkers.MOST
    assert found.talkers[0].address == "0.0.0.1"
    listed = {int(talker.address.rpartition(".")[2]): talker for talker in found.talkers[:11]}
    assert sorted(listed) == list(range(1, 12))  # those who really talk come first, however many are forged
    for number, talker in listed.items():
        assert talker.bytes <= truth[MAPPED | number] <= talker.bytes + talker.missed_bytes


@settings(max_examples=20)
@given(st.sets(st.tuples(st.integers(0, 2**64 - 1), st.integers(0, 2**64 - 1)), max_size=300))
def test_distinct_addresses(addresses: set[tuple[int, int]]) -> None:
    registers = np.zeros(cardinality.REGISTERS, np.uint8)
    for _ in range(2):
        for hi, lo in addresses:
            cardinality.sight(registers, np.uint64(hi), np.uint64(lo))
    assert registers.tobytes() == registers_of(addresses, cardinality.BITS).tobytes()
    assert cardinality.estimate(registers) == pytest.approx(len(addresses), abs=3)


@pytest.mark.parametrize("count", [10_000, 40_000, 100_000, 300_000])
def test_the_estimate_has_the_error_that_it_should(count: int) -> None:
    rng = np.random.default_rng(count)
    errors = []
    for _ in range(4):
        registers = np.zeros(cardinality.REGISTERS, np.uint8)
        words = rng.integers(0, 2**64, count, np.uint64)
        place = words >> np.uint64(64 - cardinality.BITS)
        rest = (words << np.uint64(cardinality.BITS)) >> np.uint64(cardinality.BITS)
        rank = (64 - cardinality.BITS) - np.floor(np.log2(rest.astype(np.float64) + 0.5)).astype(np.int64)
        np.maximum.at(registers, place, rank.astype(np.uint8))
        errors.append(cardinality.estimate(registers) / count - 1)
    assert abs(np.mean(errors)) < 3 * 0.0082 / 2


def test_a_responders_port_is_the_service() -> None:
    packets = batch([packet(length=60, tcp_flags=2), back(length=1000, tcp_flags=18)])
    found = compare(packets, FlowTracker().update(packets))
    (service,) = found.services
    assert (service.transport, service.port, service.name) == ("tcp", 80, "http")
    assert (service.packets, service.bytes, service.flows) == (2, 1060, 1)
    assert [(t.address, t.sent_bytes, t.received_bytes) for t in found.talkers] == [
        ("0.0.0.1", 60, 1000),
        ("0.0.0.2", 1000, 60),
    ]


def test_nothing() -> None:
    found = Summarizer().summary()
    assert (found.packets, found.first_seen, found.rate, found.services, found.duration_s) == (0, None, None, (), 0.0)
