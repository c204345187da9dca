"""Scores do not depend on batches, and say what the two graphs say."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnxruntime
import pytest

from packetclip.errors import IncompatibleModel
from packetclip.model import Model, Scorer, Scores, history_index, history_keys
from packetclip.wire import capture
from packetclip.wire.context import Context, ContextTracker
from packetclip.wire.flows import FlowSteps, FlowTracker
from packetclip.wire.packets import PacketBatch, dissect, masked_bytes
from tests.model import tiny, traffic

Known = tuple[PacketBatch, FlowSteps, Context]


@pytest.fixture(scope="module")
def known() -> Known:
    packets = dissect(capture.memory(traffic.records()))
    steps = FlowTracker().update(packets)
    return packets, steps, ContextTracker().update(packets, steps)


@pytest.fixture(scope="module", params=["pair", "flow", "originator", "none"])
def model(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Model:
    return tiny.model(tmp_path_factory.mktemp("model") / "tiny", key=request.param)


def scored(scorer: Scorer, known: Known, sizes: Sequence[int]) -> list[Scores]:
    packets, steps, context = known
    out, start, turn = [], 0, 0
    while start < len(packets):
        stop = start + sizes[turn % len(sizes)]
        part = slice(start, stop)
        out.append(
            scorer.update(
                PacketBatch(packets.rows[part], packets.data),
                FlowSteps(steps.rows[part]),
                Context(context.values[part]),
            )
        )
        start, turn = stop, turn + 1
    return out


def test_batches_leave_no_mark(model: Model, known: Known) -> None:
    (whole,) = scored(Scorer(model, embedding=True), known, [10_000])
    parts = scored(Scorer(model, embedding=True, rows=17), known, [1, 50, 7, 120])
    for name in ("scored", "logits", "log_odds", "probabilities", "any", "degrees", "closeness", "embedding"):
        together = np.concatenate([getattr(part, name) for part in parts])
        assert np.allclose(together, getattr(whole, name), atol=1e-5), name


def test_workers_leave_no_mark(model: Model, known: Known) -> None:
    (alone,) = scored(Scorer(model, rows=17, embedding=True), known, [10_000])
    (together,) = scored(Scorer(model, rows=17, embedding=True, workers=3), known, [10_000])
    for name in ("logits", "probabilities", "any", "degrees", "closeness", "embedding"):
        assert np.array_equal(getattr(together, name), getattr(alone, name)), name


def test_scores_equal_the_graphs_fed_row_by_row(model: Model, known: Known) -> None:
    packets, steps, context = known
    (scores,) = scored(Scorer(model), known, [10_000])
    rows = np.flatnonzero(packets["dropped"] == 0)
    encoder = onnxruntime.InferenceSession(str(model.folder / "encoder.onnx"))
    decision = onnxruntime.InferenceSession(str(model.folder / "decision.onnx"))
    names = [output.name for output in encoder.get_outputs()]
    feed = {"fields": context.values[rows], "bytes": masked_bytes(packets, 64)[rows]}
    encoded = dict(zip(names, encoder.run(names, feed), strict=True))
    key, wanted = model.manifest.history.key, {node.name for node in decision.get_inputs()}
    index = history_index(history_keys(packets, steps, key)[rows], model.manifest.history.steps)
    assert ("keys" in wanted) == (key != "none")
    for n in range(0, len(rows), 13):
        mask = index[n] >= 0
        one = {name: encoded[name][n : n + 1] for name in ("reasoning", "query", "degrees")} | {"mask": mask[None]}
        for name in ("keys", "values"):
            one[name] = np.where(mask[:, None], encoded[name[:-1]][index[n]], 0.0).astype(np.float32)[None]
        (logits,) = decision.run(["logits"], {name: column for name, column in one.items() if name in wanted})
        assert np.allclose(scores.logits[rows[n]], logits[0], atol=1e-4)
    own = model.calibration.missions["port_scan"]
    chance = 1.0 / (1.0 + np.exp(-(scores.logits[rows, 1] * own.scale + own.offset)))
    assert np.allclose(scores.probabilities[rows, 1], chance, atol=1e-6)


def test_dropped_packets_are_zeros_and_leave_no_trace(model: Model, known: Known) -> None:
    packets, steps, context = known
    (scores,) = scored(Scorer(model, embedding=True), known, [10_000])
    dropped = packets["dropped"] != 0
    assert dropped.any()
    assert np.array_equal(scores.scored, ~dropped)
    for column in (scores.logits, scores.log_odds, scores.probabilities, scores.any, scores.degrees, scores.embedding):
        assert column is not None
        assert not column[dropped].any()
    kept = np.flatnonzero(~dropped)
    without = Scorer(model).update(
        PacketBatch(packets.rows[kept], packets.data), FlowSteps(steps.rows[kept]), Context(context.values[kept])
    )
    assert np.allclose(without.logits, scores.logits[kept], atol=1e-5)


def test_embeddings_only_when_asked_for(model: Model, known: Known) -> None:
    (plain,) = scored(Scorer(model), known, [10_000])
    assert plain.embedding is None
    (asked,) = scored(Scorer(model, embedding=True, workers=2), known, [10_000])
    assert asked.embedding is not None
    assert np.allclose(np.linalg.norm(asked.embedding[asked.scored], axis=1), 1.0, atol=1e-5)


def test_empty_batches(model: Model, known: Known) -> None:
    packets, steps, context = known
    scores = Scorer(model).update(
        PacketBatch(packets.rows[:0], packets.data), FlowSteps(steps.rows[:0]), Context(context.values[:0])
    )
    assert len(scores) == 0
    assert scores.probabilities.shape == (0, 2)


def test_a_context_of_another_width_is_refused(model: Model, known: Known) -> None:
    packets, steps, context = known
    with pytest.raises(IncompatibleModel, match="context"):
        Scorer(model).update(packets, steps, Context(context.values[:, :-1]))


def test_fields_may_be_fewer_and_in_another_order(tmp_path: Path, known: Known) -> None:
    folder = tiny.write(tmp_path / "tiny")
    turned = tiny.manifest()
    turned = type(turned)(
        **{name: getattr(turned, name) for name in turned.__slots__} | {"fields": turned.fields[::-1]}
    )
    from packetclip.model import load, seal

    straight = scored(Scorer(load(folder)), known, [10_000])[0]
    seal(folder, turned)
    packets, steps, context = known
    backwards = Context(np.ascontiguousarray(context.values[:, ::-1]))
    again = Scorer(load(folder)).update(packets, steps, backwards)
    assert np.allclose(again.logits, straight.logits, atol=1e-5)
