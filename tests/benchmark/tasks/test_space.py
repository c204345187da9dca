"""The space of packets and captions, seen from outside."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from packetclip.benchmark.report.blocks import Table, Text
from packetclip.benchmark.tasks.space import Space, drawn, measure, sections
from packetclip.benchmark.tasks.space.geometry import geometry, shuffled, uniformity
from packetclip.benchmark.tasks.space.probes import class_probe, network_probe
from packetclip.benchmark.tasks.space.truth import truth
from packetclip.language.captions import BITS, Caption
from packetclip.wire.context import FIELDS, POSITION
from tests.benchmark.splits.world import CLASSES, Toy, entry

torch = pytest.importorskip("torch")
pytest.importorskip("sklearn")


def unit(rows: np.ndarray) -> np.ndarray:
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def some(seed: int, n: int = 40, width: int = 8) -> np.ndarray:
    return unit(np.random.default_rng(seed).normal(size=(n, width)))


# Distances


def test_pairs_that_coincide_find_each_other() -> None:
    packets = some(1)
    figures = geometry(packets, packets, np.arange(40))
    assert figures["packet_to_text@1"] == figures["text_to_packet@1"] == 1.0
    assert figures["modality_gap"] == pytest.approx(0.0) and figures["alignment"] == pytest.approx(0.0)
    assert figures["uniformity"] == pytest.approx(figures["text_uniformity"], abs=1e-5)
    assert figures["packets"] == figures["captions"] == 40


def test_shuffled_captions_are_found_by_chance() -> None:
    packets = some(2, 400)
    figures = shuffled(packets, packets, np.arange(400), 0)
    assert figures["packet_to_text@10"] < 0.1 and figures["alignment"] > 1.5
    assert figures["modality_gap"] == pytest.approx(0.0, abs=1e-6)


@given(st.integers(0, 1000), st.floats(-3.0, 3.0))
def test_turning_the_whole_space_changes_nothing(seed: int, angle: float) -> None:
    packets, texts = some(seed, 12, 3), some(seed + 1, 12, 3)
    c, s = np.cos(angle), np.sin(angle)
    turn = np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]], np.float32)
    before, after = (geometry(p, t, np.arange(12)) for p, t in ((packets, texts), (packets @ turn, texts @ turn)))
    for name in ("modality_gap", "alignment", "uniformity", "text_uniformity"):
        assert after[name] == pytest.approx(before[name], abs=1e-4)


def test_uniformity_is_zero_for_one_point_and_falls_as_points_spread() -> None:
    assert uniformity(np.ones((5, 1), np.float32)) == 0.0
    assert uniformity(some(3)) < uniformity(unit(some(3) + 5.0)) < 0.0


# Truth

TRUTH = ("true", "false_share", "chance_true", "chance_false_share")


def rows_of_life(n: int) -> np.ndarray:
    """Rows of which one fact or another holds, more of it in later ones."""
    rows = np.zeros((n, len(FIELDS)), np.float32)
    rows[:, POSITION["packet_tcp"]] = 1.0
    rows[:, POSITION["pair_ports_10s"]] = np.geomspace(1, 5000, n)
    return rows


def test_the_own_caption_is_true_and_one_of_another_magnitude_is_not() -> None:
    fields, vectors = rows_of_life(30), some(4, 30)
    said = np.ones((30, len(BITS)), np.float32)
    own = truth(vectors, vectors, fields, said, 0)
    assert own["true"] == 1.0 and own["false_share"] == 0.0 < own["chance_false_share"]
    turned = truth(vectors, vectors[::-1], fields, said, 0)  # each finds the caption of the row at the other end
    assert turned["true"] < 0.5 and 0.0 < turned["false_share"] < 1.0


def test_captions_that_say_nothing_are_true() -> None:
    none = truth(some(5, 10), some(6, 10), rows_of_life(10), np.zeros((10, len(BITS)), np.float32), 0)
    assert [none[name] for name in TRUTH] == [1.0, 0.0, 1.0, 0.0]


# Probes


def shifted(classes: np.ndarray, captures: np.ndarray, by_class: float, by_capture: float) -> np.ndarray:
    vectors = np.random.default_rng(0).normal(size=(len(classes), 12))
    vectors[np.arange(len(classes)), classes] += by_class
    vectors[np.arange(len(classes)), 8 + captures] += by_capture
    return vectors


def test_probes_tell_classes_from_networks() -> None:
    rng = np.random.default_rng(1)
    classes, captures, early = rng.integers(0, 4, 900), rng.integers(0, 3, 900), rng.random(900) < 0.5
    by_class, by_network = shifted(classes, captures, 5.0, 0.0), shifted(classes, captures, 0.0, 5.0)
    assert class_probe(by_class, classes, captures) > 0.95 and network_probe(by_network, captures, early) > 0.95
    assert class_probe(by_network, classes, captures) == pytest.approx(0.25, abs=0.08)
    assert network_probe(by_class, captures, early) == pytest.approx(1 / 3, abs=0.08)


def test_permuted_classes_are_read_by_chance() -> None:
    rng = np.random.default_rng(2)
    classes, captures = rng.integers(0, 4, 900), rng.integers(0, 3, 900)
    assert class_probe(shifted(rng.permutation(classes), captures, 5.0, 0.0), classes, captures) == pytest.approx(
        0.25, abs=0.08
    )


def test_one_network_can_be_asked_nothing() -> None:
    alone = np.zeros(20, np.int64)
    assert class_probe(some(0, 20), np.arange(20) % 2, alone) is None
    assert network_probe(some(0, 20), alone, np.arange(20) < 10) is None


# The whole task


def plan() -> Toy:
    return Toy(
        entries=(
            entry("captures", test=("b1", "b2")),
            entry("captures", name="capture", test=("a3", "b2")),
            entry("captures", name="other", test=("a1",), pretrained="elsewhere"),
            entry("packet"),
        )
    )


def test_one_unseen_capture_of_each_network_is_looked_at() -> None:
    assert drawn.captures(plan()) == ("a3", "b1")  # b2 is of b1's network, and a1 is another encoder's


def test_draws_are_even_in_classes_and_repeat(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawn, "PACKETS", 400)
    first, again = (drawn.balanced(plan(), ("a3", "b1"), 0) for _ in range(2))
    assert np.array_equal(first.fields, again.fields)
    assert not np.array_equal(first.fields, drawn.balanced(plan(), ("a3", "b1"), 1).fields)
    for number in range(2):
        counts = np.bincount(first.classes[first.capture == number])
        assert counts.tolist() == [60, 47, 47, 47]
    calm = drawn.benign(plan(), ("a3", "b1"), 0)
    assert (calm.classes == 0).all() and len(calm) == 400
    early = drawn.early(calm)
    assert 0.4 < early.mean() < 0.6
    for number in range(2):
        here = calm.capture == number
        assert calm.time_ns[here & early].max() <= calm.time_ns[here & ~early].min()


def figures(monkeypatch: pytest.MonkeyPatch, seed: int = 0) -> dict[str, Any]:
    monkeypatch.setattr(drawn, "PACKETS", 120)
    monkeypatch.setattr(measure, "transform", lambda fields: fields)  # a toy has eight fields
    given_, calm = drawn.balanced(plan(), ("a3", "b1"), seed), drawn.benign(plan(), ("a3", "b1"), seed)
    monkeypatch.setattr(measure, "truth", lambda *of: dict.fromkeys(TRUTH, 0.5))
    said = [Caption(f"class {m}, packet {i % 7}", ()) for i, m in enumerate(given_.classes)]
    texts = unit(np.eye(8, dtype=np.float32)[given_.classes] + 0.01)
    return measure.taken(CLASSES, seed, given_, said, unit(given_.fields), texts, calm, unit(calm.fields))


def test_one_draw_gives_one_result_that_json_can_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    first, again = figures(monkeypatch), figures(monkeypatch)
    assert json.loads(json.dumps(first)) == json.loads(json.dumps(again))
    assert len(first["map"]["points"]) == len(first["map"]["class"]) == first["pairs"]["all"]["packets"]
    assert set(first["pairs"]) == {"all", "chance", "a3", "b1"}
    assert first["probes"]["class"]["space"] > 0.6 > first["probes"]["network"]["space"]
    assert not figures(monkeypatch, 1)["map"]


def test_the_report_shows_the_map_and_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    own = json.loads(json.dumps(figures(monkeypatch)))
    (made,) = sections.sections(["0", "1"], {"0": own})
    text, plot, probes, true, pairs, lie = made.blocks
    assert isinstance(text, Text) and "a3 (network A), b1 (network B)" in text.words
    assert "Not measured: draw 1." in text.words
    assert "<svg" in plot.svg and isinstance(probes, Table) and len(probes.rows) == 2
    assert isinstance(true, Table) and true.rows == [
        ["the nearest caption", "50.0", "50.0"],
        ["any caption", "50.0", "50.0"],
    ]
    assert isinstance(pairs, Table) and [row[0] for row in pairs.rows][-1] == "all, captions shuffled"
    assert all(len(row) == len(table.head) for table in (pairs, lie) for row in table.rows)


def test_nothing_measured_is_said() -> None:
    assert "no capture to test on" in sections.sections([], {})[0].blocks[0].words
    assert sections.sections(["0"], {})[0].blocks[0].words == "Nothing was measured."
    assert Space().jobs(Toy()) == []


def test_another_encoder_is_another_job(tmp_path: Path) -> None:
    own = dataclasses.replace(plan(), pretrained=str(tmp_path))
    (tmp_path / "encoder.safetensors").write_bytes(b"one")
    first = Space().jobs(own)
    (tmp_path / "encoder.safetensors").write_bytes(b"two")
    assert [job.name for job in first] == ["0", "1", "2"] and first[0].settings != Space().jobs(own)[0].settings


def test_captions_are_of_the_packets_own_facts(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []
    write = lambda row, seed: asked.append((row, seed)) or Caption("words", ())  # noqa: E731
    monkeypatch.setattr(measure, "write_training_caption", write)
    monkeypatch.setattr(measure, "encoded", lambda folder, samples, said: (samples, said))
    monkeypatch.setattr(measure, "embedded_of", lambda folder, samples: None)
    monkeypatch.setattr(measure, "taken", lambda *of: SimpleNamespace(of=of))
    monkeypatch.setattr(drawn, "PACKETS", 60)
    own = dataclasses.replace(plan(), pretrained="here")
    found = measure.measure(own, 1)
    assert np.array_equal(np.stack([row for row, _ in asked]), found.of[2].fields)
    assert len({seed for _, seed in asked}) == len(asked) and asked[0][1] == 1 << 40
