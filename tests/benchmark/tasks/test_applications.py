"""Applications on toys: figures as scikit-learn has them, sides by capture, statistics by hand, chance is chance."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from packetclip.benchmark.samples import Samples
from packetclip.benchmark.tasks.applications.by_words import CATEGORIES, application_words, sentences
from packetclip.benchmark.tasks.applications.classifiers import CLASSIFIERS
from packetclip.benchmark.tasks.applications.conversations import ABSENT, PACKETS, Conversations, conversations
from packetclip.benchmark.tasks.applications.figures import figures
from packetclip.benchmark.tasks.applications.measure import asked
from packetclip.benchmark.tasks.applications.sections import sections
from packetclip.benchmark.tasks.applications.statistics import STATISTICS, statistics
from packetclip.datasets import FlowLabels
from packetclip.errors import RecipeError
from packetclip.wire.context import FIELDS
from tests.benchmark.toys import toy

AT = {field.name: at for at, field in enumerate(FIELDS)}
NOWHERE = Path("nowhere")
LEARNED = ("linear probe", "forest on flow statistics", "byte CNN")


def flows(seed: int, n: int = 60, apart: float = 4.0) -> Conversations:
    """Three categories that vectors, statistics and bytes give away as far as they are ``apart``; ten captures."""
    rng = np.random.default_rng(seed)
    kind = np.arange(n) % 3
    capture = np.arange(n) // 3 % 10
    vector = rng.normal(size=(n, 12)) + apart * np.eye(12)[kind]
    columns = rng.normal(size=(n, len(STATISTICS))) + apart * np.eye(len(STATISTICS))[kind]
    first = rng.integers(0, 256, (n, PACKETS, 65))
    if apart:
        first[:, :, :20] = (kind * 50)[:, None, None]
    return Conversations(
        np.array(["TLS.One", "QUIC.Two", "DNS"])[kind],
        np.array(["Web", "Media", "Network"])[kind],
        kind < 2,
        np.array([f"capture{number}.pcap" for number in capture]),
        capture < 5,
        np.arange(n, dtype=np.uint64) + np.uint64(1000 * seed),
        vector.astype(np.float32),
        columns.astype(np.float32),
        first.astype(np.int16),
    )


def packets() -> Samples:
    """Two flows of three and ten packets, one packet outside flows, one that cannot be scored."""
    fields = np.zeros((15, len(FIELDS)), np.float32)
    fields[:, AT["packet_length"]] = np.arange(15) + 100
    fields[::2, AT["packet_from_orig"]] = 1.0
    samples = toy(fields, np.zeros(15))
    samples.flow[:] = [0, 1, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, -1, 0]
    samples.scored[14] = False
    return samples


def embed(samples: Samples) -> np.ndarray:
    vectors = np.zeros((len(samples), 4), np.float32)
    vectors[:, 0] = samples.fields[:, AT["packet_from_orig"]]
    vectors[:, 1] = 1.0 - vectors[:, 0]
    return vectors


def test_conversations() -> None:
    labels = FlowLabels(np.array([1, 0], np.int32), ("DNS", "TLS.One"), ("Network", "Web"), np.array([False, True]))
    found = conversations("443-curl.pcap", packets(), labels, embed)
    assert found.application.tolist() == ["DNS", "TLS.One"] and found.encrypted.tolist() == [False, True]
    assert found.training.all() and set(found.capture.tolist()) == {"443-curl.pcap"}
    np.testing.assert_allclose(found.vector[1], [1.0, 0.0, 0.0, 0.0])
    np.testing.assert_allclose(found.vector[0, :2], np.array([0.4, 0.6]) / np.hypot(0.4, 0.6), rtol=1e-6)
    assert (found.first[1, 3:] == ABSENT).all() and (found.first[1, :3] < ABSENT).all()
    assert found.first[0, :, 0].tolist() == [0, 0, 1, 0, 1, 0, 1, 0]
    assert found.statistics.shape == (2, len(STATISTICS))


def test_no_labelled_flow_is_no_flow() -> None:
    labels = FlowLabels(np.array([-1, -1], np.int32), (), (), np.zeros(0, np.bool_))
    assert len(conversations("x.pcap", packets(), labels, embed)) == 0


def test_statistics_by_hand() -> None:
    own = packets().take(np.array([0, 2, 12]))
    told = dict(zip(STATISTICS, statistics(own).tolist(), strict=True))
    assert told["both_packets"] == told["orig_packets"] == 3 and told["resp_packets"] == 0
    assert told["both_bytes"] == 100 + 102 + 112
    assert told["orig_size_least"] == 100 and told["orig_size_greatest"] == 112
    assert told["duration_s"] == pytest.approx(0.012)
    assert told["first_size_1"] == 102 and told["first_size_3"] == 0
    assert told["first_gap_s_2"] == pytest.approx(0.010)
    assert not any("port" in name and "port_" not in name for name in STATISTICS)


def test_figures_are_scikit_learns() -> None:
    metrics = pytest.importorskip("sklearn.metrics")
    rng = np.random.default_rng(0)
    truth, scores = rng.integers(0, 4, 200), rng.random((200, 5))
    names = np.array([f"c{number}" for number in rng.integers(0, 20, 200)])
    found = figures(scores, truth, names, "abcde", resamples=200)
    called = scores.argmax(axis=1)
    assert found["accuracy"] == pytest.approx(metrics.accuracy_score(truth, called))
    assert found["balanced_accuracy"] == pytest.approx(
        metrics.recall_score(truth, called, labels=range(4), average="macro")
    )
    assert found["macro_f1"] == pytest.approx(metrics.f1_score(truth, called, labels=range(4), average="macro"))
    assert found["top3"] == pytest.approx(metrics.top_k_accuracy_score(truth, scores, k=3, labels=range(5)))
    assert found["confusion"]["counts"] == metrics.confusion_matrix(truth, called, labels=range(5)).tolist()
    assert found["classes"]["e"]["f1"] is None
    for name, (low, high) in found["intervals"].items():
        assert low <= found[name] <= high


def test_halves_share_no_capture() -> None:
    question, truth = asked(flows(0), "category", NOWHERE)
    assert not set(question.train.capture.tolist()) & set(question.test.capture.tolist())
    assert question.classes == ("Media", "Network", "Web")
    assert [question.classes[k] for k in truth] == question.test.category.tolist()
    question, _ = asked(flows(0), "encrypted application", NOWHERE)
    assert question.classes == ("QUIC.Two", "TLS.One")
    assert question.words == ("Two, media streaming over QUIC", "One, web browsing over TLS")


def test_a_flow_that_is_learned_from_is_not_asked_about() -> None:
    own = flows(0)
    known, again = int(np.flatnonzero(own.training)[0]), np.flatnonzero(~own.training)[:2]
    own.ends[again] = own.ends[known]
    whole, _ = asked(flows(0), "category", NOWHERE)
    question, _ = asked(own, "category", NOWHERE)
    assert len(question.test) == len(whole.test) - 2
    assert own.ends[known] in question.train.ends and own.ends[known] not in question.test.ends


def test_halves_without_a_common_class_are_refused() -> None:
    own = flows(0)
    with pytest.raises(RecipeError, match="share 0 classes of category"):
        asked(own.take(own.training), "category", NOWHERE)


@pytest.mark.parametrize("method", LEARNED)
def test_classifiers_learn(method: str) -> None:
    pytest.importorskip("sklearn")
    if method == "byte CNN":
        pytest.importorskip("torch")
    question, truth = asked(flows(0), "category", NOWHERE)
    scores = CLASSIFIERS[method].answer(question, 0)
    assert figures(scores, truth, question.test.capture, question.classes)["accuracy"] > 0.9
    np.testing.assert_array_equal(scores, CLASSIFIERS[method].answer(question, 0))


@pytest.mark.parametrize("method", ["linear probe", "forest on flow statistics"])
def test_nothing_to_learn_is_chance(method: str) -> None:
    pytest.importorskip("sklearn")
    question, truth = asked(flows(1, 300, apart=0.0), "category", NOWHERE)
    found = figures(CLASSIFIERS[method].answer(question, 0), truth, question.test.capture, question.classes)
    assert abs(found["balanced_accuracy"] - 1 / 3) < 0.13


def test_words() -> None:
    assert application_words("TLS", "Web") == "TLS, web browsing"
    assert all(one[0].isupper() and one.endswith(".") for one in sentences(CATEGORIES["VoIP"]))


def test_report() -> None:
    pytest.importorskip("matplotlib")
    question, truth = asked(flows(0), "category", NOWHERE)
    scores = CLASSIFIERS["majority"].answer(question, 0)
    counts = {"flows": 30, "captures": 5, "classes": {name: [10, 5] for name in question.classes}}
    one = {
        **figures(scores, truth, question.test.capture, question.classes),
        "sides": {"train": counts, "test": counts},
        "about": "a test",
    }
    told = sections({"category/linear probe/0": one, "category/majority/0": one})
    assert [section.title for section in told] == ["Applications: what a flow carries", "Applications: category"]
    assert "Not measured: encrypted application" in told[0].blocks[0].words  # type: ignore[union-attr]
    assert sections({})[0].blocks
