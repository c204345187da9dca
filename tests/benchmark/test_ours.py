"""Our method among the others: it fits toys, answers for classes that no mission means, and repeats itself."""

from __future__ import annotations

import numpy as np
import pytest

from packetclip.benchmark import methods
from packetclip.benchmark.metrics import auc
from packetclip.benchmark.samples import Samples
from packetclip.model import DEFAULT
from packetclip.wire.context import FIELDS, POSITION
from tests.benchmark.toys import toy

pytest.importorskip("torch")

CLASSES = ("Benign", "PortScan", "Botnet")
SCAN = [POSITION[name] for name in ("packet_tcp", "packet_syn", "pair_ports_10s", "pair_ports_60s", "pair_refused_60s")]


def scene(seed: int, n: int = 60) -> Samples:
    rng = np.random.default_rng(seed)
    fields = rng.exponential(0.2, (3 * n, len(FIELDS))).astype(np.float32)
    fields[n : 2 * n, SCAN] += 200.0
    return toy(fields, np.repeat([0, 1, 2], n), seed)


def answers(seed: int) -> np.ndarray:
    made = methods.make("packetclip", CLASSES, seed, DEFAULT, {"epochs": 2, "episode_packets": 60})
    made.fit(scene(0), scene(0))
    cost = made.cost()
    assert cost.parameters is not None and cost.trained is not None and 0 < cost.trained < cost.parameters
    return made.predict_proba(scene(1, 20))


@pytest.fixture(scope="module")
def known() -> np.ndarray:
    return answers(0)


def test_what_is_taught_is_found_and_what_no_mission_means_is_any_attack(known: np.ndarray) -> None:
    truth = scene(1, 20).classes
    kept = truth < 2
    assert auc(known[kept, 1], truth[kept] == 1) > 0.95
    np.testing.assert_allclose(known[:, 2], 1.0 - known[:, 0], atol=1e-9)


def test_a_seed_repeats_itself(known: np.ndarray) -> None:
    np.testing.assert_array_equal(answers(0), known)
    assert not np.array_equal(answers(1), known)
