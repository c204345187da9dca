from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from packetclip.errors import MissingCapture
from packetclip.ledger import Ledger
from packetclip.wire import capture
from packetclip.wire.capture import ending, follow
from tests.wire.capture import making

PATIENCE_S = 20.0


@pytest.fixture(autouse=True)
def _hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(follow, "GLANCE_S", 0.005)
    monkeypatch.setattr(follow, "_LOOK_AROUND_S", 0.01)


class Reader(threading.Thread):
    """Reads a source and keeps what came, in a thread of its own."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.source = capture.Follow(path)
        self.ledger = Ledger()
        self.batches: list[capture.Frames] = []
        self.start()

    def run(self) -> None:
        for batch in capture.read(self.source, self.ledger):
            self.batches.append(batch)

    @property
    def frames(self) -> list[bytes]:
        return [frame.data for frame in making.plain(list(self.batches))]

    def until(self, count: int) -> None:
        until = time.monotonic() + PATIENCE_S
        while sum(map(len, list(self.batches))) < count and time.monotonic() < until:
            time.sleep(0.005)


@pytest.fixture
def reading() -> Iterator[Callable[[Path], Reader]]:
    """Starts readers, and ends those that a test left."""
    readers: list[Reader] = []

    def start(path: Path) -> Reader:
        readers.append(Reader(path))
        return readers[-1]

    yield start
    for reader in readers:
        reader.source.stop()
        reader.join(PATIENCE_S)
        assert not reader.is_alive()


def records(*numbers: int) -> bytes:
    return making.pcap([(number, 0, bytes([number])) for number in numbers])


def end(reader: Reader) -> list[bytes]:
    reader.source.stop()
    reader.join(PATIENCE_S)
    return reader.frames


def test_a_growing_file_gives_whole_records_as_they_come(tmp_path: Path, reading: Callable[[Path], Reader]) -> None:
    path = tmp_path / "office.pcap"
    whole = records(1, 2, 3)
    path.write_bytes(whole[:30])  # a header, and part of a record
    reader = reading(path)
    with path.open("ab") as file:
        file.write(whole[30:60])
        file.flush()
        reader.until(2)
        file.write(whole[60:-1])
        file.flush()
    assert end(reader) == [b"\1", b"\2"]
    assert not reader.ledger.warnings, "the writer was in the middle of a record, and that is no damage"
    assert reader.ledger.packets == 2


@pytest.mark.parametrize(
    "names",
    [
        ["office.pcap", "office.pcap1", "office.pcap2"],  # tcpdump -C
        ["day-120000.pcap", "day-120100.pcap", "day-120200.pcap"],  # tcpdump -G
        ["a_00001_20261123.pcapng", "a_00002_20261123.pcapng", "a_00003_20261124.pcapng"],  # dumpcap -b
    ],
)
def test_the_next_file_of_the_series_follows(
    tmp_path: Path, reading: Callable[[Path], Reader], names: list[str]
) -> None:
    (tmp_path / names[0]).write_bytes(records(10, 11))
    (tmp_path / "another.pcap").write_bytes(records(30))
    (tmp_path / "older.pcap").write_bytes(records(1))
    reader = reading(tmp_path / names[0])
    reader.until(2)
    (tmp_path / names[1]).write_bytes(records(20, 21, 22))
    reader.until(5)
    (tmp_path / names[2]).write_bytes(records(25))
    reader.until(6)
    assert end(reader) == [bytes([number]) for number in (10, 11, 20, 21, 22, 25)]
    assert not reader.ledger.warnings


def test_a_ring_begins_anew_in_the_same_file(tmp_path: Path, reading: Callable[[Path], Reader]) -> None:
    for number, name in enumerate(["ring.pcap0", "ring.pcap1"]):
        (tmp_path / name).write_bytes(records(10 + 10 * number, 11 + 10 * number))
    reader = reading(tmp_path / "ring.pcap0")
    reader.until(4)
    (tmp_path / "ring.pcap0").write_bytes(records(30, 31))
    reader.until(6)
    (tmp_path / "ring.pcap0").write_bytes(records(40))
    reader.until(7)
    assert end(reader) == [bytes([number]) for number in (10, 11, 20, 21, 30, 31, 40)]


def test_a_folder_is_one_series(tmp_path: Path, reading: Callable[[Path], Reader]) -> None:
    reader = reading(tmp_path)
    (tmp_path / "b.pcap").write_bytes(records(1))
    reader.until(1)
    (tmp_path / ".hidden.pcap").write_bytes(records(2))
    (tmp_path / "a.pcap").write_bytes(records(3))
    reader.until(2)
    assert end(reader) == [b"\1", b"\3"]


def test_a_file_without_a_byte_is_waited_for(tmp_path: Path, reading: Callable[[Path], Reader]) -> None:
    path = tmp_path / "office.pcap"
    path.touch()
    reader = reading(path)
    assert end(reader) == []
    assert not reader.ledger.warnings


def test_what_is_missing_is_named(tmp_path: Path) -> None:
    source = capture.Follow(tmp_path / "none.pcap")
    with pytest.raises(MissingCapture, match="does not exist"):
        capture.sources([source])
    with pytest.raises(MissingCapture, match="does not exist"):
        next(capture.read(source))
    assert ending.FLUSH_S < 1
