"""What is in a capture, from the command line."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from packetclip.cli.overview import bar, duration, share, size, sparkline
from packetclip.wire import capture
from tests.cli.conftest import ROOT, Run
from tests.wire.packets import making as m

LEDGER = "Read 121 packets: 120 dissected, 1 dropped (1 no ip or arp).\n"


def test_the_table(packetclip: Run, scan: Path) -> None:
    done = packetclip("stats", scan)
    assert (done.returncode, done.stderr) == (0, LEDGER)
    lines = done.stdout.splitlines()
    assert lines[0] == "121 packets, 6.54 kB, 60 flows, 2 addresses"
    assert lines[1].endswith(" UTC, 1.18 s")
    assert "dropped    no ip or arp 1" in lines
    assert "links      ethernet 121" in lines
    assert "and 50 ports more" in lines
    assert any(line.startswith("packets    █") for line in lines)
    assert any(line.split()[:4] == ["10.0.0.5", "3.24", "kB", "3.24"] for line in lines)
    assert max(map(len, lines)) <= 110
    assert "\x1b" not in done.stdout


def test_one_object(packetclip: Run, scan: Path) -> None:
    done = packetclip("stats", scan, "--format", "jsonl", "--quiet")
    assert (done.returncode, done.stderr) == (0, "")
    line = json.loads(done.stdout)
    assert line["type"] == "stats"
    assert line["packets"] == line["scored"] + sum(line["dropped"].values()) == 121
    assert line["dropped"] == {"no_ip_or_arp": 1}
    assert line["link_types"] == {"ethernet": 121}
    assert line["protocols"] == {"ip": 120, "tcp": 120, "lldp": 1}
    assert line["flows"] == line["flows_by_protocol"]["tcp"] == 60
    assert line["first_seen"] == 1_760_000_000.0
    assert line["last_seen"] == pytest.approx(1_760_000_001.181)
    assert sum(line["rate"]["packets"]) == 121
    assert sum(line["rate"]["bytes"]) == line["bytes"]
    assert (line["hosts"], line["hosts_exact"], line["missed_bytes"]) == (2, True, 0)


def test_sources_are_one_stream(packetclip: Run, scan: Path, tmp_path: Path) -> None:
    other = tmp_path / "cooked.pcap"
    capture.write(other, [capture.memory([(2 * 10**18, m.sll(m.ipv4(m.udp(b"x"), 17)))], link_type=113)])
    line = json.loads(packetclip("stats", scan, other, "--format", "jsonl").stdout)
    assert line["link_types"] == {"ethernet": 121, "linux_sll": 1}
    assert line["packets"] == 122


def test_a_link_type_that_nobody_reads_is_told(packetclip: Run, tmp_path: Path) -> None:
    path = tmp_path / "strange.pcap"
    capture.write(path, [capture.memory([(10**18, b"abc"), (10**18, b"d")], link_type=250)])
    done = packetclip("stats", path)
    assert done.returncode == 0
    assert "links      250 2" in done.stdout.splitlines()
    assert done.stderr == "Read 2 packets: 0 dissected, 2 dropped (2 unknown link type).\n"


def test_no_packets_at_all(packetclip: Run, tmp_path: Path) -> None:
    path = tmp_path / "none.pcap"
    capture.write(path, [])
    assert packetclip("stats", path, "-q").stdout == "No packets.\n"
    line = json.loads(packetclip("stats", path, "-f", "jsonl", "-q").stdout)
    assert (line["packets"], line["first_seen"], line["rate"]) == (0, None, None)


def test_a_missing_capture_is_one_sentence(packetclip: Run, tmp_path: Path) -> None:
    done = packetclip("stats", tmp_path / "nothing.pcap")
    assert (done.returncode, done.stdout) == (1, "")
    assert "does not exist" in done.stderr


def test_no_model_is_asked(scan: Path) -> None:
    program = f"""
import sys
from packetclip.cli.exits import guarded
from packetclip.cli.main import cli
assert guarded(cli, ["stats", {str(scan)!r}, "-q"]) == 0
assert not {{"onnxruntime", "torch", "packetclip.model", "packetclip.detection"}} & set(sys.modules)
"""
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)


def test_numbers_for_people() -> None:
    assert [size(n) for n in (0, 1, 999, 1000, 34_567, 999_960, 10**13)] == [
        "0 bytes", "1 byte", "999 bytes", "1 kB", "34.6 kB", "1 MB", "10 TB",
    ]  # fmt: skip
    assert [duration(s) for s in (0, 0.02, 1, 66.66, 600, 8000, 864_000)] == [
        "0 ms", "20 ms", "1 s", "66.7 s", "10 min", "2.22 h", "10 days",
    ]  # fmt: skip
    assert [share(n, 10_000) for n in (0, 1, 10, 5000, 9999, 10_000)] == [
        "0 %", "<0.1 %", "0.1 %", "50.0 %", ">99.9 %", "100 %",
    ]  # fmt: skip
    assert (bar(1, 2), bar(1, 40), bar(0, 0)) == ("━" * 10, "╸", "")
    assert sparkline([0, 1, 500, 1000]) == " ▁▄█"
    assert sparkline([0, 0]) == "  "
