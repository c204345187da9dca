from __future__ import annotations

from pathlib import Path

import pytest

from packetclip.datasets import NOT_BENIGN, Applications, half
from packetclip.errors import EmptyFolder, MissingCapture


def test_the_name_alone_decides_the_half(tmp_path: Path) -> None:
    for name in ["443-curl.pcap", "443-chrome.pcap", "mining.pcapng", "flows.csv"]:
        (tmp_path / name).write_bytes(b"")
    applications = Applications(tmp_path)
    assert [path.name for path in applications.training()] == ["443-curl.pcap", "mining.pcapng"]
    assert [path.name for path in applications.benign_training()] == ["443-curl.pcap"]
    assert [path.name for path in applications.test()] == ["443-chrome.pcap"]


def test_what_is_left_out_is_of_the_training_half_and_says_why() -> None:
    assert all(half(entry.name) == "training" and entry.reason for entry in NOT_BENIGN)


def test_missing_and_empty_folders_are_named(tmp_path: Path) -> None:
    with pytest.raises(EmptyFolder, match="holds no capture"):
        Applications(tmp_path).captures()
    with pytest.raises(MissingCapture, match="does not exist"):
        Applications(tmp_path / "no").captures()


def test_the_halves_are_those_of_the_design(shared: Path) -> None:
    applications = Applications(shared / "apps" / "ndpi")
    assert len(applications.captures()) == 211
    assert len(applications.test()) == 107
    assert {entry.name for entry in NOT_BENIGN} <= {path.name for path in applications.training()}
    assert len(applications.benign_training()) == len(applications.training()) - len(NOT_BENIGN)
