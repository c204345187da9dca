from __future__ import annotations

from pathlib import Path

import pytest

from packetclip.errors import EmptyFolder, MissingCapture
from packetclip.wire import capture


def test_folders_give_their_captures_in_the_order_of_their_times(tmp_path: Path) -> None:
    below = tmp_path / "below"
    below.mkdir()
    capture.write(tmp_path / "a.pcap", [capture.memory([(3, b"x")])])
    capture.write(tmp_path / "b.not-a-name.gz", [capture.memory([(9, b"x")])])
    capture.write(below / "c.pcap.zst", [capture.memory([(1, b"x")])])
    capture.write(tmp_path / "empty.pcap", [])
    capture.write(tmp_path / ".hidden.pcap", [capture.memory([(0, b"x")])])
    (tmp_path / "notes.pcap").write_text("not a capture at all")
    (tmp_path / "nothing.pcap").write_bytes(b"")
    names = ["below/c.pcap.zst", "a.pcap", "b.not-a-name.gz", "empty.pcap"]
    found = capture.sources(["-", str(tmp_path), str(tmp_path / "notes.pcap")])
    assert found == ["-", *(str(tmp_path / name) for name in names), str(tmp_path / "notes.pcap")]


def test_what_is_missing_or_empty_is_named(tmp_path: Path) -> None:
    with pytest.raises(EmptyFolder, match="holds no pcap"):
        capture.sources([str(tmp_path)])
    (tmp_path / "office.pcap").write_bytes(b"")
    with pytest.raises(MissingCapture, match=r"Did you mean .*office\.pcap\?"):
        capture.sources([str(tmp_path / "ofice.pcap")])
    with pytest.raises(MissingCapture, match="Nor does the folder"):
        capture.sources([str(tmp_path / "no" / "a.pcap")])
    with pytest.raises(MissingCapture, match="Check the path"):
        capture.sources([str(tmp_path / "zzzzzzz")])


def test_files_of_one_series_come_in_the_order_of_their_packets(tmp_path: Path) -> None:
    ring = [tmp_path / f"ring.pcap{number}" for number in range(12)]
    for number, path in enumerate(ring):  # the ring began anew with the third
        capture.write(path, [capture.memory([((number + 9) % 12, b"x")])])
    others = [tmp_path / "b.pcap", tmp_path / "a.pcap"]
    for path in others:
        capture.write(path, [capture.memory([(5, b"x")])])
    given = sorted(map(str, ring))  # as the shell gives ring.pcap*
    found = capture.sources([*given, *map(str, others)])
    assert found == [*map(str, ring[3:] + ring[:3]), *map(str, others)]


def test_numbers_in_names_count_where_times_do_not(tmp_path: Path) -> None:
    for number in (1, 2, 10):
        capture.write(tmp_path / f"part{number}.pcap", [capture.memory([(7, b"x")])])
    found = capture.sources([str(tmp_path)])
    assert [Path(path).name for path in found] == ["part1.pcap", "part2.pcap", "part10.pcap"]


def test_what_is_no_path_stays_as_it_is() -> None:
    live = capture.Live("eth0")
    assert capture.sources([live, "-"]) == [live, "-"]
