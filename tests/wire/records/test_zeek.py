from __future__ import annotations

from pathlib import Path

import pytest

from packetclip.errors import NotACapture
from packetclip.ledger import Ledger
from packetclip.wire.flows.states import CONN_STATES
from packetclip.wire.records import APPS, RecordTable, gathered, read
from tests.wire.records.making import LOGS, conn_log, table_of_text

EXACT = (
    "orig_port", "resp_port", "protocol", "conn_state", "orig_pkts", "resp_pkts", "orig_bytes", "resp_bytes",
    "orig_ip_bytes", "resp_ip_bytes", "duration_ns", "first_ns", "last_ns", "history", "app", "vlan", "ports_known",
    "orig_hi", "orig_lo", "resp_hi", "resp_lo", "ether_type",
)  # fmt: skip


def row(table: RecordTable, at: int) -> dict[str, object]:
    return {name: table.rows[name][at].item() for name in table.rows.dtype.names}


def test_a_line_becomes_a_row() -> None:
    table = gathered(read(LOGS / "conn.log"))
    assert len(table) == 9
    web = row(table, 1)
    assert web["first_ns"] == 1_763_920_800_000_000_000
    assert web["duration_ns"] == 163_820_000
    assert web["last_ns"] == 1_763_920_800_163_820_000
    assert (web["orig_port"], web["resp_port"], web["protocol"]) == (51234, 80, 6)
    assert (web["orig_pkts"], web["resp_pkts"], web["orig_bytes"], web["resp_bytes"]) == (12, 24, 301, 30000)
    assert (web["orig_ip_bytes"], web["resp_ip_bytes"]) == (950, 31300)
    assert (web["history"], APPS[web["app"]], web["vlan"]) == (b"ShADadFf", "HTTP", -1)
    assert (web["orig_wire_bytes"], web["timed_out"]) == (-1, -1)
    assert table.conn_states() == ["REJ", "SF", "S0", "OTH", "SF", "OTH", "RSTO", "OTH", "RSTR"]
    assert APPS[table["app"][6]] == "SMB"
    assert table["vlan"][6] == 42


def test_what_is_unset_is_unknown() -> None:
    unanswered = row(gathered(read(LOGS / "conn.log")), 2)
    assert [unanswered[name] for name in ("duration_ns", "orig_bytes", "resp_bytes", "app")] == [-1, -1, -1, 0]
    assert unanswered["last_ns"] == unanswered["first_ns"]
    assert (unanswered["orig_pkts"], unanswered["resp_pkts"]) == (1, 0)


def test_community_ids_are_those_of_the_specification() -> None:
    # Made with the published communityid package.
    import communityid

    table = gathered(read(LOGS / "conn.log"))
    maker = communityid.CommunityID()
    wanted = [
        maker.calc(communityid.FlowTuple.make_tcp("10.0.0.5", "10.0.0.9", 40000, 23)),
        maker.calc(communityid.FlowTuple.make_tcp("10.0.0.5", "10.0.0.9", 51234, 80)),
    ]
    assert table.community_ids()[:2] == wanted
    assert table.community_ids()[3] == maker.calc(
        communityid.FlowTuple.make_icmp6("fe80::1", "ff02::1:ff00:1", 135, 136)
    )
    assert table.community_ids()[5] == maker.calc(communityid.FlowTuple.make_icmp("10.0.0.5", "10.0.0.9", 8, 0))


def test_json_says_the_same_as_columns() -> None:
    """Dotted names, a nested id, times as text: tests/wire/records/logs/conn.json has each."""
    columns, json = gathered(read(LOGS / "conn.log")), gathered(read(LOGS / "conn.json"))
    assert len(json) == 6
    for name in EXACT:
        assert columns[name][:6].tolist() == json[name].tolist(), name


def test_columns_may_be_missing_and_in_any_order() -> None:
    table, ledger = table_of_text("#fields\tproto\tid.resp_h\tid.orig_h\tts\nudp\t10.0.0.2\t10.0.0.1\t17.5\n")
    assert ledger.balanced
    assert row(table, 0)["first_ns"] == 17_500_000_000
    assert not table["ports_known"][0]
    assert table.community_ids() == [""]
    assert table.conn_states() == [""]
    assert table.packets().tolist() == [-1]


def test_a_log_without_other_metadata_than_names() -> None:
    table, _ = table_of_text(
        "ts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\n17.5\tC\t10.0.0.1\t1\t10.0.0.2\t2\ttcp\n"
    )
    assert len(table) == 1


def test_separators_are_the_headers() -> None:
    text = "#separator \\x7c\n#unset_field|?\n#path|conn\n#fields|ts|id.orig_h|id.resp_h|proto|orig_pkts\n"
    table, ledger = table_of_text(text + "1|10.0.0.1|10.0.0.2|tcp|?\n2|10.0.0.1|10.0.0.2|tcp|7\n")
    assert table["orig_pkts"].tolist() == [-1, 7]
    assert not ledger.weird


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"ts": "yesterday"}, "no_time"),
        ({"ts": "-"}, "no_time"),
        ({"ts": "-5.0"}, "no_time"),
        ({"ts": "nan"}, "no_time"),
        ({"id.orig_h": "-"}, "no_address"),
        ({"id.resp_h": "10.0.0.256"}, "no_address"),
        ({"proto": "unknown_transport"}, "unknown_protocol"),
        ({"proto": "300"}, "unknown_protocol"),
    ],
)
def test_lines_without_a_flow_are_counted_by_reason(fields: dict[str, str], reason: str) -> None:
    table, ledger = table_of_text(conn_log({}, fields, {}))
    assert len(table) == 2
    assert ledger.dropped == {reason: 1}
    assert ledger.balanced
    [warning] = ledger.warnings
    assert "line 5 gave no flow" in warning


@pytest.mark.parametrize(
    ("fields", "column"),
    [
        ({"orig_pkts": "many"}, "orig_pkts"),
        ({"resp_pkts": "-3"}, "resp_pkts"),
        ({"orig_pkts": "99999999999"}, "orig_pkts"),
        ({"orig_bytes": "1e400"}, "orig_bytes"),
        ({"duration": "inf"}, "duration_ns"),
    ],
)
def test_values_that_cannot_be_are_unknown_and_weird(fields: dict[str, str], column: str) -> None:
    table, ledger = table_of_text(conn_log(fields))
    assert table[column].tolist() == [-1]
    assert ledger.weird == {"bad_record_value": 1}


def test_another_number_of_columns_is_no_flow() -> None:
    _, ledger = table_of_text(conn_log({}) + "1.0\t10.0.0.1\n")
    assert ledger.dropped == {"wrong_columns": 1}


def test_an_unknown_state_is_no_state() -> None:
    table, _ = table_of_text(conn_log({"conn_state": "XYZ"}))
    assert table.conn_states() == [""]
    assert table["conn_state"][0] >= len(CONN_STATES)


def test_other_logs_of_zeek_are_named() -> None:
    with pytest.raises(NotACapture, match=r"is Zeek's dns log, and flows stand in conn\.log"):
        table_of_text("#separator \\x09\n#path\tdns\n#fields\tts\tuid\tquery\n1.0\tC\texample.org\n")
    with pytest.raises(NotACapture, match=r"without the columns id\.orig_h, id\.resp_h, proto, ts"):
        table_of_text("#separator \\x09\n#path\tconn\n#fields\tts\tuid\n")


def test_a_log_with_nothing_but_its_header_holds_no_flow(tmp_path: Path) -> None:
    table, ledger = table_of_text(conn_log())
    assert (len(table), ledger.packets, ledger.warnings) == (0, 0, [])
    assert isinstance(ledger, Ledger)
