"""``packetclip flows``."""

from __future__ import annotations

import csv
import io
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from packetclip.cli.main import cli
from tests.cli.conftest import Run


def test_csv_is_the_default_and_the_ledger_is_told(packetclip: Run, scan: Path) -> None:
    done = packetclip("flows", scan)
    assert done.returncode == 0
    assert len(list(csv.DictReader(io.StringIO(done.stdout)))) == 60
    assert done.stderr == "Read 121 packets: 120 in flows, 1 dropped (1 no ip or arp).\n"


def test_zeek_and_parquet_to_files(packetclip: Run, scan: Path, tmp_path: Path) -> None:
    log, table = tmp_path / "conn.log", tmp_path / "flows.parquet"
    assert packetclip("flows", scan, "--format", "zeek", "--output", log, "--quiet").stderr == ""
    assert log.read_text().startswith("#separator \\x09\n")
    assert packetclip("flows", scan, "-f", "parquet", "-o", table).returncode == 0
    assert pq.read_table(table).num_rows == 60


def test_parquet_needs_pyarrow(scan: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("pyarrow", "pyarrow.parquet"):
        monkeypatch.setitem(sys.modules, name, None)
    done = CliRunner().invoke(cli, ["flows", str(scan), "--format", "parquet"])
    assert "packetclip[tables]" in str(done.exception)


def test_a_missing_capture_is_a_sentence(packetclip: Run, tmp_path: Path) -> None:
    done = packetclip("flows", tmp_path / "none.pcap")
    assert done.returncode == 1
    assert done.stdout == ""
    assert "does not exist" in done.stderr
