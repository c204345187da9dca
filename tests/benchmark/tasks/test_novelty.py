"""Novelty on toys: no label is learned from, no packet is on both sides, one seed is one result, chance is chance."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from packetclip.benchmark.drawing import Drawing
from packetclip.benchmark.plan import Data, NoveltyEntry, Recipe
from packetclip.benchmark.samples import UNKNOWN, Samples
from packetclip.benchmark.tasks.novelty import Novelty
from packetclip.benchmark.tasks.novelty import measure as measuring
from packetclip.benchmark.tasks.novelty.measure import blind, measure, sides
from packetclip.benchmark.tasks.novelty.sections import sections
from packetclip.datasets import CLASSES
from packetclip.wire.context import FIELDS
from tests.benchmark.toys import toy

CLEAN = NoveltyEntry("clean", ("n1",), ("n2",), beside=("extra trees",))
EARLY = NoveltyEntry("early", ("n2",), ("n3",), seconds=0.1)
RECIPE = Recipe("toy", Data("toy", "."), (), (), seeds=1, drawing=Drawing(30, 300, 50), novelty=(CLEAN, EARLY))


def life(seed: int, attacks: int, strange: float = 300.0) -> Samples:
    """A packet a millisecond: benign ones, then attacks of two classes, a run of 20 each."""
    rng = np.random.default_rng(seed)
    classes = np.r_[np.zeros(200), np.repeat(np.arange(attacks) % 2 + 1, 20)]
    fields = rng.exponential(0.3, (len(classes), len(FIELDS))).astype(np.float32)
    fields[classes > 0] += strange
    return toy(fields, classes, seed)


@dataclass
class Toy:
    """A Plan in all that novelty asks of one."""

    captures: dict[str, Samples] = field(
        default_factory=lambda: {"n1": life(1, 0), "n2": life(2, 6), "n3": life(3, 6), "n4": life(4, 6, 0.0)}
    )
    classes: tuple[str, ...] = CLASSES
    recipe: Recipe = RECIPE

    def samples(self, name: str) -> Samples:
        return self.captures[name]

    def encoder(self) -> Path:
        return Path("nowhere")

    def fit(self) -> dict[str, Any]:
        return {}

    def foundation(self, name: str) -> dict[str, Any]:
        return {}


def same(one: Any, other: Any) -> bool:
    told = [{k: v for k, v in own.items() if k not in ("fit_s", "packets_s")} for own in (one, other)]
    return bool(told[0] == told[1])


def test_no_packet_is_on_both_sides() -> None:
    plan: Any = Toy()
    known, asked = sides(plan, EARLY)
    assert len(known) + len(asked) == len(plan.captures["n2"]) + len(plan.captures["n3"])
    assert not set(known.content.tolist()) & set(asked.content.tolist())
    early = known.time_ns < plan.captures["n2"].time_ns[0] + 100_000_000
    assert early.all() and len(known) == 100


def test_what_is_learned_from_has_no_label(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("sklearn")
    seen: list[Samples] = []

    class Spy:
        def fit(self, train: Samples, tune: Samples) -> None:
            seen.append(train)

        def predict_proba(self, samples: Samples) -> np.ndarray:
            return np.tile(np.eye(1, len(CLASSES)), (len(samples), 1))

    monkeypatch.setattr(measuring.methods, "make", lambda *_: Spy())
    plan: Any = Toy()
    measure(plan, dataclasses.replace(CLEAN, learn=("n2",)), "isolation forest", 0)
    assert (seen[0].classes == UNKNOWN).all() and (seen[0].episodes == -1).all()
    assert seen[0].fields.shape == blind(plan.samples("n2")).fields.shape


@pytest.mark.parametrize("method", ["isolation forest", "packetclip facts"])
def test_figures(method: str) -> None:
    pytest.importorskip("sklearn")
    plan: Any = Toy()
    found = measure(plan, CLEAN, method, 0)
    assert found["any_auc"] > 0.95
    assert found["known_attacks"] == 0.0 and found["learned"] == found["known"] == 200
    assert not found["labels"]
    assert same(found, measure(plan, CLEAN, method, 0))
    flipped = dict(plan.captures)
    flipped["n1"] = dataclasses.replace(flipped["n1"], classes=np.ones(200, np.int16))
    other = {**found, "known_attacks": 1.0}
    assert same(other, measure(Toy(flipped), CLEAN, method, 0))  # type: ignore[arg-type]


def test_attacks_that_behave_as_life_does_are_at_chance() -> None:
    plan: Any = Toy()
    found = measure(plan, dataclasses.replace(CLEAN, ask=("n4",)), "packetclip facts", 0)
    low, high = found["intervals"]["any_auc"]
    assert low <= 0.5 <= high


def test_methods_that_know_labels_stand_beside() -> None:
    pytest.importorskip("sklearn")
    plan: Any = Toy()
    found = measure(plan, dataclasses.replace(CLEAN, learn=("n2",), ask=("n3",)), "extra trees", 0)
    assert found["labels"] and found["any_auc"] > 0.95


def test_report() -> None:
    pytest.importorskip("sklearn")
    pytest.importorskip("matplotlib")
    plan: Any = Toy()
    jobs = [job.name for job in Novelty().jobs(plan)]
    assert "clean/isolation forest/0" in jobs and "clean/extra trees/0" in jobs
    assert "early/extra trees/0" not in jobs
    wanted = [name for name in jobs if "isolation" in name or "facts" in name]
    results = {name: Novelty().measure(plan, name) for name in wanted if name.startswith("clean")}
    told = sections(plan, results)
    assert [section.title for section in told] == ["Novelty: attacks without labels", "Novelty, clean"]
    assert "Not measured: early" in told[0].blocks[0].words  # type: ignore[union-attr]
    assert sections(plan, {})[0].blocks
