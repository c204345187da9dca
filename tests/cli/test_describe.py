from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run

LEDGER = "Read 121 packets: 120 scored, 1 dropped (1 no ip or arp).\n"


def test_each_flow_is_told(packetclip: Run, scan: Path) -> None:
    done = packetclip("describe", scan)
    assert (done.returncode, done.stderr) == (0, LEDGER)
    lines = done.stdout.splitlines()
    assert len(lines) == 2 * 60
    assert lines[0] == "0  10.0.0.5:40000 -> 10.0.0.9:1 (TCP): refused"
    assert all(line.startswith("   ") and line.endswith(".") for line in lines[1::2])


def test_json_lines_end_with_the_ledger(packetclip: Run, scan: Path, tmp_path: Path) -> None:
    target = tmp_path / "flows.jsonl"
    done = packetclip("describe", scan, "--format", "jsonl", "--limit", "3", "--output", target)
    assert (done.returncode, done.stdout) == (0, "")
    *flows, ledger = [json.loads(line) for line in target.read_text().splitlines()]
    assert [flow["flow"] for flow in flows] == [0, 1, 2]
    assert {flow["type"] for flow in flows} == {"description"}
    assert flows[0]["packets"] == 2
    assert ledger["type"] == "ledger"
    assert ledger["packets"] == ledger["scored"] + sum(ledger["dropped"].values()) == 121


def test_standard_input_and_files_say_the_same(packetclip: Run, scan: Path) -> None:
    assert packetclip("describe", "-", stdin=scan.read_bytes()).stdout == packetclip("describe", scan).stdout


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda p: None, "does not exist"),
        (lambda p: p.mkdir(), "holds no pcap"),
        (lambda p: p.touch(), "is empty"),
        (lambda p: p.write_text("Dear diary, today I renamed a letter."), "is not a capture: it is text"),
    ],
    ids=["missing", "empty folder", "empty file", "text"],
)
def test_what_is_no_capture_gets_one_sentence(packetclip: Run, tmp_path: Path, make: object, says: str) -> None:
    path = tmp_path / "office.pcap"
    make(path)  # type: ignore[operator]
    done = packetclip("describe", path)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("Error: ") and done.stderr.count("\n") == 1
    assert says in done.stderr


def test_a_capture_cut_short_gives_what_it_holds(packetclip: Run, scan: Path, tmp_path: Path) -> None:
    cut = tmp_path / "cut.pcap"
    cut.write_bytes(scan.read_bytes()[:-7])
    done = packetclip("describe", cut)
    assert done.returncode == 0
    warning, ledger = done.stderr.splitlines()
    assert warning.startswith("Warning: ")
    assert ledger.startswith("Read 120 packets: 119 scored, 1 dropped")


def test_quiet_is_quiet(packetclip: Run, scan: Path) -> None:
    assert packetclip("describe", "--quiet", scan).stderr == ""
