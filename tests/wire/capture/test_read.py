from __future__ import annotations

import gzip
import io
import json
import lzma
import os
import sys
from collections.abc import Callable
from pathlib import Path

import lz4.frame
import numpy as np
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from packetclip.errors import CaptureError, EmptyCapture, MissingCapture, NotACapture, UsageError
from packetclip.ledger import Ledger
from packetclip.wire import capture
from tests.wire.capture import making, oracle

FRAMES = [(1_700_000_000 + i, 1000 * i, bytes([i]) * (40 + i)) for i in range(5)]
PCAP = making.pcap(FRAMES)
PCAPNG = (
    making.section()
    + making.interface(resolution=9)
    + making.enhanced(b"one frame", 1_700_000_000_000_000_000)
    + making.block(5, b"statistics!!")
    + making.simple(b"no time")
    + making.obsolete(b"old", 1_700_000_001_000_000_000)
)
SQUEEZE: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "zstd": zstandard.compress,
    "lz4": lz4.frame.compress,
    "xz": lzma.compress,
}


@pytest.fixture
def pipe(monkeypatch: pytest.MonkeyPatch) -> Callable[[bytes], None]:
    """Puts bytes on standard input."""

    def put(data: bytes) -> None:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))

    return put


def read_bytes(path: Path, data: bytes, **how: int) -> tuple[list[oracle.Frame], Ledger]:
    path.write_bytes(data)
    ledger = Ledger()
    return making.plain(capture.read(path, ledger, **how)), ledger


@pytest.mark.parametrize("data", [PCAP, PCAPNG], ids=["pcap", "pcapng"])
@pytest.mark.parametrize("squeeze", SQUEEZE)
def test_compression_is_told_by_its_magic_and_taken_off(tmp_path: Path, data: bytes, squeeze: str) -> None:
    frames, ledger = read_bytes(tmp_path / "misnamed.pcap", SQUEEZE[squeeze](data))
    assert frames == list(oracle.read(data))
    assert ledger.packets == len(frames)
    assert not ledger.warnings


@pytest.mark.parametrize("squeeze", SQUEEZE)
def test_compressed_streams_end_to_end_are_one(tmp_path: Path, squeeze: str) -> None:
    halves = SQUEEZE[squeeze](PCAP[:100]) + SQUEEZE[squeeze](PCAP[100:])
    frames, ledger = read_bytes(tmp_path / "a", halves)
    assert len(frames) == len(FRAMES)
    assert not ledger.warnings


def test_what_follows_compressed_data_is_named(tmp_path: Path) -> None:
    frames, ledger = read_bytes(tmp_path / "a", gzip.compress(PCAP) + b"and more")
    assert len(frames) == len(FRAMES)
    assert "something else follows its gzip data" in ledger.warnings[0]


def test_standard_input(pipe: Callable[[bytes], None]) -> None:
    pipe(gzip.compress(PCAP))
    assert making.plain(capture.read("-")) == list(oracle.read(PCAP))


def test_a_terminal_is_no_capture(pipe: Callable[[bytes], None], monkeypatch: pytest.MonkeyPatch) -> None:
    pipe(b"")
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    with pytest.raises(UsageError, match="Pipe a capture"):
        next(capture.read("-"))


@pytest.mark.parametrize("data", [PCAP, PCAPNG], ids=["pcap", "pcapng"])
@pytest.mark.parametrize("squeeze", [None, *SQUEEZE])
def test_a_cut_anywhere_gives_what_is_before_it(tmp_path: Path, data: bytes, squeeze: str | None) -> None:
    whole = SQUEEZE[squeeze](data) if squeeze else data
    everything = list(oracle.read(data))
    for cut in range(len(whole)):
        path, ledger = tmp_path / "cut", Ledger()
        path.write_bytes(whole[:cut])
        try:
            frames = making.plain(capture.read(path, ledger))
        except CaptureError as error:
            assert str(error).endswith("."), error
            assert cut < 8, error
            continue
        assert frames == everything[: len(frames)]
        if not ledger.warnings:  # a cut between two records leaves a shorter file, not a damaged one
            assert squeeze is None or len(frames) == len(everything)
            assert frames == list(oracle.read(whole[:cut])) or squeeze
        else:
            assert len(ledger.warnings) == 1
            assert str(path) in ledger.warnings[0]


@given(data=st.binary(max_size=300), which=st.sampled_from([PCAP[:24], PCAPNG[:72], PCAP, PCAPNG, b""]))
def test_any_bytes_give_frames_or_a_sentence(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, which: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "any"
    try:
        frames, ledger = read_bytes(path, which + data)
    except CaptureError as error:
        assert str(error).endswith(".")
    else:
        assert frames == list(oracle.read(which + data))
        assert ledger.packets == len(frames)


@given(data=st.data(), which=st.sampled_from([PCAP, PCAPNG, *(squeeze(PCAP) for squeeze in SQUEEZE.values())]))
def test_any_changed_byte_gives_frames_or_a_sentence(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject, which: bytes
) -> None:
    changed = bytearray(which)
    for _ in range(data.draw(st.integers(1, 4))):
        changed[data.draw(st.integers(0, len(which) - 1))] = data.draw(st.integers(0, 255))
    try:
        read_bytes(tmp_path_factory.getbasetemp() / "changed", bytes(changed))
    except CaptureError as error:
        assert str(error).endswith(".")


@pytest.mark.parametrize("batch", [1, 2, 3, 5, 6])
@pytest.mark.parametrize("data", [PCAP, PCAPNG], ids=["pcap", "pcapng"])
def test_batches_hold_no_more_than_asked_and_change_nothing(tmp_path: Path, data: bytes, batch: int) -> None:
    (tmp_path / "a").write_bytes(data)
    batches = list(capture.read(tmp_path / "a", batch_packets=batch))
    assert max(map(len, batches)) <= batch
    assert making.plain(batches) == list(oracle.read(data))


def test_more_than_a_window_of_frames(tmp_path: Path) -> None:
    frames = [(i, 0, bytes([i % 251]) * (i * 7919 % 60_000)) for i in range(400)]
    data = making.pcap(frames)
    assert len(data) > 1 << 23
    found, ledger = read_bytes(tmp_path / "a", data)
    assert found == list(oracle.read(data))
    assert ledger.packets == 400


@pytest.mark.parametrize("sizes", [(1500,), (60, 1500, 0, 9000), (3,)], ids=["long", "mixed", "short"])
@pytest.mark.parametrize("batch_bytes", [1, 100_000, 1 << 20])
def test_kept_batches_stay_as_they_are_and_keep_little_else(
    tmp_path: Path, sizes: tuple[int, ...], batch_bytes: int
) -> None:
    frames = [(i, 0, bytes([i % 251]) * sizes[i % len(sizes)]) for i in range(1600)]
    ng = making.section() + making.interface() + b"".join(making.enhanced(frame) for _, _, frame in frames)
    for data in (making.pcap(frames), ng):
        (tmp_path / "a").write_bytes(data)
        batches = list(capture.read(tmp_path / "a", batch_bytes=batch_bytes))
        assert making.plain(batches) == list(oracle.read(data))
        for batch in batches:
            kept = batch.data
            while isinstance(kept.base, np.ndarray):
                kept = kept.base
            assert kept.nbytes <= 2 * batch.captured.sum() + 64


@pytest.mark.parametrize("left", [0, 30, 3_000_001])
def test_a_file_that_shrinks_while_it_is_read(tmp_path: Path, left: int) -> None:
    data = making.pcap([(i, 0, bytes(1500)) for i in range(3000)])
    path, ledger = tmp_path / "a.pcap", Ledger()
    path.write_bytes(data)
    batches = capture.read(path, ledger)
    found = [next(batches), next(batches)]
    os.truncate(path, left)
    found += batches
    frames = making.plain(found)
    assert frames == list(oracle.read(data))[: len(frames)]
    assert len(frames) == ledger.packets < 3000
    assert "cut short" in ledger.warnings[0]


def test_a_file_that_grows_while_it_is_read(tmp_path: Path) -> None:
    data = making.pcap([(i, 0, bytes(1500)) for i in range(3000)])
    path, ledger = tmp_path / "a.pcap", Ledger()
    path.write_bytes(data[:-2_000_000])
    batches = capture.read(path, ledger)
    found = [next(batches), next(batches)]
    with path.open("ab") as file:
        file.write(data[-2_000_000:])
    assert making.plain([*found, *batches]) == list(oracle.read(data))
    assert not ledger.warnings


def test_a_block_longer_than_a_window(tmp_path: Path) -> None:
    comment = making.block(0x0BAD, bytes((1 << 23) + 4))
    data = making.section() + making.interface() + comment + making.enhanced(b"behind")
    found, ledger = read_bytes(tmp_path / "a", data)
    assert [frame.data for frame in found] == [b"behind"]
    assert not ledger.warnings


def test_the_errors_are_sentences(tmp_path: Path) -> None:
    path = tmp_path / "x.pcap"
    with pytest.raises(MissingCapture, match=r"x\.pcap does not exist"):
        next(capture.read(path))
    with pytest.raises(CaptureError, match="is a folder"):
        next(capture.read(tmp_path))
    with pytest.raises(CaptureError, match="cannot be opened"):
        next(capture.read("nul\0.pcap"))
    path.write_bytes(b"")
    with pytest.raises(EmptyCapture, match="is empty"):
        next(capture.read(path))
    path.write_bytes(gzip.compress(b""))
    with pytest.raises(EmptyCapture, match="nothing at all"):
        next(capture.read(path))
    path.write_bytes(b"Dear reader,\nthis is no capture.\n")
    with pytest.raises(NotACapture, match="it is text"):
        next(capture.read(path))
    path.write_bytes(gzip.compress(b"snoop\0\0\0\0\0\0\2"))
    with pytest.raises(NotACapture, match=r"Solaris snoop capture \(gzip compressed\)"):
        next(capture.read(path))
    path.write_bytes(making.section(major=7))
    with pytest.raises(NotACapture, match="version 7"):
        next(capture.read(path))


# tshark and libpcap refuse these two outright; we read on, since nothing in them misleads.
KNOWN_DIFFERENCES = {
    "hostile/derived/unknown_linktype.pcap": "link type 65535 is for the dissectors to judge",
    "hostile/libpcap/pcapng-invalid-vers-2.pcapng": "version 1.1 is read as 1.0",
}


def test_as_many_packets_as_tshark_or_libpcap_or_capinfos_count(shared: Path) -> None:
    truth = json.loads((shared / "truth.json").read_text())["files"]
    differing = set()
    for name, known in truth.items():
        if name.startswith("attacks/"):
            continue
        ledger = Ledger()
        try:
            for frames in capture.read(shared / name, ledger):
                assert 2 * frames.captured.sum() >= len(frames.data)
        except CaptureError as error:
            assert str(error).endswith(".")
        counts = {known.get(f"{tool}_packets") or 0 for tool in ("tshark", "libpcap", "capinfos")}
        if ledger.packets not in counts:
            differing.add(name)
        if known["truncated_file"]:
            assert len(ledger.warnings) == 1 or ledger.packets == 0
    assert differing == set(KNOWN_DIFFERENCES)


def test_every_uncompressed_capture_reads_as_the_oracle_reads_it(shared: Path) -> None:
    for path in sorted([*(shared / "hostile").rglob("*.pcap*"), *(shared / "apps" / "encap").glob("*.pcap*")]):
        data = path.read_bytes()
        if data[:4] not in oracle.MAGICS and data[:4] != b"\n\r\r\n":
            continue
        try:
            found = making.plain(capture.read(path))
        except NotACapture:
            continue
        assert found == list(oracle.read(data)), path.name
