from __future__ import annotations

from pathlib import Path

import pytest

from packetclip.datasets import DATASETS, Lab, LabelledCapture, open_dataset
from packetclip.errors import MissingCapture, RecipeError
from packetclip.wire import capture


def test_a_kind_and_a_folder_make_a_data_set(tmp_path: Path) -> None:
    assert open_dataset("lab", tmp_path) == Lab(tmp_path)


def test_unknown_kinds_are_refused_with_the_known_ones() -> None:
    with pytest.raises(RecipeError, match=r"no kind of data set 'labb'\. Did you mean 'lab'\? Known: lab"):
        open_dataset("labb", Path())
    assert all(kind in str(_refusal("x")) for kind in DATASETS)


def _refusal(kind: str) -> RecipeError:
    with pytest.raises(RecipeError) as caught:
        open_dataset(kind, Path())
    return caught.value


def test_a_benign_capture_has_a_label_for_every_packet(tmp_path: Path) -> None:
    capture.write(tmp_path / "x.pcap", [capture.memory([(i, b"frame") for i in range(3)])])
    life = LabelledCapture.benign(tmp_path / "x.pcap", "home")
    assert (life.name, life.network, life.source) == ("x.pcap", "home", tmp_path / "x.pcap")
    assert life.classes.tolist() == [0, 0, 0]
    assert life.episodes.tolist() == [-1, -1, -1]
    with pytest.raises(MissingCapture):
        LabelledCapture.benign(tmp_path / "no.pcap", "home")
