from __future__ import annotations

import json
from typing import Any

import pytest

from packetclip.wire.flows.states import CONN_STATES
from packetclip.wire.records import APPS, gathered, read
from packetclip.wire.records.eve import WAITING, conn_state
from tests.wire.records.making import LOGS, table_of_text

FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16


def event(kind: str = "flow", **more: Any) -> dict[str, Any]:
    """An EVE record as Suricata 7 writes it, with changes."""
    parts = {
        "flow": {"pkts_toserver": 5, "pkts_toclient": 4, "bytes_toserver": 500, "bytes_toclient": 4000},
        "netflow": {"pkts": 5, "bytes": 500},
    }
    part = {**parts[kind], "start": "2025-11-23T18:00:00.250000+0000", "end": "2025-11-23T18:00:02.250000+0000"}
    return {
        "timestamp": "2025-11-23T18:05:00.000000+0000", "flow_id": 77, "event_type": kind, "src_ip": "10.0.0.1",
        "src_port": 40000, "dest_ip": "10.0.0.2", "dest_port": 443, "proto": "TCP", kind: part, **more,
    }  # fmt: skip


def log(*events: dict[str, Any]) -> str:
    return "".join(json.dumps(row) + "\n" for row in events)


def test_flow_records() -> None:
    table = gathered(read(LOGS / "eve.json"))
    assert table.conn_states() == ["SF", "REJ", "S0", "SF", "OTH", "SF", ""]
    assert table["orig_pkts"].tolist() == [12, 1, 3, 1, 4, 9, 1]
    assert table["resp_pkts"].tolist() == [24, 1, 0, 1, 4, 8, -1]
    assert table["orig_wire_bytes"].tolist() == [1500, 74, 222, 87, 392, 1200, 60]
    assert (table["orig_bytes"] == -1).all(), "Suricata counts whole frames, and those are no payload"
    assert [APPS[app] for app in table["app"].tolist()] == ["TLS", "", "", "DNS", "", "SSH", ""]
    assert table["timed_out"].tolist() == [0, 0, 1, 1, 1, -1, -1]
    assert table["first_ns"][0] == 1_763_920_800_000_000_000
    assert table["duration_ns"].tolist()[:3] == [163_820_000, 100_000, 3_000_000_000]


def test_icmp_has_its_types_for_ports() -> None:
    table = gathered(read(LOGS / "eve.json"))
    assert (table["orig_port"][4], table["resp_port"][4]) == (8, 0)
    one_sided, _ = table_of_text(log(event(proto="ICMP", icmp_type=3, icmp_code=13)))
    assert (one_sided["orig_port"][0], one_sided["resp_port"][0]) == (3, 13)
    untold, _ = table_of_text(log(event(proto="ICMP")))
    assert not untold["ports_known"][0]


def test_other_kinds_of_events_are_counted_and_no_fault() -> None:
    table, ledger = table_of_text((LOGS / "eve.json").read_bytes())
    assert (len(table), ledger.packets, ledger.scored) == (7, 10, 8)
    assert ledger.dropped == {"not_a_flow": 2}
    assert not ledger.warnings


def test_events_without_any_flow_get_a_sentence() -> None:
    table, ledger = table_of_text(
        log({"timestamp": "x", "event_type": "alert"}, {"timestamp": "x", "event_type": "dns"})
    )
    assert len(table) == 0
    assert ledger.balanced
    [warning] = ledger.warnings
    assert "its events are alert, dns" in warning and "flow or netflow" in warning


def test_two_directions_of_netflow_are_one_flow() -> None:
    there = event("netflow", tcp={"tcp_flags": "1b"})
    back = event(
        "netflow", src_ip="10.0.0.2", src_port=443, dest_ip="10.0.0.1", dest_port=40000, tcp={"tcp_flags": "1b"},
        netflow={"pkts": 4, "bytes": 4000, "start": "2025-11-23T18:00:00.25Z", "end": "2025-11-23T18:00:02.25Z"},
    )  # fmt: skip
    other = event("netflow", flow_id=78, src_port=40001)
    table, ledger = table_of_text(log(there, other, back))
    assert sorted(table["orig_port"].tolist()) == [40000, 40001]
    joined = table["orig_port"].tolist().index(40000)
    assert (table["orig_pkts"][joined], table["resp_pkts"][joined]) == (5, 4)
    assert (table["orig_wire_bytes"][joined], table["resp_wire_bytes"][joined]) == (500, 4000)
    assert table.conn_states()[joined] == "SF"
    assert (ledger.packets, ledger.scored) == (3, 3)
    assert table["resp_pkts"][1 - joined] == -1, "nothing is known of a direction without a record"


def test_ping_in_netflow_is_one_flow() -> None:
    there = event("netflow", proto="ICMP", icmp_type=8, icmp_code=0)
    back = event("netflow", proto="ICMP", icmp_type=0, icmp_code=0, src_ip="10.0.0.2", dest_ip="10.0.0.1")
    table, _ = table_of_text(log(there, back))
    assert (len(table), table["resp_pkts"].tolist()) == (1, [5])


def test_netflow_waits_in_bounded_memory_and_loses_nothing() -> None:
    events = [event("netflow", flow_id=n, src_port=n % 60000) for n in range(WAITING + 50)]
    table, ledger = table_of_text(log(*events))
    assert len(table) == len(events)
    assert ledger.balanced and not ledger.dropped


def test_a_flow_id_that_comes_again_is_another_flow() -> None:
    table, ledger = table_of_text(log(event("netflow"), event("netflow")))
    assert (len(table), ledger.scored) == (2, 2)


@pytest.mark.parametrize(
    ("orig", "resp", "to_server", "to_client", "state"),
    [
        (3, 0, SYN, -1, "S0"),
        (1, 1, SYN, RST | ACK, "REJ"),
        (9, 8, SYN | ACK | FIN | PSH, SYN | ACK | FIN, "SF"),
        (9, 8, SYN | ACK, SYN | ACK, "S1"),
        (9, 8, SYN | ACK | FIN, SYN | ACK, "S2"),
        (9, 8, SYN | ACK, SYN | ACK | FIN, "S3"),
        (9, 8, SYN | ACK | RST, SYN | ACK, "RSTO"),
        (9, 8, SYN | ACK, SYN | ACK | RST, "RSTR"),
        (2, 0, SYN | RST, -1, "RSTOS0"),
        (0, 2, -1, SYN | ACK | RST, "RSTRH"),
        (2, 0, SYN | FIN, -1, "SH"),
        (0, 2, -1, SYN | ACK | FIN, "SHR"),
        (4, 4, ACK | PSH, ACK, "OTH"),
    ],
)
def test_states_from_flags(orig: int, resp: int, to_server: int, to_client: int, state: str) -> None:
    assert CONN_STATES[conn_state(6, orig, resp, to_server, to_client)] == state


def test_without_flags_or_counts_there_is_no_state() -> None:
    assert conn_state(6, 3, 2, -1, -1) == -1
    assert conn_state(6, -1, 2, SYN, SYN) == -1
    assert conn_state(17, 1, -1, -1, -1) == -1


def test_udp_states_are_who_has_spoken() -> None:
    assert [CONN_STATES[conn_state(17, a, b, -1, -1)] for a, b in ((1, 1), (1, 0), (0, 1))] == ["SF", "S0", "SHR"]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"src_ip": ""}, "no_address"),
        ({"dest_ip": 7}, "no_address"),
        ({"proto": "ALPHA"}, "unknown_protocol"),
        ({"flow": {"start": "soon"}}, "no_time"),
        ({"flow": None}, "not_a_flow"),
        ({"event_type": "alert"}, "not_a_flow"),
    ],
)
def test_records_without_a_flow_are_counted_by_reason(changes: dict[str, Any], reason: str) -> None:
    _, ledger = table_of_text(log({**event(), **changes}))
    assert ledger.dropped == {reason: 1}
    assert ledger.balanced


def test_protocols_by_name_and_by_number() -> None:
    events = [event(proto=name) for name in ("GRE", "041", "IPv6-ICMP", "SCTP", "ESP")]
    table, _ = table_of_text(log(*events))
    assert table["protocol"].tolist() == [47, 41, 58, 132, 50]
