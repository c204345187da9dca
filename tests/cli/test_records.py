"""The commands on logs of flow records."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.wire.records.making import LOGS

CONN = LOGS / "conn.log"
NOTE = "Note: flow records hold no packets; their descriptions were compared with your sentences.\n"


def test_each_record_is_told_in_order_of_its_start(packetclip: Run) -> None:
    done = packetclip("describe", CONN)
    assert (done.returncode, done.stderr) == (0, "Read 9 records: 9 told, 0 dropped.\n")
    lines = done.stdout.splitlines()
    assert len(lines) == 2 * 9
    assert lines[0] == "0  10.0.0.5:40000 -> 10.0.0.9:23 (TCP, telnet): refused"
    assert lines[1].startswith("   The connection goes to the telnet service of the responder; it was refused.")


def test_json_lines_have_the_keys_of_captures(packetclip: Run) -> None:
    done = packetclip("describe", LOGS / "eve.json", "--format", "jsonl", "--limit", "2")
    *flows, ledger = [json.loads(line) for line in done.stdout.splitlines()]
    assert [sorted(flow) for flow in flows] == [["first_seen", "flow", "packets", "sentences", "title", "type"]] * 2
    assert flows[0]["first_seen"] == 1763920800.0
    assert ledger["packets"] == ledger["scored"] + sum(ledger["dropped"].values()) == 10
    assert ledger["dropped"] == {"not_a_flow": 2}


def test_standard_input_and_files_say_the_same(packetclip: Run) -> None:
    assert packetclip("describe", "-", stdin=CONN.read_bytes()).stdout == packetclip("describe", CONN).stdout


def test_a_capture_on_standard_input_is_still_whole(packetclip: Run, scan: Path) -> None:
    assert packetclip("describe", "-", stdin=scan.read_bytes()).stderr.startswith("Read 121 packets")


def test_packets_and_records_are_not_told_together(packetclip: Run, scan: Path) -> None:
    done = packetclip("describe", CONN, scan)
    assert (done.returncode, done.stdout) == (2, "")
    assert "Name them in two commands" in done.stderr


def test_a_bad_line_is_named(packetclip: Run, tmp_path: Path) -> None:
    log = tmp_path / "conn.log"
    log.write_text(CONN.read_text() + "garbage\x1b[31m\n")
    done = packetclip("describe", log)
    assert done.returncode == 0
    assert "line 28 gave no flow: it has another number of columns than the header names." in done.stderr
    assert "1 dropped (1 wrong columns)" in done.stderr
    assert "\x1b" not in done.stdout + done.stderr


@pytest.mark.usefixtures("default_model")
def test_classify_compares_descriptions_and_says_so(packetclip: Run) -> None:
    sentences = ("The connection was refused.", "A web page was fetched.", "A name was asked for.")
    done = packetclip("classify", CONN, *sentences, "--format", "csv")
    assert done.returncode == 0
    assert done.stderr.endswith("Read 9 records: 9 told, 0 dropped.\n" + NOTE)
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert list(rows[0])[:13] == [
        "flow", "first", "last", "originator", "originator_port", "target", "target_port", "protocol", "community_id",
        "packets", "orig_bytes", "resp_bytes", "conn_state",
    ]  # fmt: skip
    assert [row["sentence"] for row in (rows[0], rows[1], rows[4])] == list(sentences)
    assert all(abs(sum(float(row[f"p{n}"]) for n in range(3)) - 1.0) < 1e-5 for row in rows)
    assert rows[2]["orig_bytes"] == "-1"
    assert packetclip("classify", CONN, *sentences, "--quiet").stderr == ""
