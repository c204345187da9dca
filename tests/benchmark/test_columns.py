"""What baselines learn from: whole captures of a toy lab, a share of each episode."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np
import pytest
import zstandard

from packetclip.benchmark import read_columns, training_rows, training_set
from packetclip.benchmark.columns import BENIGN_PACKETS, EPISODE_PACKETS, Columns, transform
from packetclip.datasets import CLASSES, Lab
from packetclip.errors import CaptureError
from packetclip.wire.context import FIELDS, POSITION

TRACE = Path(__file__).parents[1] / "traces" / "handshake.pcap"


def toy_lab(folder: Path, labels: list[tuple[str, str]]) -> Lab:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["index", "label", "episode"])
    writer.writerows([number, *label] for number, label in enumerate(labels))
    pack = zstandard.ZstdCompressor().compress
    (folder / "a1.labels.csv.zst").write_bytes(pack(text.getvalue().encode()))
    (folder / "a1.pcap.zst").write_bytes(pack(TRACE.read_bytes()))
    return Lab(folder)


def packets_of(folder: Path) -> int:
    from packetclip.ledger import Ledger
    from packetclip.wire import capture

    return sum(len(frames) for frames in capture.read(str(TRACE), Ledger()))


def test_columns_of_a_capture(tmp_path: Path) -> None:
    n = packets_of(tmp_path)
    lab = toy_lab(tmp_path, [("Benign", ""), *[("Port Scan", "3")] * (n - 1)])
    columns = read_columns(lab, "a1")
    assert columns.fields.shape == (n, len(FIELDS))
    assert columns.scored.all()
    assert columns.classes.tolist() == [0, *[CLASSES.index("Port Scan")] * (n - 1)]
    fields, classes = training_set(lab, ["a1"])
    np.testing.assert_array_equal(fields, columns.fields)
    np.testing.assert_array_equal(classes, columns.classes)


def test_labels_of_another_capture_are_refused(tmp_path: Path) -> None:
    lab = toy_lab(tmp_path, [("Benign", "")] * (packets_of(tmp_path) + 1))
    with pytest.raises(CaptureError, match="labels"):
        read_columns(lab, "a1")


def test_a_share_of_each_episode_and_of_benign_life() -> None:
    classes = np.repeat([0, 5, 5, 7], [20_000, 10, 3_000, 2_000]).astype(np.int16)
    episodes = np.repeat([-1, 1, 2, 3], [20_000, 10, 3_000, 2_000]).astype(np.int32)
    scored = np.ones(len(classes), bool)
    scored[20_000:20_004] = False
    columns = Columns(np.zeros((len(classes), 0), np.float32), scored, classes, episodes)
    rows = training_rows(columns, np.random.default_rng(1))
    assert (np.diff(rows) > 0).all()
    assert scored[rows].all()
    kept = np.bincount(episodes[rows] + 1)
    assert kept.tolist() == [BENIGN_PACKETS, 0, 6, EPISODE_PACKETS, EPISODE_PACKETS]
    np.testing.assert_array_equal(rows, training_rows(columns, np.random.default_rng(1)))


def test_only_wide_fields_go_through_the_logarithm() -> None:
    fields = np.full((1, len(FIELDS)), 3.0, np.float32)
    moved = transform(fields)
    assert moved.dtype == np.float32
    assert moved[0, POSITION["orig_pkts_1s"]] == pytest.approx(np.log(4.0))
    assert moved[0, POSITION["packet_tcp"]] == 3.0
