from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from packetclip.datasets.spans import ALWAYS, ANY, NEITHER, Conversations, Span
from packetclip.wire.packets.addresses import parse_address
from tests.datasets.making import T0, TRAFFIC, A, B, C, Sent, written

S = 10**9


@pytest.fixture
def traffic(tmp_path: Path) -> Conversations:
    return Conversations.read(written(tmp_path / "x.pcap", TRAFFIC))


def span(
    src: str | None, sport: int, dst: str | None, dport: int, protocol: int, first: float, last: float, code: int = 1
) -> Span:
    ends = [None if host is None else parse_address(host) for host in (src, dst)]
    times = [round((T0 + after) * S) for after in (first, last)]
    return Span(ends[0], ends[1], sport, dport, protocol, times[0], times[1], code)


def test_packets_of_either_direction_are_covered_while_the_span_lasts(traffic: Conversations) -> None:
    covered = traffic.cover([span(B, 80, A, 40000, 6, 0, 1)], rest=0)
    assert covered.classes.tolist() == [1, 1, 0, 0, 0, 0, 0]
    assert covered.packets == 2
    assert covered.episodes.tolist() == [0, 0, -1, -1, -1, -1, -1]


def test_what_no_span_covers_is_what_was_asked_for(traffic: Conversations) -> None:
    assert traffic.cover([], rest=-1).classes.tolist() == [-1] * 7
    assert traffic.cover([span(A, 1, B, 2, 6, 0, 9)], rest=0).packets == 0


def test_of_spans_that_overlap_the_one_that_began_last_counts(traffic: Conversations) -> None:
    spans = [span(A, 40000, B, 80, 6, 0, 9, 1), span(A, 40000, B, 80, 6, 0.4, 1, 2)]
    assert traffic.cover(spans, rest=0).classes.tolist()[:4] == [1, 2, 0, 1]
    assert traffic.cover(spans[::-1], rest=0).classes.tolist()[:4] == [1, 2, 0, 1]


def test_of_spans_that_begin_together_the_attack_counts_then_the_first_row(traffic: Conversations) -> None:
    spans = [span(A, 40000, B, 80, 6, 0, 9, code) for code in (0, 2, 1)]
    assert traffic.cover(spans, rest=-1).classes[0] == 2


def test_protocols_without_ports_go_by_their_addresses(traffic: Conversations) -> None:
    assert traffic.cover([span(C, 8, B, 0, 1, 3, 3)], rest=0).classes.tolist() == [0, 0, 0, 0, 1, 0, 0]
    assert traffic.cover([span(C, 0, B, 0, 0, 0, 9)], rest=0).classes.tolist() == [0, 0, 0, 0, 0, 1, 0]


def test_spans_may_leave_ports_protocol_and_hosts_open(traffic: Conversations) -> None:
    assert traffic.cover([span(C, ANY, None, ANY, ANY, 0, 99)], rest=0).classes.tolist() == [0, 0, 1, 0, 1, 1, 0]
    assert traffic.cover([span(C, ANY, B, ANY, NEITHER, 0, 99)], rest=0).classes.tolist() == [0, 0, 0, 0, 1, 1, 0]
    assert traffic.cover([span(None, ANY, B, 22, 6, 0, 99)], rest=0).classes.tolist() == [0, 0, 1, 0, 0, 0, 0]
    assert traffic.cover([span(B, 22, None, ANY, 6, 0, 99)], rest=0).classes.tolist() == [0, 0, 1, 0, 0, 0, 0]
    always = span(None, ANY, None, ANY, ANY, 0, 0)._replace(first_ns=ALWAYS[0], last_ns=ALWAYS[1])
    assert traffic.cover([always], rest=0).classes.tolist() == [1] * 7


def test_an_attack_that_pauses_for_more_than_a_minute_is_two_episodes(traffic: Conversations) -> None:
    covered = traffic.cover([span(C, ANY, None, ANY, ANY, 0, 200)], rest=0)
    assert covered.episodes.tolist() == [-1, -1, 0, -1, 0, 0, 1]


@pytest.mark.parametrize("hours", [-12, -3, 0, 5.75, 14])
def test_the_zone_of_local_times_is_found_by_where_flows_begin(traffic: Conversations, hours: float) -> None:
    shift = hours * 3600
    # Cut to the minute, as CIC-IDS-2017 does, and one row of another day.
    rows = [span(A, 40000, B, 80, 6, shift, shift + 62), span(C, 50000, B, 22, 6, shift, shift + 60, 2)]
    stray = span(C, 50001, B, 53, 17, -90_000, -80_000, 3)
    covered = traffic.cover([*rows, stray], rest=0, local=True)
    assert covered.offset_ns == -shift * S
    assert covered.classes.tolist() == [1, 1, 2, 1, 0, 0, 0]


def test_later_fragments_go_with_their_first(tmp_path: Path) -> None:
    from packetclip.wire import capture
    from tests.wire.packets.making import ethernet, ipv4, udp

    first = ethernet(ipv4(udp(bytes(32), 40000, 53, length=80), 17, fragment=0x2000))
    later = ethernet(ipv4(bytes(40), 17, fragment=5))
    capture.write(tmp_path / "f.pcap", [capture.memory([(T0 * S, first), (T0 * S + 1, later)])])
    read = Conversations.read(tmp_path / "f.pcap")
    assert read.cover([span(A, 40000, B, 53, 17, 0, 1)], rest=0).classes.tolist() == [1, 1]


@pytest.mark.parametrize(("shift_s", "minutes"), [(0, False), (-3 * 3600, True)])
def test_the_labs_own_labels_come_back_from_its_flows(shared: Path, shift_s: int, minutes: bool) -> None:
    """Of all packets whose flow bears one label alone, from a table of the flows, in the zone and to the minute."""
    from packetclip.datasets import Lab
    from packetclip.wire import capture
    from packetclip.wire.flows import FlowTracker
    from packetclip.wire.packets import dissect

    labelled = Lab(shared / "lab").capture("b1")
    tracker = FlowTracker()
    steps = [tracker.update(dissect(frames))["flow"].copy() for frames in capture.read(labelled.source)]
    flow, rows = np.concatenate(steps), tracker.table().rows
    assert (flow >= 0).all()
    counts = np.zeros((len(rows), labelled.classes.max() + 1), np.int64)
    np.add.at(counts, (flow, labelled.classes), 1)
    spans = []
    for row, code in zip(rows, counts.argmax(axis=1).tolist(), strict=True):
        ends = [(int(row[f"{side}_hi"]), int(row[f"{side}_lo"])) for side in ("orig", "resp")]
        first, last = (int(row[name]) + shift_s * S for name in ("first_ns", "last_ns"))
        if minutes:
            first, last = first // (60 * S) * 60 * S, first // (60 * S) * 60 * S + 60 * S + last - first
        ports = int(row["orig_port"]), int(row["resp_port"])
        spans.append(Span(ends[0], ends[1], *ports, int(row["protocol"]), first, last, code))
    covered = Conversations.read(labelled.source).cover(spans, rest=-1, local=minutes)
    assert covered.offset_ns == -shift_s * S
    alone = (counts > 0).sum(axis=1)[flow] == 1
    assert alone.mean() > 0.99
    assert (covered.classes == labelled.classes)[alone].all()


Rows = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 20), st.integers(0, 20), st.integers(-1, 3)), max_size=12)


@given(Rows, st.lists(st.tuples(st.integers(-1, 2), st.integers(0, 25)), max_size=20))
def test_the_kernel_says_what_plain_python_says(
    rows: list[tuple[int, int, int, int]], packets: list[tuple[int, int]]
) -> None:
    hosts = [parse_address(host) for host in (A, B, C)]
    keys = {(6, (*hosts[0], i), (*hosts[1], 80)): i for i in range(3)}
    time_ns = np.array([t * S for _, t in packets], np.int64)
    made = Conversations(time_ns, np.array([c for c, _ in packets], np.int64), keys, [[0]] * 3)
    spans = [Span(hosts[0], hosts[1], c, 80, 6, t * S, (t + length) * S, code) for c, t, length, code in rows]
    wanted = []
    for conversation, t in packets:
        over = [
            (span.first_ns, span.code > 0, -row, span.code)
            for row, ((c, *_), span) in enumerate(zip(rows, spans, strict=True))
            if c == conversation and span.first_ns <= t * S <= span.last_ns
        ]
        wanted.append(max(over)[-1] if over else -5)
    assert made.cover(spans, rest=-5).classes.tolist() == wanted


def test_a_capture_of_nothing_has_no_labels(tmp_path: Path) -> None:
    assert len(Conversations.read(written(tmp_path / "x.pcap", [])).cover([], rest=0).classes) == 0
    assert Conversations.read(written(tmp_path / "y.pcap", [Sent(0, A, 1, B, 2)])).number.tolist() == [0]
