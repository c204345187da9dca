from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest
import zstandard

from packetclip.datasets import BENIGN, CAPTURES, CLASSES, LABELS, MISSIONS, TEST_NETWORK, TRAIN, TUNE, Lab
from packetclip.errors import CaptureError, MissingCapture
from packetclip.wire import capture


@pytest.fixture
def small(tmp_path: Path) -> Lab:
    """A capture of three packets, one of them an attack's."""
    capture.write(tmp_path / "a1.pcap.zst", [capture.memory([(i, b"frame") for i in range(3)])])
    write_labels(tmp_path, "index,label,episode\n0,Benign,\n1,Slowloris,7\n2,Benign,\n")
    episode = {"episode": 7, "label": "Slowloris", "tool": "a tool", "attacker": "192.0.2.1", "victims": ["192.0.2.2"]}
    times = {"start": 1.5, "end": 2.5}
    entries = [episode | times | {"packets": 1}, episode | times | {"episode": 8, "packets": 0}]
    (tmp_path / "a1.episodes.json").write_text(json.dumps({"episodes": entries}))
    return Lab(tmp_path)


def write_labels(folder: Path, text: str) -> None:
    (folder / "a1.labels.csv.zst").write_bytes(zstandard.compress(text.encode()))


def test_labels_are_codes_and_episodes_a_packet_each(small: Lab) -> None:
    assert small.names == ("a1",)
    classes, episodes = small.labels("a1")
    assert [CLASSES[code] for code in classes] == [BENIGN, "Slowloris", BENIGN]
    assert episodes.tolist() == [-1, 7, -1]
    assert (classes.dtype, episodes.dtype) == (np.int16, np.int32)
    assert sum(len(frames) for frames in capture.read(small.capture_path("a1"))) == len(classes)


def test_episodes_in_which_the_tool_gave_up_are_left_out(small: Lab) -> None:
    (episode,) = small.episodes("a1")
    assert (episode.number, episode.mission, episode.victims) == (7, "slowloris", ("192.0.2.2",))


@pytest.mark.parametrize(
    "text", ["", "a,b\n", "index,label,episode\n1,Benign,\n", "index,label,episode\n0,Nonsense,\n"]
)
def test_other_labels_than_the_labs_are_refused(small: Lab, text: str) -> None:
    write_labels(small.folder, text)
    with pytest.raises(CaptureError, match=r"Fetch the lab's labels again\."):
        small.labels("a1")


def test_missing_captures_are_named(small: Lab) -> None:
    with pytest.raises(MissingCapture, match=r"a2\.pcap\.zst does not exist"):
        small.capture_path("a2")


def test_each_capture_has_one_role_and_each_label_one_mission() -> None:
    assert len(CAPTURES) == len(set(CAPTURES)) == 14
    assert not set(TRAIN) & set(TUNE)
    assert not {name[0] for name in TRAIN + TUNE} & {name[0] for name in TEST_NETWORK}
    assert len(set(MISSIONS)) == len(LABELS) == 16
    assert all(re.fullmatch(r"[a-z0-9_]+", mission) for mission in MISSIONS)


def test_counts_are_those_of_the_lab(shared: Path) -> None:
    lab = Lab(shared / "lab")
    assert lab.names == CAPTURES
    for name in CAPTURES:
        known = json.loads((shared / "lab" / f"{name}.episodes.json").read_text())
        classes, episodes = lab.labels(name)
        counts = np.bincount(classes, minlength=len(CLASSES))
        assert {CLASSES[i]: n for i, n in enumerate(counts.tolist()) if n} == known["counts"]
        assert len(classes) == known["packets"]
        assert ((episodes >= 0) == (classes > 0)).all()
        for episode in lab.episodes(name):
            assert (episodes == episode.number).sum() == episode.packets
            assert set(classes[episodes == episode.number].tolist()) == {CLASSES.index(episode.label)}


def test_there_is_a_label_for_every_packet(shared: Path) -> None:
    lab = Lab(shared / "lab")
    for name in ("a6", "c4"):
        assert sum(len(frames) for frames in capture.read(lab.capture_path(name))) == len(lab.labels(name)[0])
