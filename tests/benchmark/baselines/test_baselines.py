"""What every baseline promises: scores of all classes, the same for the same seed, better than chance, nothing unseen.

Those without labels answer the same whatever the labels are.
"""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from packetclip.benchmark import BASELINES, Method
from packetclip.benchmark.baselines.scaling import named
from packetclip.benchmark.metrics import auc
from packetclip.benchmark.samples import Samples
from packetclip.datasets import CLASSES, LABELS
from packetclip.wire.context import FIELDS
from tests.benchmark.toys import toy

SCAN = LABELS.index("Port Scan") + 1
FLOOD = LABELS.index("ICMP Flood") + 1
RULES = ("keyword rules", "hand rules")
HUGE = ("payload transformer, published size",)
NEEDS = {"LightGBM": "lightgbm", "flow statistics": "lightgbm", "half-space trees": "river"}
TORCH = (
    "byte_cnn", "payload_transformer", "embedding_head", "autoencoder_ensemble", "calm_autoencoders", "frozen_novelty",
)  # fmt: skip
STEADY = (
    "LightGBM",
    "flow statistics",
    "logistic regression",
    "nearest neighbour",
    "packetclip facts",
    "packetclip novelty",
)


def scene(seed: int, n: int = 100) -> Samples:
    """Benign packets, and rows of two attacks that fields give away, and bytes too; all are few enough to be quick."""
    rng = np.random.default_rng(seed)
    fields = rng.exponential(0.2, (3 * n, len(FIELDS))).astype(np.float32)
    classes = np.repeat([0, SCAN, FLOOD], n)
    fields[n : 2 * n, named("pair_", "flow_rejected", "orig_refused")] += 200.0
    fields[2 * n :, named("resp_", "orig_echoes", "packet_icmp", "flow_pkts")] += 3000.0
    samples = toy(fields, classes, seed)
    samples.payload_length[:] = 20
    samples.payload[:, 20:] = 0
    for column in (samples.payload, samples.masked):
        column[n : 2 * n, :16] = 7
        column[2 * n :, :16] = np.arange(16)
    return samples


@pytest.fixture(params=[pytest.param(name, marks=pytest.mark.slow) if name in HUGE else name for name in BASELINES])
def name(request: pytest.FixtureRequest) -> str:
    if request.param not in RULES:
        pytest.importorskip(NEEDS.get(request.param, "sklearn"))
    if BASELINES[request.param].place.partition(":")[0] in TORCH:
        pytest.importorskip("torch")
    return str(request.param)


@pytest.fixture(autouse=True)
def _enough_steps(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A toy has three batches an epoch."""
    if "name" in request.fixturenames and request.getfixturevalue("name") == "payload transformer":
        monkeypatch.setattr("packetclip.benchmark.baselines.payload_transformer.EPOCHS", 15)


@pytest.fixture(scope="session")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of an encoder that has learned nothing but the fields' scales."""
    torch = pytest.importorskip("torch")
    from packetclip.learning.contrastive import TextProjection, save_checkpoint
    from packetclip.learning.encoders import BehaviourConfig, BehaviourEncoder

    folder = tmp_path_factory.mktemp("encoder")
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        encoder = BehaviourEncoder(BehaviourConfig(width=64, blocks=1))
        encoder.fit(scene(5).fields, scene(5).masked)
        save_checkpoint(folder, encoder, TextProjection(16), {})
    return folder


@pytest.fixture
def pretrained(name: str, request: pytest.FixtureRequest) -> Path | None:
    return request.getfixturevalue("checkpoint") if BASELINES[name].pretrained else None


def learned_from(name: str) -> Samples:
    """Without labels, attacks must be rare to be strange."""
    train = scene(0)
    return train if BASELINES[name].labels else train.take(np.r_[:100, 100:103, 200:203])


def fitted(name: str, pretrained: Path | None, train: Samples, seed: int = 0) -> Method:
    baseline = BASELINES[name](CLASSES, seed=seed, pretrained=pretrained)
    baseline.fit(train, train)
    return baseline


ASKED = scene(1, 50)
KNOWN: dict[str, tuple[Method, np.ndarray]] = {}


@pytest.fixture
def known(name: str, pretrained: Path | None) -> tuple[Method, np.ndarray]:
    """A fitted baseline and its answers about ASKED."""
    if name not in KNOWN:
        baseline = fitted(name, pretrained, learned_from(name))
        KNOWN[name] = baseline, baseline.predict_proba(ASKED)
    return KNOWN[name]


def test_answers(name: str, known: tuple[Method, np.ndarray]) -> None:
    baseline, found = known
    assert found.shape == (len(ASKED), len(CLASSES))
    assert found.dtype == np.float64
    assert ((found >= 0.0) & (found <= 1.0)).all()
    assert baseline.predict_proba(ASKED.take(np.arange(0))).shape == (0, len(CLASSES))
    np.testing.assert_allclose(baseline.predict_proba(ASKED.take(np.arange(7, 9))), found[7:9], rtol=1e-4, atol=1e-6)
    cost = baseline.cost()
    assert cost.trained is not None
    assert cost.parameters is None or 0 <= cost.trained <= cost.parameters


def test_better_than_chance(name: str, known: tuple[Method, np.ndarray]) -> None:
    truth, found = ASKED.classes, known[1]
    if name in RULES:
        pytest.skip("rules were not written for toys")
    assert auc(1.0 - found[:, 0], truth > 0) > 0.9
    if not BASELINES[name].labels:
        np.testing.assert_array_equal(found[:, 1:], np.repeat(found[:, 1:2], len(LABELS), axis=1))
        np.testing.assert_allclose(found[:, 0], 1.0 - found[:, 1])
        return
    np.testing.assert_allclose(found.sum(axis=1), 1.0, atol=1e-6)
    assert auc(found[:, SCAN], truth == SCAN) > 0.99
    assert auc(found[:, FLOOD], truth == FLOOD) > 0.99


def test_one_seed_is_one_fit(name: str, pretrained: Path | None, known: tuple[Method, np.ndarray]) -> None:
    """Also where everything else that Samples hold, and that the entry does not name, is changed."""
    train, entry = learned_from(name), BASELINES[name]
    unseen = {"fields", "masked", "payload", "payload_length"} - set(entry.sees)
    other = scene(2).take(np.arange(len(train)))
    blind = dataclasses.replace(train, **{column: getattr(other, column)[::-1] for column in unseen})
    if not entry.labels:
        blind = dataclasses.replace(blind, classes=np.random.default_rng(0).permutation(train.classes))
    hidden = scene(3, 50)
    asked = dataclasses.replace(ASKED, **{column: getattr(hidden, column)[::-1] for column in unseen})
    asked = dataclasses.replace(asked, classes=np.full_like(ASKED.classes, -1))
    np.testing.assert_array_equal(fitted(name, pretrained, blind).predict_proba(asked), known[1])


def test_another_seed_is_another_fit(name: str, pretrained: Path | None, known: tuple[Method, np.ndarray]) -> None:
    if name in (*RULES, *STEADY):
        pytest.skip("nothing is drawn at this size")
    assert not np.array_equal(fitted(name, pretrained, learned_from(name), 1).predict_proba(ASKED), known[1])


def test_torch_is_left_as_it_was(checkpoint: Path) -> None:
    torch = pytest.importorskip("torch")
    threads, state = torch.get_num_threads(), torch.get_rng_state()
    for name, entry in BASELINES.items():
        if entry.place.partition(":")[0] in TORCH and name not in HUGE:
            fitted(name, checkpoint, scene(0, 20)).predict_proba(scene(1, 5))
    assert torch.get_num_threads() == threads
    assert torch.equal(torch.get_rng_state(), state)
    assert not torch.are_deterministic_algorithms_enabled()


def test_rules_follow_the_order_of_labels() -> None:
    from packetclip.datasets import MISSIONS
    from packetclip.language.knowledge import load_missions, mission_degrees

    samples = scene(0, 5)
    found = BASELINES["keyword rules"](CLASSES).predict_proba(samples)
    for m, mission in enumerate(MISSIONS):
        np.testing.assert_allclose(
            found[:, m + 1], mission_degrees(load_missions([mission]), samples.fields)[:, 0], rtol=1e-4
        )
    np.testing.assert_allclose(1.0 - found[:, 0], found[:, 1:].max(axis=1), rtol=1e-6)
