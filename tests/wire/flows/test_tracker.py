"""Flows in small scenes, worked out by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from packetclip.ledger import Ledger
from packetclip.wire.flows import (
    ANSWERED,
    BEGUN,
    CLOSED,
    CONN_STATES,
    ESTABLISHED,
    ORIG_DATA,
    REJECTED,
    RESET,
    RESP_DATA,
    RETRANSMITTED,
    FlowConfig,
    FlowTracker,
)
from packetclip.wire.packets.batch import PacketBatch
from tests.wire.flows.traffic import ACK, FIN, MAPPED, PSH, RST, SECOND, SYN, back, batch, packet

Scene = list[tuple[str, int, int]]
"""(side, flags, payload): side is o for 40000 -> 80, r for 80 -> 40000."""

HANDSHAKE: Scene = [("o", SYN, 0), ("r", SYN | ACK, 0), ("o", ACK, 0)]
SCENES: list[tuple[Scene, str, str]] = [
    ([("o", SYN, 0)], "S", "S0"),
    ([("o", SYN, 0), ("o", SYN, 0)], "S", "S0"),
    (HANDSHAKE, "ShA", "S1"),
    ([*HANDSHAKE, ("o", ACK | PSH, 9), ("r", ACK, 0), ("r", ACK, 99)], "ShADad", "S1"),
    ([*HANDSHAKE, ("o", FIN | ACK, 0), ("r", ACK, 0), ("r", FIN | ACK, 0), ("o", ACK, 0)], "ShAFaf", "SF"),
    ([*HANDSHAKE, ("o", FIN | ACK, 0)], "ShAF", "S2"),
    ([*HANDSHAKE, ("r", FIN | ACK, 0)], "ShAf", "S3"),
    ([("o", SYN, 0), ("r", RST | ACK, 0)], "Sr", "REJ"),
    ([("o", SYN, 0), ("r", SYN | ACK, 0), ("o", RST, 0)], "ShR", "RSTO"),
    ([*HANDSHAKE, ("r", RST, 0)], "ShAr", "RSTR"),
    ([*HANDSHAKE, ("o", RST | ACK, 0)], "ShAR", "RSTO"),
    ([("o", SYN, 0), ("o", RST, 0)], "SR", "RSTOS0"),
    ([("o", SYN, 0), ("o", FIN, 0)], "SF", "SH"),
    ([("o", FIN, 0)], "F", "SH"),
    ([("o", 0, 0)], "", "OTH"),
    ([("o", SYN | FIN, 0)], "Q", "SH"),
    ([("o", ACK, 5), ("r", ACK, 5)], "Dd", "OTH"),
    ([("o", ACK, 0), ("r", RST, 0)], "Ar", "RSTRH"),
    ([("r", SYN | ACK, 0)], "^h", "OTH"),
    ([("r", SYN | ACK, 0), ("o", ACK, 0)], "^hA", "S1"),
    ([("r", SYN | ACK, 0), ("r", RST, 0)], "^hr", "RSTRH"),
    ([("r", SYN | ACK, 0), ("r", FIN, 0)], "^hf", "SHR"),
    ([("r", ACK, 100), ("o", ACK, 0)], "^dA", "OTH"),
    ([("r", RST, 0)], "^r", "RSTRH"),
]


def play(scene: Scene) -> PacketBatch:
    """The scene as packets a second apart, with sequence numbers that add up."""
    numbers = {"o": 1000, "r": 2**32 - 2}
    packets = []
    for second, (side, flags, payload) in enumerate(scene):
        build = packet if side == "o" else back
        row = build(time_ns=second * SECOND, tcp_flags=flags, payload_length=payload, tcp_seq=numbers[side])
        # A repeated SYN starts at the same number again.
        numbers[side] = (numbers[side] + payload + bool(flags & FIN)) % 2**32
        if flags & SYN:
            numbers[side] = (1001 if side == "o" else 2**32 - 1) + payload
        packets.append(row)
    return batch(packets)


def track(*packets: dict[str, Any], config: FlowConfig | None = None) -> tuple[Any, FlowTracker]:
    tracker = FlowTracker(config or FlowConfig())
    return tracker.update(batch(list(packets))), tracker


@pytest.mark.parametrize(
    ("scene", "history", "state"), SCENES, ids=[f"{history or '-'} {state}" for _, history, state in SCENES]
)
def test_history_and_state(scene: Scene, history: str, state: str) -> None:
    tracker = FlowTracker()
    steps = tracker.update(play(scene))
    table = tracker.table()
    assert (table.histories(), table.conn_states()) == ([history], [state])
    assert CONN_STATES[steps["state"][-1]] == state
    assert (table["orig_port"][0], table["resp_port"][0]) == (40000, 80)
    assert steps["is_orig"].tolist() == [int(side == "o") for side, _, _ in scene]


def test_a_connection_from_begin_to_end() -> None:
    scene = [
        *HANDSHAKE,
        ("o", ACK, 10),
        ("o", ACK, 5),
        ("r", ACK, 20),
        ("o", FIN | ACK, 0),
        ("r", FIN | ACK, 0),
        ("o", ACK, 0),
    ]
    steps = FlowTracker().update(play(scene))
    assert steps["event"].tolist() == [BEGUN, ANSWERED, ESTABLISHED, ORIG_DATA, 0, RESP_DATA, 0, CLOSED, 0]
    assert steps["number"].tolist() == list(range(1, 10))
    assert steps["orig_bytes"].tolist() == [0, 0, 0, 10, 15, 15, 15, 15, 15]
    assert steps["resp_pkts"].tolist() == [0, 1, 1, 1, 1, 2, 2, 3, 3]
    assert (steps["age_ns"] // SECOND).tolist() == list(range(9))
    assert steps["gap_ns"].tolist() == [-1] + [SECOND] * 8
    assert [gap // SECOND if gap > 0 else gap for gap in steps["side_gap_ns"].tolist()] == [-1, -1, 2, 1, 1, 4, 2, 2, 2]


@pytest.mark.parametrize(
    ("scene", "events"),
    [
        ([("o", SYN, 0), ("r", RST | ACK, 0), ("r", RST, 0)], [BEGUN, ANSWERED | REJECTED, 0]),
        ([("o", SYN, 0), ("r", SYN | ACK, 0), ("r", RST, 0)], [BEGUN, ANSWERED, REJECTED]),
        ([*HANDSHAKE, ("r", RST, 0), ("o", RST, 0)], [BEGUN, ANSWERED, ESTABLISHED, RESET, 0]),
        ([*HANDSHAKE, ("o", RST, 0)], [BEGUN, ANSWERED, ESTABLISHED, RESET]),
        ([("o", SYN, 0), ("r", SYN | ACK, 0), ("o", RST, 0)], [BEGUN, ANSWERED, 0]),
        ([("o", ACK, 0), ("r", RST, 0)], [BEGUN, ANSWERED | REJECTED]),
        ([("r", RST, 0)], [BEGUN | ANSWERED]),
        ([("o", ACK, 1), ("r", ACK, 0), ("r", RST, 0)], [BEGUN | ORIG_DATA, ANSWERED, RESET]),
    ],
)
def test_refusals_and_resets(scene: Scene, events: list[int]) -> None:
    assert FlowTracker().update(play(scene))["event"].tolist() == events


def test_retransmissions_across_the_end_of_sequence_space() -> None:
    steps, tracker = track(
        packet(tcp_flags=ACK, payload_length=8, tcp_seq=2**32 - 4),
        packet(tcp_flags=ACK, payload_length=8, tcp_seq=4),
        packet(tcp_flags=ACK, payload_length=8, tcp_seq=2**32 - 4),
        packet(tcp_flags=ACK, payload_length=16, tcp_seq=4),  # reaches beyond what was sent
    )
    assert [event & RETRANSMITTED for event in steps["event"].tolist()] == [0, 0, RETRANSMITTED, 0]
    assert tracker.table().histories() == ["DT"]


def test_a_syn_on_a_flow_that_has_ended_begins_another() -> None:
    scene = [*HANDSHAKE, ("r", RST, 0), ("o", SYN, 0), ("r", SYN | ACK, 0)]
    assert FlowTracker().update(play(scene))["flow"].tolist() == [0, 0, 0, 0, 1, 1]


@pytest.mark.parametrize(("gap_s", "flows"), [(300, [0, 0]), (300.1, [0, 1]), (-300.1, [0, 1])])
def test_silence_ends_a_flow(gap_s: float, flows: list[int]) -> None:
    start = 1000 * SECOND
    steps, _ = track(packet(tcp_flags=SYN, time_ns=start), packet(tcp_flags=ACK, time_ns=start + int(gap_s * SECOND)))
    assert steps["flow"].tolist() == flows


def udp(build: Any = packet, **columns: Any) -> dict[str, Any]:
    row: dict[str, Any] = build(protocol=17, **columns)
    return row


def test_udp_states() -> None:
    steps, tracker = track(udp(dst_port=53, payload_length=30), udp(back, src_port=53, payload_length=90))
    assert [CONN_STATES[state] for state in steps["state"]] == ["S0", "SF"]
    assert steps["event"].tolist() == [BEGUN | ORIG_DATA, ANSWERED | RESP_DATA]
    assert tracker.table().histories() == ["Dd"]


def test_an_answer_nobody_asked_for() -> None:
    steps, tracker = track(udp(back, src_port=53))
    table = tracker.table()
    assert (steps["is_orig"][0], steps["event"][0]) == (0, BEGUN | ANSWERED)
    assert (table.conn_states(), table.histories(), table["resp_port"].tolist()) == (["SHR"], ["^d"], [53])


@pytest.mark.parametrize(
    ("source", "target", "flipped"),
    [(53, 1024, True), (53, 80, False), (5353, 5353, False), (0, 2000, False), (8080, 50000, True)],
)
def test_likely_server_ports(source: int, target: int, flipped: bool) -> None:
    steps, _ = track(udp(src_port=source, dst_port=target))
    assert steps["is_orig"][0] == (not flipped)


@pytest.mark.parametrize(
    ("source", "target", "flipped"), [(80, 8080, True), (8080, 80, False), (80, 80, False), (80, 40000, True)]
)
def test_a_connection_joined_midway_is_begun_from_the_higher_port(source: int, target: int, flipped: bool) -> None:
    steps, tracker = track(packet(tcp_flags=ACK, src_port=source, dst_port=target))
    assert steps["is_orig"][0] == (not flipped)
    assert tracker.table().histories() == ["^a" if flipped else "A"]


def test_nobody_answers_from_the_broadcast_address() -> None:
    steps, _ = track(udp(src_port=53, dst_port=2000, dst_lo=MAPPED | 0xFFFFFFFF))
    assert steps["is_orig"].tolist() == [1]


def icmp(build: Any, kind: int, code: int = 0, **columns: Any) -> dict[str, Any]:
    row: dict[str, Any] = build(protocol=1, icmp_type=kind, icmp_code=code) | {"src_port": 0, "dst_port": 0} | columns
    return row


def test_echo_request_and_reply_are_one_flow() -> None:
    steps, tracker = track(icmp(packet, 8), icmp(back, 0), icmp(packet, 13))
    assert steps["flow"].tolist() == [0, 0, 1]
    assert steps["is_orig"].tolist() == [1, 0, 1]
    table = tracker.table()
    assert (table["orig_port"].tolist(), table["resp_port"].tolist()) == ([8, 13], [0, 14])
    assert table.conn_states() == ["OTH", "OTH"]


def test_an_echo_reply_alone_comes_from_the_responder() -> None:
    steps, tracker = track(icmp(back, 0))
    assert steps["is_orig"].tolist() == [0]
    assert tracker.table()["orig_port"].tolist() == [8]


def test_messages_without_an_answer_are_one_sided() -> None:
    steps, _ = track(icmp(packet, 3, 3), icmp(back, 3, 3), icmp(packet, 3, 1), icmp(packet, 3, 3))
    assert steps["flow"].tolist() == [0, 1, 2, 0]


def unreachable(code: int = 3) -> dict[str, Any]:
    return icmp(
        back,
        3,
        code,
        quoted_protocol=17,
        quoted_src_lo=MAPPED | 1,
        quoted_dst_lo=MAPPED | 2,
        quoted_src_port=40000,
        quoted_dst_port=80,
    )


def test_an_unreachable_refuses_the_flow_that_it_quotes_once() -> None:
    steps, _ = track(udp(), unreachable(4), unreachable(), unreachable())
    assert steps["quoted_flow"].tolist() == [-1, 0, 0, 0]
    assert [event & REJECTED for event in steps["event"].tolist()] == [0, 0, REJECTED, 0]


def test_an_unreachable_refuses_no_flow_that_was_answered() -> None:
    steps, _ = track(udp(), udp(back), unreachable())
    assert (steps["quoted_flow"][2], steps["event"][2] & REJECTED) == (0, 0)


def test_a_quote_of_an_unknown_flow() -> None:
    steps, _ = track(unreachable())
    assert steps["quoted_flow"].tolist() == [-1]


def test_later_fragments_join_the_first() -> None:
    later = {"fragment_offset": 185, "src_port": 0, "dst_port": 0}
    steps, tracker = track(
        udp(ip_flags=2, payload_length=1472),
        udp(**later, payload_length=100),
        udp(**later, src_lo=MAPPED | 9),  # its first fragment was never seen
        udp(**later, time_ns=31 * SECOND),  # too late
    )
    assert steps["flow"].tolist() == [0, 0, 1, 2]
    assert tracker.table()["orig_port"].tolist() == [40000, 0, 0]
    assert (tracker.joined_fragments, tracker.lone_fragments) == (1, 2)


def test_a_later_fragment_that_comes_first_is_alone() -> None:
    """As some stacks once sent them, and networks may deliver them: nothing says yet which ports it belongs to."""
    later = {"fragment_offset": 185, "src_port": 0, "dst_port": 0, "payload_length": 100}
    steps, tracker = track(udp(**later), udp(ip_flags=2, payload_length=1472), udp(**later))
    assert steps["flow"].tolist() == [0, 1, 1]
    assert tracker.table()["orig_bytes"].tolist() == [100, 1572]
    assert (tracker.joined_fragments, tracker.lone_fragments) == (1, 1)


def test_fragments_of_both_sides_join_their_own() -> None:
    later = {"fragment_offset": 185, "src_port": 0, "dst_port": 0, "payload_length": 9}
    steps, tracker = track(
        udp(ip_flags=2), udp(back, ip_flags=2), udp(back, **later), udp(**later), udp(**later, dst_lo=MAPPED | 7)
    )
    assert steps["flow"].tolist() == [0, 0, 0, 0, 1]
    assert steps["is_orig"].tolist() == [1, 0, 0, 1, 1]
    assert (tracker.joined_fragments, tracker.lone_fragments) == (2, 1)


@pytest.mark.parametrize(
    ("scene", "reason"),
    [
        (HANDSHAKE, "open"),
        ([*HANDSHAKE, ("o", FIN | ACK, 0)], "open"),
        ([*HANDSHAKE, ("o", FIN | ACK, 0), ("r", FIN | ACK, 0), ("o", ACK, 0)], "fin"),
        ([*HANDSHAKE, ("o", FIN | ACK, 0), ("r", FIN | ACK, 0), ("o", RST, 0)], "fin"),
        ([*HANDSHAKE, ("o", FIN | ACK, 0), ("r", RST, 0)], "rst"),
        ([("o", SYN, 0), ("r", RST | ACK, 0)], "rst"),
        ([("r", RST, 0)], "rst"),
    ],
)
def test_what_ends_a_connection_is_known_at_once(scene: Scene, reason: str) -> None:
    tracker = FlowTracker()
    tracker.update(play(scene))
    assert tracker.table().end_reasons() == [reason]
    later = udp(src_lo=MAPPED | 8, time_ns=1000 * SECOND)
    tracker.update(batch([later]))
    assert tracker.ended().end_reasons() == ["idle" if reason == "open" else reason]
    assert tracker.table().end_reasons() == [*tracker.ended().end_reasons(), "open"]


def test_a_syn_on_a_half_closed_flow_uses_its_ports_anew() -> None:
    tracker = FlowTracker()
    tracker.update(play([*HANDSHAKE, ("o", FIN | ACK, 0), ("o", SYN, 0)]))
    assert tracker.table().end_reasons() == ["reused", "open"]


def test_ended_flows_are_those_of_the_last_batch() -> None:
    tracker = FlowTracker(FlowConfig(keep_ended=False))
    for second, ended in ((0, []), (61, [0]), (62, []), (200, [1, 2])):
        tracker.update(batch([udp(src_port=2000 + second, time_ns=second * SECOND)]))
        assert tracker.ended()["flow"].tolist() == ended


@pytest.mark.parametrize(("side", "history", "state"), [("o", "SADF", "SH"), ("r", "^hadf", "SHR")])
def test_captures_of_one_direction(side: str, history: str, state: str) -> None:
    """Who began is told by SYN, SYN-ACK and ports, so either half alone names the ends as the whole does."""
    whole = play([*HANDSHAKE, ("o", ACK, 9), ("r", ACK, 0), ("r", ACK, 99), ("o", FIN | ACK, 0), ("r", FIN | ACK, 0)])
    half = whole.rows[(whole.rows["src_port"] == 80) == (side == "r")]
    for rows in (half, half[1:]):  # with and without its SYN
        tracker = FlowTracker()
        steps = tracker.update(PacketBatch(rows.copy(), whole.data))
        table = tracker.table()
        assert (table["orig_port"].tolist(), table["resp_port"].tolist()) == ([40000], [80])
        assert set(steps["is_orig"].tolist()) == {int(side == "o")}
        if rows is half:
            assert (table.histories(), table.conn_states()) == ([history], [state])


def arp(operation: int, source: int, target: int) -> dict[str, Any]:
    return packet(
        ip_version=0, ether_type=0x0806, protocol=0, src_port=0, dst_port=0, arp_operation=operation,
        src_lo=MAPPED | source, dst_lo=MAPPED | target,
    )  # fmt: skip


def test_arp_question_and_answer_are_one_flow() -> None:
    steps, tracker = track(arp(1, 1, 2), arp(2, 2, 1), arp(1, 1, 3), arp(2, 1, 1))
    assert steps["flow"].tolist() == [0, 0, 1, 2]
    assert steps["is_orig"].tolist() == [1, 0, 1, 1]
    assert tracker.table().community_ids() == ["", "", ""]


def test_rows_outside_flows() -> None:
    steps, tracker = track(packet(dropped=1), packet(ip_version=0, protocol=0, ether_type=0x88CC))
    assert steps["flow"].tolist() == steps["gap_ns"].tolist() == steps["quoted_flow"].tolist() == [-1, -1]
    assert steps["number"].tolist() == steps["event"].tolist() == [0, 0]
    assert len(tracker.table()) == 0


def test_ip_bytes_leave_out_link_header_and_padding() -> None:
    _, tracker = track(
        packet(length=60, payload_start=54), packet(vlan=5, network_start=18, payload_start=58, payload_length=7)
    )
    assert tracker.table()["orig_ip_bytes"].tolist() == [40 + 47]


def test_the_oldest_flow_gives_way() -> None:
    rows = [udp(src_port=port, time_ns=index) for index, port in enumerate((2001, 2002, 2001, 2003, 2002))]
    steps, tracker = track(*rows, config=FlowConfig(max_flows=2))
    assert steps["flow"].tolist() == [0, 1, 0, 2, 3]
    assert tracker.evicted == 2
    assert tracker.table()["orig_pkts"].tolist() == [2, 1, 1, 1]
    assert tracker.table().end_reasons() == ["evicted", "evicted", "open", "open"]
    ledger = Ledger()
    tracker.account(ledger)
    assert ledger.warnings == [
        "2 flows were ended early, because 2 were open at once: their later packets count as new flows."
    ]


def test_streams_without_end_keep_only_open_flows() -> None:
    rows = [udp(src_port=2001), udp(src_port=2002, time_ns=61 * SECOND), udp(src_port=2003, time_ns=62 * SECOND)]
    _, tracker = track(*rows, config=FlowConfig(keep_ended=False))
    assert tracker.table()["flow"].tolist() == [1, 2]


def test_empty_and_read_only_batches() -> None:
    tracker = FlowTracker()
    assert len(tracker.update(batch([]))) == 0
    rows = batch([packet(), back()]).rows[::-1]
    rows.flags.writeable = False
    assert tracker.update(PacketBatch(rows, np.zeros(0, np.uint8)))["flow"].tolist() == [0, 0]
