from __future__ import annotations

import gzip
import os
import shutil
import threading
import time
from pathlib import Path

import pytest

from packetclip.errors import UsageError
from packetclip.wire import capture
from packetclip.wire.capture import memory
from packetclip.wire.records import sources
from packetclip.wire.records.sniff import pipe_begins_as_log
from tests.wire.records.making import LOGS, conn_log


def pcap(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    capture.write(path, [memory([(1_760_000_000_000_000_000, bytes(60))])])
    return path


def test_logs_are_told_by_their_first_bytes(tmp_path: Path) -> None:
    squeezed = tmp_path / "conn.pcap"
    squeezed.write_bytes(gzip.compress((LOGS / "conn.log").read_bytes()))
    named = [str(LOGS / name) for name in ("conn.log", "conn.json", "eve.json")] + [str(squeezed)]
    assert sources(named) == named


def test_captures_and_what_is_not_there_are_no_logs(tmp_path: Path) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("Dear diary")
    assert sources([str(pcap(tmp_path / "a.pcap"))]) == []
    assert sources([str(text)]) == []
    assert sources([str(tmp_path / "missing")]) == []
    assert sources([object()]) == []
    assert sources([]) == []


def test_both_kinds_together_are_asked_wrongly(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="Name them in two commands"):
        sources([str(LOGS / "conn.log"), str(pcap(tmp_path / "a.pcap"))])


def test_a_folder_of_zeek_is_its_conn_logs_by_time(tmp_path: Path) -> None:
    (tmp_path / "2025-11-24").mkdir()
    late, early = tmp_path / "2025-11-24" / "conn.00.log.gz", tmp_path / "conn.23.log"
    late.write_bytes(gzip.compress(conn_log({"ts": "1763942400.0"}).encode()))
    early.write_text(conn_log({"ts": "1763938800.0"}))
    (tmp_path / "dns.log").write_text("#separator \\x09\n#path\tdns\n#fields\tts\tuid\tquery\n1.0\tC\tx\n")
    (tmp_path / "stats.json").write_text('{"a": 1}\n')
    (tmp_path / ".hidden.log").write_text(conn_log({}))
    assert sources([str(tmp_path)]) == [str(early), str(late)]


def test_a_folder_with_captures_is_a_folder_of_captures(tmp_path: Path) -> None:
    shutil.copy(LOGS / "conn.log", tmp_path)
    pcap(tmp_path / "a.pcap")
    assert sources([str(tmp_path)]) == []


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ((LOGS / "conn.log").read_bytes(), True),
        (gzip.compress((LOGS / "eve.json").read_bytes()), True),
        (b"\xd4\xc3\xb2\xa1" + bytes(40), False),
        (b"", False),
        (b"#", False),
    ],
)
def test_a_pipe_is_looked_into_and_stays_whole(written: bytes, wanted: bool) -> None:
    out, into = os.pipe()
    try:
        os.write(into, written)
        os.close(into)
        assert pipe_begins_as_log(out) is wanted
        assert os.read(out, 1 << 16) == written
    finally:
        os.close(out)


def test_a_pipe_whose_writer_is_slow() -> None:
    out, into = os.pipe()
    text = (LOGS / "conn.log").read_bytes()

    def slowly() -> None:
        for part in (text[:1], text[1:5], text[5:]):
            time.sleep(0.05)
            os.write(into, part)

    writer = threading.Thread(target=slowly)
    writer.start()
    try:
        assert pipe_begins_as_log(out)
        writer.join()
        assert os.read(out, 1 << 16) == text
    finally:
        os.close(into)
        os.close(out)


def test_a_file_for_standard_input_stays_where_it_is() -> None:
    descriptor = os.open(LOGS / "conn.log", os.O_RDONLY)
    try:
        assert pipe_begins_as_log(descriptor)
        assert os.lseek(descriptor, 0, os.SEEK_CUR) == 0
    finally:
        os.close(descriptor)


def test_a_named_pipe_is_not_touched(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    assert sources([str(pipe)]) == []
