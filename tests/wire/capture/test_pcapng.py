from __future__ import annotations

import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from packetclip.ledger import Ledger
from packetclip.wire import capture
from packetclip.wire.capture.clock import LATEST_NS
from packetclip.wire.capture.clock import nanoseconds as fast_nanoseconds
from tests.wire.capture import making, oracle


def read(path: Path, data: bytes) -> tuple[list[oracle.Frame], list[str]]:
    path.write_bytes(data)
    ledger = Ledger()
    found = making.plain(capture.read(path, ledger))
    assert found == list(oracle.read(data))
    return found, ledger.warnings


@pytest.mark.parametrize("order", ["<", ">"])
def test_each_interface_has_its_link_type_and_its_clock(tmp_path: Path, order: str) -> None:
    data = (
        making.section(order)
        + making.interface(order, link=1)
        + making.interface(order, link=101, resolution=9)
        + making.interface(order, link=276, resolution=0x80 | 10, offset_s=100)
        + making.enhanced(b"micro", 5_000_000, 0, order)
        + making.enhanced(b"nano", 5_000_000, 1, order)
        + making.enhanced(b"1/1024", 2048 + 512, 2, order)
        + making.obsolete(b"old", 7, 1, order)
    )
    found, warnings = read(tmp_path / "a", data)
    assert not warnings
    assert [frame[:3] for frame in found] == [
        (5_000_000_000, 5, 1),
        (5_000_000, 4, 101),
        (102_500_000_000, 6, 276),
        (7, 3, 101),
    ]


def test_simple_packets_are_cut_by_the_snapshot_and_take_the_time_before(tmp_path: Path) -> None:
    data = making.section() + making.interface(snapshot=4) + making.enhanced(b"abcdef", 9) + making.simple(b"abcd", 600)
    found, warnings = read(tmp_path / "a", data)
    assert found[1] == (9000, 600, 1, b"abcd")
    assert not warnings


def test_sections_may_change_byte_order_and_forget_interfaces(tmp_path: Path) -> None:
    data = b"".join(
        making.section(order) + making.interface(order, link=link) + making.enhanced(b"x", 1, 0, order)
        for order, link in [("<", 1), (">", 113), ("<", 276)]
    )
    found, warnings = read(tmp_path / "a", data)
    assert [frame.link_type for frame in found] == [1, 113, 276]
    assert not warnings


GOOD = making.section() + making.interface() + making.enhanced(b"good")


@pytest.mark.parametrize(
    ("tail", "words"),
    [
        (struct.pack("<II", 6, 8), "impossible length"),
        (struct.pack("<II", 99, 1 << 25), "impossible length"),
        (making.enhanced(b"x")[:-4] + b"\0\0\0\1", "two lengths differ"),
        (making.enhanced(b"x", number=1), "interface that the file does not describe"),
        (making.section() + making.simple(b"x"), "interface that the file does not describe"),
        (making.block(6, struct.pack("<IIIII", 0, 0, 0, 500, 500)), "length that its block does not have"),
        (making.block(1, b"tiny"), "interface that makes no sense"),
        (making.block(0x0A0D0D0A, bytes(16)), "section header of no byte order"),
        (making.section(major=9), "version 9"),
        (making.enhanced(b"x")[:-1], "cut short in record 1"),
        (making.section()[:20], "cut short in a section header"),
    ],
)
def test_faults_end_the_file_with_a_warning(tmp_path: Path, tail: bytes, words: str) -> None:
    found, warnings = read(tmp_path / "a", GOOD + tail)
    assert [frame.data for frame in found] == [b"good"]
    assert len(warnings) == 1
    assert words in warnings[0]


@pytest.mark.parametrize("order", ["<", ">"])
def test_drops_that_the_file_tells_of_are_told_and_counted_once(tmp_path: Path, order: str) -> None:
    head = making.section(order) + making.interface(order) + making.interface(order)
    data = (
        head
        + making.statistics(0, {4: 99, 5: 1, 7: 2}, order)
        + making.enhanced(b"x", 1, 0, order)
        + making.statistics(0, {5: 10, 7: 20}, order)  # counts go on from the beginning of the capture
        + making.statistics(1, {7: 4}, order)
        + making.statistics(9, {7: 1_000}, order)  # of no interface
        + making.block(5, b"tiny", order)
        + head
        + making.statistics(1, {5: 1_200}, order)
    )
    found, warnings = read(tmp_path / "a", data)
    assert [frame.data for frame in found] == [b"x"]
    assert len(warnings) == 1
    assert "lacks 1,234 packets" in warnings[0]


def test_broken_options_are_as_if_absent(tmp_path: Path) -> None:
    body = struct.pack("<HHI", 1, 0, 0) + struct.pack("<HH", 9, 400)
    found, warnings = read(tmp_path / "a", making.section() + making.block(1, body) + making.enhanced(b"x", 3))
    assert found[0].time_ns == 3000
    assert not warnings


@given(
    ticks=st.integers(0, 2**64 - 1) | st.integers(0, 2**40),
    resolution=st.integers(0, 255),
    offset_s=st.integers(-(2**32), 2**32),
)
def test_time_stamps_of_any_resolution(ticks: int, resolution: int, offset_s: int) -> None:
    fast = fast_nanoseconds(ticks >> 32, ticks & 0xFFFFFFFF, resolution >= 128, resolution & 127, offset_s)
    exact = oracle.nanoseconds(ticks, resolution, offset_s)
    assert 0 <= fast <= LATEST_NS
    # Beyond 34 binary digits the fast way drops what is far below a nanosecond, which may move a floor by one.
    assert abs(fast - exact) <= (resolution > 128 + 34)


@given(
    st.lists(
        st.tuples(st.sampled_from(["enhanced", "obsolete", "simple", "other", "section"]), st.binary(max_size=40)),
        max_size=12,
    ),
    st.sampled_from(["<", ">"]),
)
def test_any_mix_of_blocks_reads_as_the_oracle_reads_it(
    tmp_path_factory: pytest.TempPathFactory, mix: list[tuple[str, bytes]], order: str
) -> None:
    head = making.section(order) + making.interface(order, resolution=9) + making.interface(order, link=101)
    data = head
    for i, (kind, frame) in enumerate(mix):
        match kind:
            case "enhanced":
                data += making.enhanced(frame, i << 30, i % 2, order)
            case "obsolete":
                data += making.obsolete(frame, i << 40, i % 2, order)
            case "simple":
                data += making.simple(frame, order=order)
            case "other":
                data += making.block(0x40000000 + i, frame, order)
            case "section":
                data += head
    found, warnings = read(tmp_path_factory.getbasetemp() / "mix", data)
    assert not warnings
    assert len(found) == sum(kind not in ("other", "section") for kind, _ in mix)
