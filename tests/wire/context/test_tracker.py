"""What single fields mean, in traffic small enough to count by hand."""

from __future__ import annotations

import math

import pytest

from packetclip.wire.context import POSITION, ContextTracker
from tests.wire.context import traffic as t
from tests.wire.context.agreement import values
from tests.wire.packets import making as m


def seen(*scenes: tuple[float, t.Scene]) -> list[dict[str, float]]:
    """Every packet's context by name."""
    packets = t.played(scenes)
    found = values(packets, t.tracked(packets))
    return [{name: float(line[position]) for name, position in POSITION.items()} for line in found]


def test_a_sum_fades_by_its_window() -> None:
    first, second = seen((0.0, [(0.0, t.segment(1, 2, 40000, 80, t.SYN)), (3.0, t.segment(1, 2, 40001, 80, t.SYN))]))
    assert [first[f"orig_syns_{w}s"] for w in (1, 10, 60, 600)] == [1, 1, 1, 1]
    for window in (1, 10, 60, 600):
        assert second[f"orig_syns_{window}s"] == pytest.approx(1 + math.exp(-3 / window), rel=1e-5)
    assert second["orig_services_600s"] == pytest.approx(math.exp(-3 / 600), rel=1e-5)


def test_replies_are_told_of_the_same_originator() -> None:
    *_, last = seen((0.0, t.talk(1, 2, 40000, 80, b"GET / HTTP/1.1\r\n\r\n", b"HTTP/1.1 200 OK\r\n\r\n")))
    reply = seen((0.0, t.opened(1, 2, 40000, 80)))[1]
    assert reply["packet_from_orig"] == 0 and reply["orig_flows_1s"] == pytest.approx(math.exp(-0.01), rel=1e-4)
    assert last["service_short_flows_1s"] == pytest.approx(math.exp(-0.01), rel=1e-4)
    assert (last["flow_closed"], last["service_open"], last["target_open"]) == (1, 0, 0)


def test_asking_for_an_address_is_not_speaking_with_its_host() -> None:
    *_, last = seen((0.0, [(0.0, t.claim(1, 1, 3, 1)), (0.1, t.claim(2, 3, 1, 3)), *t.ping(1, 3, 1)[1:2]]))
    assert last["orig_peers_600s"] == last["resp_peers_600s"] == 1


def test_a_pair_that_asks_but_does_not_speak_for_ten_minutes_is_new_again() -> None:
    asking = [(100.0 * k, t.claim(1, 1, 3, 1)) for k in range(1, 9)]
    *_, last = seen((0.0, [*t.refused(1, 3, 0), *asking, (801.0, t.segment(1, 3, 50000, 22, t.SYN))]))
    assert last["orig_peers_1s"] == 1


def test_an_answer_that_nobody_asked_for_answers_no_other_flow() -> None:
    *_, last = seen(
        (0.0, [(0.0, t.segment(1, 2, 40000, 80, t.SYN)), (0.1, t.segment(4, 1, 80, 40001, t.SYN_ACK)), *t.odd(1, 6, 0)])
    )
    assert last["orig_unanswered_600s"] == pytest.approx(2, abs=1e-3)
    assert last["orig_unsolicited_600s"] == pytest.approx(1, abs=1e-3)


def test_an_icmp_error_is_about_the_flow_that_it_quotes() -> None:
    sent, error, again = seen((0.0, t.closed_port(1, 2, 0)))
    assert sent["packet_from_orig"] == 1 and error["packet_from_orig"] == 0
    assert error["orig_refused_1s"] == error["resp_refused_1s"] == error["pair_refused_1s"] == 1
    assert again["orig_refused_1s"] == pytest.approx(math.exp(-0.01), rel=1e-4)
    assert again["orig_flows_1s"] == pytest.approx(math.exp(-0.02), rel=1e-4), "the error is no flow of its own"


def test_requests_without_end_are_counted_until_they_end() -> None:
    begin = b"GET / HTTP/1.1\r\n"
    slow = [
        frame
        for k in range(3)
        for frame in [*t.opened(1, 2, 40000 + k, 80), (1.0 + k, t.segment(1, 2, 40000 + k, 80, t.PSH, begin))]
    ]
    ends = [
        (5.0, t.segment(1, 2, 40000, 80, t.PSH, b"X-a: 1\r\n", seq=17)),
        (6.0, t.segment(1, 2, 40001, 80, t.RST, seq=17)),
        (7.0, t.segment(2, 1, 80, 40002, t.PSH, b"HTTP/1.1 408 Request Timeout\r\n\r\n", ack=17)),
    ]
    lines = seen((0.0, [*slow, *ends]))
    assert [line["target_unfinished"] for line in lines[-4:]] == [3, 3, 2, 1]
    assert lines[-3]["flow_dribbles"] == 1


def test_a_request_that_begins_in_the_last_segment_leaves_no_debt() -> None:
    *_, last = seen((0.0, t.last_words(1, 2, 0)))
    assert (last["flow_closed"], last["flow_unfinished_request"], last["target_unfinished"]) == (1, 0, 0)
    begin = (1.5, t.segment(1, 2, 42001, 8080, t.PSH, b"GET / HTTP/1.1\r\n"))
    again = [(1.0 + offset, frame) for offset, frame in t.opened(1, 2, 42001, 8080)]
    *_, last = seen((0.0, [*t.last_words(1, 2, 0), *again, begin]))
    assert last["target_unfinished"] == 1


def test_regular_calls() -> None:
    *_, last = seen((0.0, [(k * 2.0, t.datagram(1, 2, 50000, 9999, bytes(32))) for k in range(8)]))
    assert last["service_calls"] == 8
    assert last["service_call_gap_mean_s"] == pytest.approx(2)
    assert last["service_call_gap_cv"] < 1e-3 and last["service_call_size_cv"] < 1e-3


def test_clocks_that_jump_back_begin_anew() -> None:
    """An hour back: what was seen then is not of the last ten minutes; and no gap is negative."""
    *_, last = seen((0.0, [(3600.0, t.datagram(1, 2, 50000, 9999, bytes(9)))]))
    assert last["orig_flows_600s"] == 1
    packets = t.played([(0.0, [(3600.0, t.datagram(1, 2, 50000, 9999, bytes(9))) for _ in range(2)])])
    packets.rows["time_ns"][1] -= 3600 * 10**9
    found = ContextTracker().update(packets, t.tracked(packets))
    assert found["orig_flows_600s"].tolist() == [1, 1]
    assert found["pair_age_s"].tolist() == [0, 0]


def test_names_of_one_parent() -> None:
    ask = [(0.1 * k, t.datagram(1, 2, 50000, 53, m.dns(f"{k:032x}.example.com", 16))) for k in range(20)]
    *_, last = seen((0.0, ask))
    assert last["zone_odd_share"] == 1
    assert last["zone_names_600s"] == pytest.approx(20, rel=0.01)
    assert last["zone_longest_label"] == pytest.approx(32)


def test_a_taken_address() -> None:
    lines = seen((0.0, [(0.0, t.claim(2, 3, 1, 3)), (1.0, t.claim(2, 3, 1, 66)), (2.0, t.claim(2, 3, 1, 66))]))
    assert [line["arp_contested"] for line in lines] == [0, 1, 0]
    assert lines[-1]["arp_takeovers_600s"] == pytest.approx(math.exp(-1 / 600))
    assert lines[-1]["arp_unasked_600s"] == pytest.approx(1 + math.exp(-1 / 600))


def test_packets_outside_flows_have_no_context() -> None:
    packets = t.played([(0.0, [(0.0, t.segment(1, 2, 40000, 80, t.SYN)), (1.0, b"\0" * 9)])])
    found = values(packets, t.tracked(packets))
    assert found[0].any() and not found[1].any()
