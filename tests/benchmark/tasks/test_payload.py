"""The paper's view: payload bytes alone, and its claims held against figures."""

from __future__ import annotations

import dataclasses
from importlib import import_module
from typing import Any

import numpy as np
import pytest

from packetclip.benchmark.report.blocks import Table
from packetclip.benchmark.samples import Samples
from packetclip.benchmark.tasks.payload import Payload
from packetclip.benchmark.tasks.payload.claims import MISSIONS, RIVALS, TRANSFORMER, claims
from tests.benchmark.tasks.small import CLASSES, Small, capture, recipe

SPLITS = "network+capture"


@pytest.fixture(scope="module")
def _quick() -> Any:
    """Some sentences, some steps: what a text encoder would say is drawn at random."""
    pytest.importorskip("torch")
    pytest.importorskip("sklearn")
    from packetclip.benchmark.tasks.payload import encoder

    class Words:
        name = "random"

        def encode(self, sentences: list[str]) -> np.ndarray:
            drawn = np.stack([np.random.default_rng([*text.encode()]).normal(size=384) for text in sentences])
            return (drawn / np.linalg.norm(drawn, axis=1, keepdims=True)).astype(np.float32)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(encoder, "load_teacher", lambda *_, **__: Words())
        run = import_module("packetclip.learning.reasoning.run")  # a function of its package has its name
        patch.setattr(run, "load_teacher", lambda *_, **__: Words())
        patch.setattr(encoder, "BATCH", 64)
        yield


@pytest.fixture(scope="module")
def plan() -> Small:
    asked = recipe("network", "capture", "elsewhere", about=("extra trees",))
    asked = dataclasses.replace(asked, payload=dataclasses.replace(asked.payload, epochs=2))
    return Small(dataclasses.replace(asked, fit={"epochs": 12, "episode_packets": 30, "batch": 64, "tau": 0.0}))


@pytest.fixture(scope="module")
def measured(_quick: None, plan: Small) -> dict[str, Any]:
    return {
        f"{SPLITS}/{what}/0": Payload().measure(plan, f"{SPLITS}/{what}/0")
        for what in ("paper's view, everything", "extra trees")
    }


def test_splits_that_learn_from_the_same_packets_share_a_job(plan: Small) -> None:
    names = [job.name for job in Payload().jobs(plan)]
    assert names == [
        f"{SPLITS}/{what}/0" for what in ("paper's view, everything", "paper's view, packet", "extra trees")
    ]


def test_both_heads_are_asked_in_each_split_and_with_fewer_labels_in_one(measured: dict[str, Any]) -> None:
    found = measured[f"{SPLITS}/paper's view, everything/0"]
    assert list(found) == ["network", "capture"]
    assert list(found["network"]) == ["paper's view, everything: missions", "paper's view, everything: linear head"]
    for method, shares in found["network"].items():
        assert list(shares) == ["1", "0.3"]
        assert list(found["capture"][method]) == ["1"]
        one = shares["1"]
        assert one["mean_auc"] > 0.9, method  # payloads tell both attacks of the toy
        assert 0 < one["trained"] < one["parameters"]
        assert one["flops"] > 1e6
    assert found["network"][MISSIONS]["1"]["behind"] < found["network"][MISSIONS]["1"]["flops"]


def test_only_payloads_are_seen_and_labels_only_by_heads(_quick: None) -> None:
    import torch

    from packetclip.benchmark.tasks.payload.encoder import LENGTH, align
    from packetclip.benchmark.tasks.payload.heads import heads

    train, test = capture("a1", 0), capture("b1", 3)
    first = align(train, 0, epochs=2)
    again = align(dataclasses.replace(train, classes=train.classes[::-1].copy()), 0, epochs=2)
    weights = [list(aligned.parts.encoder.parameters()) for aligned in (first, again)]
    assert all(torch.equal(a, b) for a, b in zip(*weights, strict=True))
    payload = test.payload.copy()
    payload[:, LENGTH:] = 9
    other = dataclasses.replace(test, fields=test.fields * 0, masked=test.masked * 0, payload=payload)
    settings = {"epochs": 2, "episode_packets": 30, "batch": 64}
    for name, head in heads(first, CLASSES, 0, settings).items():
        head.fit(train, train)
        said = head.predict_proba(test)
        assert said.shape == (len(test), 3)
        assert np.array_equal(said, head.predict_proba(other)), name
        twin = heads(first, CLASSES, 0, settings)[name]
        twin.fit(train, train)
        assert np.array_equal(said, twin.predict_proba(test)), name


def test_permuted_labels_leave_chance(_quick: None) -> None:
    from packetclip.benchmark.metrics import auc
    from packetclip.benchmark.tasks.payload.encoder import align
    from packetclip.benchmark.tasks.payload.heads import heads

    train, test = capture("a1", 0, permuted=True), capture("b1", 3)
    uninformed = dataclasses.replace(test, classes=np.random.default_rng(1).permutation(test.classes))
    for head in heads(align(train, 0, epochs=2), CLASSES, 0, {"epochs": 2, "batch": 64}).values():
        head.fit(train, train)
        any_attack = 1.0 - head.predict_proba(uninformed)[:, 0]
        assert abs(_area(auc, any_attack, uninformed) - 0.5) < 0.15


def _area(auc: Any, scores: np.ndarray, samples: Samples) -> float:
    return float(auc(scores[samples.classes > 0], scores[samples.classes == 0]))


def test_the_report_has_a_line_for_each_claim_and_names_what_is_missing(plan: Small, measured: dict[str, Any]) -> None:
    pytest.importorskip("matplotlib")
    view, told = Payload().sections(plan, measured)  # type: ignore[arg-type]
    assert "elsewhere" in view.blocks[0].words  # type: ignore[union-attr]
    (table,) = told.blocks
    assert isinstance(table, Table)
    assert len(table.rows) == 8
    by_claim = {row[0]: row for row in table.rows}
    assert by_claim["ET-BERT falls with 30 % of the data"][2] == "not measured"  # no transformer in the toy's recipe
    assert by_claim["Fewer parameters to train"][3] == "holds"
    (nothing,) = Payload().sections(plan, {})  # type: ignore[arg-type]
    assert "Not measured" in nothing.blocks[0].words  # type: ignore[union-attr]


def figures(mean_auc: float, **more: float) -> list[dict[str, Any]]:
    return [{"mean_auc": mean_auc, "intervals": {}, **more}]


@pytest.mark.parametrize(
    ("packet", "network", "verdict"),
    [
        (0.99, 0.97, "holds"),
        (0.99, 0.80, "holds only where the split leaks"),
        (0.90, 0.80, "does not hold"),
    ],
)
def test_a_claim_holds_only_where_splits_are_fair(packet: float, network: float, verdict: str) -> None:
    found = {
        "packet": {MISSIONS: {"1": figures(packet)}},
        "network": {MISSIONS: {"1": figures(network, trained=60_000, parameters=200_000, flops=15e6, behind=3e5)}},
    }
    told = {one.claim: one for one in claims(found, ["packet"], "packetclip")}
    assert told["Mean AUC"].verdict == verdict


def test_gains_and_losses_are_counted() -> None:
    found = {
        "network": {
            MISSIONS: {"1": figures(0.90), "0.3": figures(0.895)},
            **{rival: {"1": figures(0.80), "0.3": figures(0.65)} for rival in RIVALS},
        }
    }
    told = {one.claim: one for one in claims(found, [], "packetclip")}
    assert "+12.5%" in told["Mean AUC, gained over baselines"].here
    assert told["Mean AUC, gained over baselines"].verdict == "holds"
    assert told["Stable with 30 % of the data"].verdict == "holds"
    assert told["ET-BERT falls with 30 % of the data"].verdict == "holds"
    assert TRANSFORMER in RIVALS
