"""What single baselines are made of, against what they are made after."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from packetclip.benchmark import BASELINES
from packetclip.benchmark.baselines.hand_rules import RULES
from packetclip.benchmark.baselines.novelty import answers
from packetclip.benchmark.baselines.scaling import Range, Standard, named, pieces
from packetclip.benchmark.baselines.weighing import fewer, rarity
from packetclip.datasets import CLASSES, LABELS
from packetclip.wire.context import FIELDS, POSITION
from tests.benchmark.baselines.test_baselines import scene
from tests.benchmark.toys import toy


@given(st.lists(st.integers(0, 5), max_size=200), st.integers(1, 250))
def test_fewer_keeps_as_many_as_asked_and_small_classes_whole(labels: list[int], most: int) -> None:
    classes = np.array(labels, np.int16)
    rows = fewer(classes, most, np.random.default_rng(0))
    assert len(rows) == min(len(classes), most)
    assert (np.diff(rows) > 0).all()
    kept, all_of = np.bincount(classes[rows], minlength=6), np.bincount(classes, minlength=6)
    shortened = kept[1:][kept[1:] < all_of[1:]]
    assert not len(shortened) or kept[1:].max() <= shortened.min() + 1


def test_rarity_is_the_root_of_it() -> None:
    weights = rarity(np.array([0, 0, 0, 0, 3], np.int16))
    assert weights.mean() == pytest.approx(1.0)
    assert weights[4] / weights[0] == pytest.approx(2.0)
    assert len(rarity(np.zeros(0, np.int16))) == 0


def test_scales_are_of_what_was_learned() -> None:
    fields = scene(0, 100).fields
    fields[:, 3] = 4.0
    standard, span = Standard(fields)(fields), Range(fields)(fields)
    assert np.abs(standard).max() <= 5.0
    assert not standard[:, 3].any() and not span[:, 3].any()
    assert span.min() == 0.0 and span.max() == pytest.approx(1.0, abs=1e-6)
    strange = np.full((1, len(FIELDS)), 1e12, np.float32)
    assert np.isfinite(Standard(fields)(strange)).all()


def test_pieces_cover_all_rows_once() -> None:
    assert [row for piece in pieces(10, 4) for row in range(10)[piece]] == list(range(10))
    assert list(pieces(0)) == []


def test_named_fields_are_found() -> None:
    assert [FIELDS[at].name for at in named("packet_icmp")] == ["packet_icmp", "packet_icmp_other"]


def test_novelty_is_one_score_for_all() -> None:
    np.testing.assert_allclose(answers(np.array([0.2, 1.5]), 2), [[0.8, 0.2, 0.2], [0.0, 1.0, 1.0]])


def test_hand_rules_name_labels_and_fields() -> None:
    assert set(RULES) == set(LABELS)
    flags = {field.name for field in FIELDS if field.unit == "flag"}
    for rule in RULES.values():
        for term in rule.split(" and "):
            words = term.split()
            field = words[1] if words[0] == "not" else words[0]
            assert field in POSITION
            assert (len(words) == 3) == (field not in flags)


def test_a_hand_rule_holds_half_at_its_threshold() -> None:
    fields = np.zeros((3, len(FIELDS)), np.float32)
    fields[:, POSITION["pair_ports_10s"]] = 0, 20, 180
    found = BASELINES["hand rules"](CLASSES).predict_proba(toy(fields, np.zeros(3)))
    np.testing.assert_allclose(found[:, 1 + LABELS.index("Port Scan")], [0.0, 0.5, 0.9], rtol=1e-6)
    np.testing.assert_allclose(found[:, 0], [1.0, 0.5, 0.1], rtol=1e-6)
    assert BASELINES["hand rules"](["Benign", "Nobody's"]).predict_proba(toy(fields, np.zeros(3)))[:, 1].max() == 0.0


def test_the_nearest_neighbour_is_the_nearest() -> None:
    neighbors = pytest.importorskip("sklearn.neighbors")
    train, asked = scene(0, 30), scene(1, 10)
    baseline = BASELINES["nearest neighbour"](CLASSES)
    baseline.fit(train, train)
    scale = Standard(train.fields)
    known = neighbors.KNeighborsClassifier(1).fit(scale(train.fields), train.classes)
    found = baseline.predict_proba(asked).argmax(axis=1)
    np.testing.assert_array_equal(found, known.predict(scale(asked.fields)))


def test_half_space_trees_answer_as_river_does() -> None:
    pytest.importorskip("river")
    from packetclip.benchmark.baselines import half_space_trees

    train, asked = scene(0, 100), scene(1, 20)
    baseline = half_space_trees.HalfSpaceTrees(CLASSES)
    baseline.fit(train, train)
    rows = np.clip(baseline._range(asked.fields), 0.0, 1.0).tolist()
    expected = [baseline._trees.score_one(dict(enumerate(row))) for row in rows]
    np.testing.assert_allclose(1.0 - baseline.predict_proba(asked)[:, 0], expected, rtol=1e-9)


def test_columns_that_vary_together_are_one_group() -> None:
    pytest.importorskip("torch")
    from packetclip.benchmark.baselines.autoencoder_ensemble import groups_of

    rng = np.random.default_rng(0)
    sources = rng.normal(size=(500, 3))
    columns = np.repeat(sources, 4, axis=1) + 0.1 * rng.normal(size=(500, 12))
    assert sorted(groups_of(columns.astype(np.float32), 4)) == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9, 10, 11]]
    many = groups_of(rng.normal(size=(50, 37)).astype(np.float32), 5)
    assert sorted(at for group in many for at in group) == list(range(37))
    assert max(map(len, many)) <= 5


def test_an_empty_payload_is_no_word_and_a_lone_byte_is_one() -> None:
    pytest.importorskip("torch")
    from packetclip.benchmark.baselines.payload_transformer import _pairs

    samples = toy(np.zeros((3, len(FIELDS)), np.float32), np.zeros(3))
    samples.payload[:] = 0
    samples.payload[1, 0] = 0x41
    samples.payload[2, :3] = 0x01, 0x02, 0x03
    samples.payload_length[:] = 0, 1, 3
    pairs, lengths = _pairs(samples, 4)
    assert lengths.tolist() == [0, 1, 2]
    assert pairs.tolist() == [[-1, -1, -1], [0x4100, -1, -1], [0x0102, 0x0203, -1]]


def test_the_published_transformer_has_the_published_cost() -> None:
    torch = pytest.importorskip("torch")
    from packetclip.benchmark.baselines.payload_transformer import PUBLISHED, SMALL, Encoder, cost_of

    for size in (PUBLISHED, SMALL):
        with torch.device("meta"):  # counted without being made
            made = sum(weight.numel() for weight in Encoder(size).parameters())
        assert size.parameters() == made
    whole, frozen = cost_of(PUBLISHED, 17, frozen=False), cost_of(PUBLISHED, 17, frozen=True)
    assert whole.parameters == pytest.approx(131.5e6, rel=0.001)
    assert whole.flops == pytest.approx(22e9, rel=0.03)
    assert whole.trained == whole.parameters
    assert frozen.trained == 769 * 17
