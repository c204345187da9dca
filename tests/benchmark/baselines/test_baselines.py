"""What every baseline promises: probabilities of all classes, the same for the same seed, better than chance."""

from __future__ import annotations

import numpy as np
import pytest

from packetclip.benchmark import BASELINES
from packetclip.benchmark.metrics import auc
from packetclip.benchmark.samples import Samples
from packetclip.datasets import CLASSES, LABELS
from packetclip.wire.context import FIELDS, POSITION
from tests.benchmark.toys import toy

SCAN = LABELS.index("Port Scan") + 1
FLOOD = LABELS.index("ICMP Flood") + 1


def scene(seed: int, n: int = 250) -> Samples:
    """Benign packets, and rows of two attacks that one or two fields give away."""
    rng = np.random.default_rng(seed)
    fields = rng.exponential(0.2, (3 * n, len(FIELDS))).astype(np.float32)
    classes = np.repeat([0, SCAN, FLOOD], n)
    for name in ("pair_ports_10s", "pair_ports_60s", "pair_refused_60s", "orig_refused_10s"):
        fields[n : 2 * n, POSITION[name]] += 200.0
    for name in ("orig_echoes_1s", "orig_echoes_10s", "resp_echoes_10s", "resp_echoes_1s"):
        fields[2 * n :, POSITION[name]] += 3000.0
    return toy(fields, classes)


@pytest.fixture(params=list(BASELINES))
def name(request: pytest.FixtureRequest) -> str:
    if request.param != "keyword rules":
        pytest.importorskip({"LightGBM": "lightgbm"}.get(request.param, "sklearn"))
    return str(request.param)


def test_promises(name: str) -> None:
    train, asked = scene(0), scene(1, 50)
    truth = asked.classes
    answers = []
    for _ in range(2):
        baseline = BASELINES[name](CLASSES)
        baseline.fit(train, train)
        answers.append(baseline.predict_proba(asked))
    np.testing.assert_allclose(answers[0], answers[1], rtol=1e-6)
    found = answers[0]
    assert found.shape == (len(asked), len(CLASSES))
    assert ((found >= 0.0) & (found <= 1.0)).all()
    if name != "keyword rules":
        np.testing.assert_allclose(found.sum(axis=1), 1.0, atol=1e-6)
        assert auc(found[:, SCAN], truth == SCAN) > 0.99
        assert auc(found[:, FLOOD], truth == FLOOD) > 0.99
        assert auc(1.0 - found[:, 0], truth > 0) > 0.99


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
