from __future__ import annotations

import struct
from pathlib import Path

import pytest

from packetclip.ledger import Ledger
from packetclip.wire import capture
from tests.wire.capture import making, oracle


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize(
    ("magic", "expected_ns"),
    [
        (0xA1B2C3D4, 7_000_005_000),
        (0xA1B23C4D, 7_000_000_005),
        (0xA1B2CD34, 7_000_005_000),
        (0x1C0001AC, 7_000_000_005),
        (0x1C0001AB, 7_000_005_000),
    ],
    ids=["micro", "nano", "kuznetzov", "ixia hardware", "ixia software"],
)
def test_both_byte_orders_and_all_magics(tmp_path: Path, order: str, magic: int, expected_ns: int) -> None:
    data = making.pcap([(7, 5, b"abc"), (7, 5, b"")], order, magic, link=113)
    (tmp_path / "a").write_bytes(data)
    found = making.plain(capture.read(tmp_path / "a"))
    assert found == list(oracle.read(data))
    assert found == [(expected_ns, 3, 113, b"abc"), (expected_ns, 0, 113, b"")]


@pytest.mark.parametrize("version", [2, 3])
def test_old_versions_have_their_lengths_the_other_way_round(tmp_path: Path, version: int) -> None:
    data = making.pcap([], version=version) + struct.pack("<IIII", 0, 0, 99, 3) + b"abc"
    (tmp_path / "a").write_bytes(data)
    assert making.plain(capture.read(tmp_path / "a")) == [(0, 99, 1, b"abc")]


def test_lengths_that_no_frame_has_end_the_file_with_a_warning(tmp_path: Path) -> None:
    data = making.pcap([(1, 0, b"good")]) + struct.pack("<IIII", 2, 0, (1 << 18) + 1, 60) + bytes(300_000)
    (tmp_path / "a").write_bytes(data)
    ledger = Ledger()
    assert len(making.plain(capture.read(tmp_path / "a", ledger))) == 1
    assert "record 1 claims a length that no frame has" in ledger.warnings[0]


def test_insane_numbers_are_held_within_what_columns_bear(tmp_path: Path) -> None:
    data = making.pcap([]) + struct.pack("<IIII", 0xFFFFFFFF, 0xFFFFFFFF, 2, 0xFFFFFFFF) + b"ab"
    (tmp_path / "a").write_bytes(data)
    (frame,) = making.plain(capture.read(tmp_path / "a"))
    assert 0 < frame.time_ns < 1 << 62
    assert frame.length == (1 << 31) - 1


def test_the_check_sequence_bits_are_no_part_of_the_link_type(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(making.pcap([(0, 0, b"x")], link=0x2400_0001))
    assert making.plain(capture.read(tmp_path / "a"))[0].link_type == 1
