"""What leaves torch says the same as what stayed, packet by packet and through the runtime."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np
import onnxruntime
import pytest
import torch

from packetclip.learning.contrastive import TextProjection
from packetclip.learning.reasoning import Examples, Labelled, Reasoner, ReasonerConfig, Recipe, load_examples, logits_of
from packetclip.learning.reasoning.recipe import HistoryKey
from packetclip.learning.reasoning.run import Parts, write
from packetclip.ledger import Ledger
from packetclip.model import Model, Scorer, load
from packetclip.wire import capture
from packetclip.wire.context import ContextTracker
from packetclip.wire.flows import FlowTracker
from packetclip.wire.packets import dissect
from tests.learning.reasoning import small
from tests.model import traffic


class Exported(NamedTuple):
    reasoner: Reasoner
    model: Model
    encoder: onnxruntime.InferenceSession
    decision: onnxruntime.InferenceSession


def exported(folder: Path, history: HistoryKey = "pair", **config: object) -> Exported:
    reasoner = small.reasoner(**config)
    small.shake(reasoner)
    texts = small.text_vectors(small.missions())
    parts = Parts(reasoner.encoder, TextProjection(), small.missions(), texts, texts, 14.0)  # type: ignore[arg-type]
    recipe = Recipe("made", "7", "nowhere", (), (), history=history, reasoner=reasoner.config)
    write(reasoner, parts, recipe, folder)
    sessions = (onnxruntime.InferenceSession(str(folder / f"{name}.onnx")) for name in ("encoder", "decision"))
    return Exported(reasoner, load(folder), *sessions)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Exported:
    return exported(tmp_path_factory.mktemp("export") / "model")


@pytest.fixture(scope="module")
def trace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return traffic.write(tmp_path_factory.mktemp("trace") / "made.pcap")


def through_the_runtime(model: Model, trace: Path) -> tuple[np.ndarray, np.ndarray]:
    """Logits (N, M) and which were scored (N,), in small batches."""
    tracker, behaviour, scorer = FlowTracker(), ContextTracker(), Scorer(model, rows=37)
    parts = []
    for frames in capture.read(str(trace), Ledger()):
        packets = dissect(frames)
        steps = tracker.update(packets)
        parts.append(scorer.update(packets, steps, behaviour.update(packets, steps)))
    return np.concatenate([p.logits for p in parts]), np.concatenate([p.scored for p in parts])


def read(trace: Path, key: HistoryKey) -> Examples:
    (examples,) = load_examples([Labelled("made", str(trace))], key)
    return examples


@pytest.mark.parametrize("n", [1, 2, 17])
@torch.no_grad()
def test_both_graphs_say_what_torch_says(made: Exported, n: int) -> None:
    reasoner, steps, width = made.reasoner, made.reasoner.config.steps, made.reasoner.config.width
    values, data = small.fields(n, seed=n), small.examples(n, seed=n).bytes
    told = reasoner.reason(torch.from_numpy(values), torch.from_numpy(data))
    names = [output.name for output in made.encoder.get_outputs()]
    found = dict(zip(names, made.encoder.run(names, {"fields": values, "bytes": data}), strict=True))
    wanted = dict(zip(("query", "key", "value"), reasoner.temporal.project(told.reasoning), strict=True))
    wanted |= {"embedding": told.embedding, "reasoning": told.reasoning, "degrees": told.degrees}
    wanted["closeness"] = told.embedding @ torch.from_numpy(made.model.concepts.projected).T
    assert found.keys() == wanted.keys()
    for name, tensor in wanted.items():
        assert np.allclose(found[name], tensor.numpy(), atol=1e-4), name

    mask = (torch.rand(n, steps) < 0.6).float()
    mask[:, -1] = 1.0
    window = (told.reasoning, wanted["query"], torch.randn(n, steps, width), torch.randn(n, steps, width), mask)
    feed = {name: t.numpy() for name, t in zip(("reasoning", "query", "keys", "values", "mask"), window, strict=True)}
    (logits,) = made.decision.run(["logits"], feed)
    assert np.allclose(logits, reasoner.judge(*window).numpy(), atol=1e-4)


def test_the_runtime_scores_as_training_did(made: Exported, trace: Path) -> None:
    examples = read(trace, "pair")
    wanted = logits_of(made.reasoner, examples)
    logits, scored = through_the_runtime(made.model, trace)
    assert np.array_equal(scored, examples.scored)
    assert 0 < scored.sum() < len(scored)
    assert np.allclose(logits[scored], wanted[scored], atol=1e-4)
    alone = logits_of(made.reasoner, Examples(*(getattr(examples, c) for c in Examples.__slots__[:-1]), _apart(scored)))
    assert not np.allclose(wanted[scored], alone[scored], atol=1e-2)  # history was asked


def _apart(scored: np.ndarray) -> np.ndarray:
    return np.arange(len(scored), dtype=np.uint64)


def test_without_history_too(tmp_path: Path, trace: Path) -> None:
    made = exported(tmp_path / "model", use_temporal=False)
    assert made.model.manifest.history.key == "none"
    examples = read(trace, "pair")
    logits, scored = through_the_runtime(made.model, trace)
    assert np.allclose(logits[scored], logits_of(made.reasoner, examples)[scored], atol=1e-4)


def test_the_folder_speaks_of_its_columns(made: Exported) -> None:
    manifest = made.model.manifest
    assert manifest.missions == small.NAMES
    assert manifest.history.steps == made.reasoner.config.steps
    keys = [(mission.name, concept.id) for mission in small.missions() for concept in mission.key_concepts]
    assert list(manifest.concepts) == keys
    assert made.model.missions == small.missions()
    text = np.random.default_rng(0).normal(size=(3, small.E)).astype(np.float32)
    with torch.no_grad():
        assert np.allclose(
            made.model.concepts.project(text), TextProjection()(torch.from_numpy(text)).numpy(), atol=1e-5
        )


def test_defaults_are_the_papers() -> None:
    config = ReasonerConfig()
    assert (config.hidden, config.heads, config.feed_forward, config.steps) == (8, 8, 128, 30)
