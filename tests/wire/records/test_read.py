"""What holds for every log: nothing raises but CaptureError, every line is accounted for, cuts change nothing."""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import lz4.frame
import numpy as np
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from packetclip.errors import CaptureError, EmptyCapture, MissingCapture, NotACapture
from packetclip.ledger import Ledger
from packetclip.wire.capture.compression import Inflated
from packetclip.wire.capture.raw import File
from packetclip.wire.records import DROPS, facts, gathered, read
from packetclip.wire.records.lines import LONGEST, lines
from tests.wire.records.making import DEFAULT, LOGS, conn_log, table_of_text
from tests.wire.records.test_eve import event

NAMES = ("conn.log", "conn.json", "eve.json")
json_value = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
field_text = st.text(max_size=12) | st.sampled_from(["-", "(empty)", "1e999", "-1", "0x10", "999999999999999999999"])


def accounted(data: bytes) -> Ledger | None:
    """The ledger of a log of any content, whose facts could be told; None where it is no log."""
    try:
        table, ledger = table_of_text(data)
    except CaptureError:
        return None
    assert ledger.balanced, ledger
    assert set(ledger.dropped) <= set(DROPS)
    for known in facts(table):
        assert all(np.isfinite(value) and value >= 0.0 for value in known.values()), known
    table.community_ids()
    table.conn_states()
    return ledger


@given(st.binary(max_size=400))
def test_any_bytes(data: bytes) -> None:
    accounted(data)


@given(st.lists(st.text(max_size=60), max_size=5))
def test_any_text_after_a_header(texts: list[str]) -> None:
    accounted((conn_log() + "\n".join(texts)).encode("utf-8", "surrogatepass"))


@given(st.dictionaries(st.sampled_from(list(DEFAULT)), field_text, max_size=6))
def test_any_field_of_zeek(changes: dict[str, str]) -> None:
    ledger = accounted(conn_log({}, changes).encode("utf-8", "surrogatepass"))
    assert ledger is None or ledger.scored >= 1


@given(st.dictionaries(st.sampled_from([*DEFAULT, "id", "_path"]), json_value, max_size=6))
def test_any_value_of_zeeks_json(changes: dict[str, Any]) -> None:
    row = {**DEFAULT, **changes}
    accounted(json.dumps(row).encode("utf-8", "surrogatepass") + b"\n" + json.dumps(DEFAULT).encode())


@given(
    st.sampled_from(["flow", "netflow"]),
    st.dictionaries(st.sampled_from([*event(), "netflow", "tcp", "vlan", "icmp_type"]), json_value, max_size=5),
    st.dictionaries(st.sampled_from([*event()["flow"], "pkts", "bytes", "reason"]), json_value, max_size=5),
    st.dictionaries(st.sampled_from(["tcp_flags", "tcp_flags_ts", "tcp_flags_tc"]), json_value, max_size=3),
)
def test_any_value_of_eve(kind: str, changes: dict[str, Any], inner: dict[str, Any], flags: dict[str, Any]) -> None:
    row = event(kind)
    row[kind] |= inner
    row = {**row, "tcp": flags, **changes}
    accounted(json.dumps(row).encode("utf-8", "surrogatepass") + b"\n" + json.dumps(event()).encode())


@pytest.mark.parametrize("name", NAMES)
def test_a_log_cut_anywhere_gives_what_it_holds(name: str) -> None:
    data = (LOGS / name).read_bytes()
    whole = table_of_text(data)[1].packets
    for end in range(1, len(data), 37):
        ledger = accounted(data[:end])
        assert ledger is None or ledger.packets <= whole


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("batch", [1, 2, 100])
def test_batches_change_nothing(name: str, batch: int) -> None:
    parts = list(read(LOGS / name, batch_records=batch))
    assert all(len(part) <= batch for part in parts)
    assert gathered(parts).rows.tobytes() == gathered(read(LOGS / name)).rows.tobytes()


@pytest.mark.parametrize("squeeze", [gzip.compress, zstandard.ZstdCompressor().compress, lz4.frame.compress])
def test_compressed_logs(squeeze: Callable[[bytes], bytes]) -> None:
    data = (LOGS / "conn.log").read_bytes()
    assert len(table_of_text(squeeze(data))[0]) == 9


def test_damaged_compression_gives_what_came_before(tmp_path: Path) -> None:
    data = gzip.compress(conn_log(*({"ts": str(n)} for n in range(1, 5000))).encode())
    ledger = accounted(data[: len(data) // 2])
    assert ledger is not None and ledger.scored > 100
    assert "gzip data are cut short" in ledger.warnings[0]


def test_no_log_at_all(tmp_path: Path) -> None:
    with pytest.raises(MissingCapture, match="does not exist"):
        next(read(tmp_path / "conn.log"))
    with pytest.raises(EmptyCapture, match="is empty"):
        table_of_text(b"")
    with pytest.raises(NotACapture, match="holds no flow records"):
        table_of_text(b'{"name": "not a record"}\nbut text\n')
    with pytest.raises(CaptureError, match="is a folder"):
        next(read(tmp_path))


def test_windows_line_ends_and_blank_lines() -> None:
    table, ledger = table_of_text(conn_log({}, {}).replace("\n", "\r\n") + "\r\n\n")
    assert (len(table), ledger.packets) == (2, 2)


class Pieces(io.BytesIO):
    """Gives a few bytes at a time, as a slow pipe does."""

    def read(self, n: int | None = -1, /) -> bytes:
        return super().read(min(n, 7) if n is not None and n > 0 else n)


@given(st.binary(max_size=200))
def test_lines_are_those_of_split(data: bytes) -> None:
    if Inflated(File(io.BytesIO(data))).compression:
        return
    wanted = data.split(b"\n")
    wanted = wanted if wanted[-1] else wanted[:-1]
    wanted = [line.removesuffix(b"\r") for line in wanted]
    assert list(lines(Inflated(File(io.BytesIO(data))))) == wanted
    assert list(lines(Inflated(File(Pieces(data))))) == wanted


@pytest.mark.parametrize("end", [b"\n", b""])
def test_a_line_longer_than_any_record_is_one_drop(end: bytes) -> None:
    long = b'{"a":"' + b"x" * (3 * LONGEST) + b'"}' + end
    table, ledger = table_of_text(conn_log({}).encode() + long + (conn_log({}).encode() if end else b""))
    assert ledger.dropped == {"long_line": 1}
    assert len(table) == (2 if end else 1)
