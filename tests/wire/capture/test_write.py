from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from packetclip.errors import OutputError
from packetclip.wire import capture
from packetclip.wire.capture import Frames
from tests.wire.capture import making

RECORDS = st.lists(st.tuples(st.integers(0, (1 << 32) * 10**9 - 1), st.binary(max_size=80)), max_size=20)


@given(RECORDS, st.sampled_from([1, 101, 276]), st.sampled_from(["", ".gz", ".zst"]))
def test_what_is_written_is_what_is_read(
    tmp_path_factory: pytest.TempPathFactory, records: list[tuple[int, bytes]], link_type: int, suffix: str
) -> None:
    path = tmp_path_factory.getbasetemp() / f"round.pcap{suffix}"
    frames = capture.memory(records, link_type)
    assert capture.write(path, [frames]) == len(records)
    assert making.plain(capture.read(path)) == making.plain([frames])


def test_original_lengths_survive_and_microseconds_are_cut(tmp_path: Path) -> None:
    frames = capture.memory([(1_000_001_999, b"abc")])
    longer = dataclasses.replace(frames, length=np.array([1500], np.int32))
    capture.write(tmp_path / "a.pcap", [longer], nanosecond=False)
    assert making.plain(capture.read(tmp_path / "a.pcap")) == [(1_000_001_000, 1500, 1, b"abc")]


def test_frames_with_gaps_between_them_are_written_tight(tmp_path: Path) -> None:
    data = np.frombuffer(b"..abc....de", np.uint8)
    column = np.array([3, 2], np.int32)
    frames = Frames(
        data, np.array([2, 9]), column, column, np.array([1, 2]), np.array([1, 1], np.int32), np.array([0, 1])
    )
    capture.write(tmp_path / "a.pcap", [frames])
    assert [frame.data for frame in making.plain(capture.read(tmp_path / "a.pcap"))] == [b"abc", b"de"]


def test_a_pcap_has_one_link_type(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="link types 1 and 101"):
        capture.write(tmp_path / "a.pcap", [capture.memory([(0, b"x")], 1), capture.memory([(0, b"x")], 101)])


def test_no_frames_make_an_empty_capture(tmp_path: Path) -> None:
    assert capture.write(tmp_path / "a.pcap", []) == 0
    assert making.plain(capture.read(tmp_path / "a.pcap")) == []


@pytest.mark.parametrize("suffix", ["", ".gz", ".zst"])
def test_places_that_cannot_be_written_are_named(tmp_path: Path, suffix: str) -> None:
    with pytest.raises(OutputError, match="cannot be written"):
        capture.write(tmp_path / "nowhere" / f"a.pcap{suffix}", [capture.memory([(0, b"x")])])


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs Linux's /dev/full")
def test_a_full_disk_is_named() -> None:
    with pytest.raises(OutputError, match="No space left"):
        capture.write("/dev/full", [capture.memory([(0, bytes(100_000))])])
