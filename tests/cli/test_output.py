"""A result appears whole or not at all, and a place that cannot take it gets a sentence."""

from __future__ import annotations

import stat
import sys
from pathlib import Path

import pytest

from packetclip.cli.output import writing
from packetclip.errors import MissingCapture, OutputError


def test_a_file_appears_at_the_end(tmp_path: Path) -> None:
    target = tmp_path / "stories.jsonl"
    with writing(target) as file:
        file.write(b"one\n")
        assert not target.exists()
    assert target.read_bytes() == b"one\n"
    assert [p.name for p in tmp_path.iterdir()] == ["stories.jsonl"]


def test_a_failure_leaves_what_was_there(tmp_path: Path) -> None:
    target = tmp_path / "stories.jsonl"
    target.write_bytes(b"old")
    target.chmod(0o640)
    with pytest.raises(MissingCapture), writing(target) as file:
        file.write(b"half")
        raise MissingCapture("gone")
    assert target.read_bytes() == b"old"
    with writing(target) as file:
        file.write(b"new")
    assert target.read_bytes() == b"new"
    assert stat.S_IMODE(target.stat().st_mode) == 0o640
    assert len(list(tmp_path.iterdir())) == 1


def test_a_link_keeps_pointing(tmp_path: Path) -> None:
    target, link = tmp_path / "real", tmp_path / "link"
    link.symlink_to(target)
    with writing(link) as file:
        file.write(b"x")
    assert link.is_symlink()
    assert target.read_bytes() == b"x"


@pytest.mark.parametrize(
    ("name", "says"),
    [("nowhere/out", "The folder does not exist"), (".", "Name a file in it"), ("file/out", "a file, not a folder")],
)
def test_places_that_cannot_be_written(tmp_path: Path, name: str, says: str) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match=says), writing(tmp_path / name) as file:
        file.write(b"x")


@pytest.mark.skipif(sys.platform != "linux", reason="/dev/full is Linux's")
def test_a_full_disk() -> None:
    full = Path("/dev/full")
    with pytest.raises(OutputError, match="/dev/full: cannot be written: No space"), writing(full) as file:
        file.write(b"x" * 100_000)


def test_a_capture_that_fails_to_open_is_not_blamed_on_the_output(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), writing(tmp_path / "out"):
        (tmp_path / "no.pcap").open("rb")
    assert list(tmp_path.iterdir()) == []
