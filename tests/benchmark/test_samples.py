"""What baselines learn from: whole captures of a toy lab, a share of each episode."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np
import pytest
import zstandard

from packetclip.benchmark import Drawing, draw, join, read, transform
from packetclip.benchmark.samples import Samples
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
    samples = read(lab.capture("a1"))
    assert samples.fields.shape == (n, len(FIELDS))
    assert samples.scored.all()
    assert samples.classes.tolist() == [0, *[CLASSES.index("Port Scan")] * (n - 1)]
    assert (samples.names, samples.networks) == (("a1",), ("A",))
    assert len(set(samples.orig.tolist())) == 2
    assert len(set(samples.conversation[samples.flow == samples.flow[0]].tolist())) == 1
    assert len(set(samples.content.tolist())) == n
    assert (samples.payload[samples.payload_length == 0] == 0).all()


def test_samples_are_taken_and_joined(tmp_path: Path) -> None:
    n = packets_of(tmp_path)
    samples = read(toy_lab(tmp_path, [("Benign", "")] * n).capture("a1"))
    both = join([samples.take(np.arange(2)), samples.take(samples.scored)])
    assert both.names == ("a1", "a1")
    assert both.capture.tolist() == [0, 0, *[1] * n]
    np.testing.assert_array_equal(both.content[2:], samples.content)


def test_labels_of_another_capture_are_refused(tmp_path: Path) -> None:
    lab = toy_lab(tmp_path, [("Benign", "")] * (packets_of(tmp_path) + 1))
    with pytest.raises(CaptureError, match="labels"):
        read(lab.capture("a1"))


def test_a_share_of_each_episode_and_of_benign_life() -> None:
    classes = np.repeat([0, 5, 5, 7], [20_000, 10, 3_000, 2_000]).astype(np.int16)
    episodes = np.repeat([-1, 1, 2, 3], [20_000, 10, 3_000, 2_000]).astype(np.int32)
    scored = np.ones(len(classes), bool)
    scored[20_000:20_004] = False
    none = np.zeros(len(classes), np.uint64)
    wide = np.zeros((len(classes), 0))
    samples = Samples(
        wide,
        wide,
        wide,
        none,
        scored,
        classes,
        episodes,
        none,
        none,
        none,
        none,
        none,
        none,
        none,
        none,
        ("x",),
        ("X",),
    )
    most = Drawing()
    rows = draw(samples, most, np.random.default_rng(1))
    assert (np.diff(rows) > 0).all()
    assert scored[rows].all()
    kept = np.bincount(episodes[rows] + 1)
    assert kept.tolist() == [most.benign_packets, 0, 6, most.episode_packets, most.episode_packets]
    np.testing.assert_array_equal(rows, draw(samples, most, np.random.default_rng(1)))
    calm = draw(samples.take(classes == 0), most, np.random.default_rng(1), life=True)
    assert len(calm) == most.life_packets


def test_only_wide_fields_go_through_the_logarithm() -> None:
    fields = np.full((1, len(FIELDS)), 3.0, np.float32)
    moved = transform(fields)
    assert moved.dtype == np.float32
    assert moved[0, POSITION["orig_pkts_1s"]] == pytest.approx(np.log(4.0))
    assert moved[0, POSITION["packet_tcp"]] == 3.0
