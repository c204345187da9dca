"""What is written can be read by those for whom it is written."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from packetclip.ledger import Ledger
from packetclip.wire import capture
from packetclip.wire.export import COLUMNS, CONTEXT, FORMATS, Columns, flow_records
from packetclip.wire.export import formats as module
from tests.cli.conftest import refused_ports

NAMES = [column.name for column in COLUMNS]


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    path = tmp_path / "scan.pcap"
    capture.write(path, [capture.memory(refused_ports())])
    return path


def written(form: str, path: Path) -> bytes:
    file = io.BytesIO()
    FORMATS[form](file, flow_records(path))
    return file.getvalue()


def test_names_are_unique_and_context_is_told() -> None:
    assert len(set(NAMES)) == len(NAMES)
    assert set(CONTEXT) <= set(NAMES)
    assert all(column.meaning for column in COLUMNS)


def test_csv(scan: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(written("csv", scan).decode())))
    assert len(rows) == 60
    first = rows[0]
    assert list(first) == NAMES
    wanted = {
        "ts": "1760000000.000000000", "uid": "C0", "id.orig_h": "10.0.0.5", "id.orig_p": "40000", "id.resp_p": "1",
        "proto": "tcp", "service": "", "duration": "0.001000000", "conn_state": "REJ", "history": "Sr",
        "local_orig": "T", "vlan": "", "end_reason": "rst", "orig_pkts": "1", "orig_ip_bytes": "40",
        "orig_l2_addr": "02:00:00:00:00:05", "resp_iat_mean": "0.000000000", "orig_syn": "1", "resp_rst": "1",
    }  # fmt: skip
    assert {name: first[name] for name in wanted} == wanted
    assert rows[-1]["community_id"].startswith("1:")
    assert float(rows[-1]["pair_ports_60s"]) > 50


def test_zeek(scan: Path) -> None:
    lines = written("zeek", scan).decode().splitlines()
    assert lines[:6] == [
        r"#separator \x09", "#set_separator\t,", "#empty_field\t(empty)", "#unset_field\t-", "#path\tconn",
        "#open\t2025-10-09-08-53-20",
    ]  # fmt: skip
    assert lines[6].split("\t")[1:] == NAMES
    assert lines[7].split("\t")[1:] == [column.type for column in COLUMNS]
    assert lines[-1] == "#close\t2025-10-09-08-53-21"
    body = pd.read_csv(io.StringIO("\n".join(lines)), sep="\t", comment="#", names=NAMES, na_values="-")
    assert len(body) == 60
    assert body["ts"][0] == 1760000000.0
    assert body["service"].isna().all()
    assert {len(line.split("\t")) for line in lines[8:-1]} == {len(NAMES)}


def test_parquet(scan: Path) -> None:
    table = pq.read_table(io.BytesIO(written("parquet", scan)))
    assert table.column_names == NAMES
    frame = table.to_pandas()
    assert frame["ts"][0] == pd.Timestamp("2025-10-09 08:53:20", tz="UTC")
    assert frame["vlan"].isna().all()
    assert frame["service"].isna().all()
    assert frame["orig_pkts"].tolist() == [1] * 60


def test_parquet_in_row_groups(scan: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "ROWS", 25)
    [batch] = list(flow_records(scan))
    parts = [{name: column[at : at + 10] for name, column in batch.items()} for at in range(0, 60, 10)]
    file = io.BytesIO()
    FORMATS["parquet"](file, parts)
    groups = pq.ParquetFile(file)
    assert [groups.metadata.row_group(k).num_rows for k in range(groups.num_row_groups)] == [25, 5, 25, 5]
    assert groups.read().num_rows == 60


@pytest.mark.parametrize("form", sorted(FORMATS))
def test_no_flow_at_all(form: str) -> None:
    file = io.BytesIO()
    FORMATS[form](file, iter(()))
    text = file.getvalue()
    if form == "parquet":
        assert pq.read_table(io.BytesIO(text)).num_rows == 0
    else:
        assert text.decode().count("\n") == (1 if form == "csv" else 9)


@pytest.mark.parametrize("form", ["csv", "zeek"])
def test_rows_are_written_as_flows_end(form: str, scan: Path) -> None:
    file = io.BytesIO()
    sizes = []

    def watched() -> Iterator[Columns]:
        for batch in (*flow_records(scan), *flow_records(scan)):
            sizes.append(len(file.getvalue()))
            yield batch

    FORMATS[form](file, watched())
    assert sizes[0] < sizes[1] < len(file.getvalue())


def test_flows_end_early_when_there_are_too_many(scan: Path) -> None:
    ledger = Ledger()
    tables = list(flow_records(scan, ledger, max_flows=7))
    assert sum(len(table["end_reason"]) for table in tables) == 60
    assert ledger.balanced
    [warning] = ledger.warnings
    assert warning.startswith("53 flows were ended early, because 7 were open at once")


def test_several_services_are_quoted_in_csv(scan: Path) -> None:
    [batch] = list(flow_records(scan))
    file = io.BytesIO()
    FORMATS["csv"](file, [{**batch, "service": ["http,ssl"] * 60}])
    rows = list(csv.DictReader(io.StringIO(file.getvalue().decode())))
    assert {row["service"] for row in rows} == {"http,ssl"}
    assert all(None not in row for row in rows)


def test_times_before_the_epoch_and_unset_ones() -> None:
    times = np.array(["NaT", "1970-01-01T00:00:01.5"], "datetime64[ns]")
    assert module._texts(times, "ts", 6) == ["", "1.500000"]
