"""Each switch runs, trains, and takes away what it says."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from packetclip.learning.reasoning import Examples, Reasoner, fit, logits_of
from packetclip.learning.reasoning.decision import against_the_rest
from packetclip.learning.reasoning.fit import windows
from packetclip.learning.reasoning.reasoner import CERTAIN
from packetclip.wire.context import header
from tests.learning.reasoning import small

SWITCHES = ("use_context", "use_bytes", "use_pretraining", "use_graph", "use_facts", "use_temporal")
MADE = small.examples(40)


def shaken(**config: object) -> Reasoner:
    reasoner = small.reasoner(**config)
    small.shake(reasoner)
    return reasoner.eval()


def evidence(reasoner: Reasoner, examples: Examples = MADE) -> torch.Tensor:
    with torch.no_grad():
        return reasoner.reason(torch.from_numpy(examples.fields), torch.from_numpy(examples.bytes)).reasoning


def matters(reasoner: Reasoner, examples: Examples) -> bool:
    return not torch.allclose(evidence(reasoner, examples), evidence(reasoner), atol=1e-6)


@pytest.mark.parametrize("switch", SWITCHES)
def test_every_part_can_be_left_out(switch: str, tmp_path: Path) -> None:
    whole, without = shaken(), shaken(**{switch: False})
    config = replace(small.QUIET, epochs=1, temporal_epochs=1)
    fit(without, [MADE], [], config, tmp_path)
    stages = (tmp_path / "fit.jsonl").read_text()
    assert ("history" in stages) == (switch != "use_temporal")
    logits = logits_of(without, MADE)
    assert np.isfinite(logits).all()
    fit(whole, [MADE], [], config, tmp_path / "whole")
    assert not np.allclose(logits, logits_of(whole, MADE), atol=1e-4)


def test_without_context_only_headers_are_seen() -> None:
    other = MADE.fields.copy()
    other[:, len(header.FIELDS) :] = small.fields(40, seed=5)[:, len(header.FIELDS) :]
    other = replace(MADE, fields=other)
    assert matters(shaken(), other)
    assert not matters(shaken(use_context=False), other)
    heads = MADE.fields.copy()
    heads[:, : len(header.FIELDS)] = small.fields(40, seed=5)[:, : len(header.FIELDS)]
    assert matters(shaken(use_context=False), replace(MADE, fields=heads))


def test_without_bytes_none_are_seen() -> None:
    other = replace(MADE, bytes=small.examples(40, seed=7).bytes)
    assert matters(shaken(), other)
    assert not matters(shaken(use_bytes=False), other)
    assert not matters(shaken(use_pretraining=False), other)  # bytes come by the encoder alone


def test_without_pretraining_the_adapter_sees_all() -> None:
    reasoner = shaken(use_pretraining=False)
    other = replace(MADE, fields=small.fields(40, seed=5))
    assert matters(reasoner, other)
    blind = small.reasoner(adapter=False, use_pretraining=False, use_facts=False).eval()
    assert not matters(blind, other)


@pytest.mark.parametrize("use", [True, False])
def test_without_graph_no_message_passes(use: bool) -> None:
    reasoner = shaken(use_graph=use)
    before = evidence(reasoner)
    for k in range(1, reasoner.graph.depth + 1):
        reasoner.graph.buffer(f"text_{k}").mul_(3.0)
    assert torch.allclose(evidence(reasoner), before, atol=1e-6) != use
    assert reasoner.shortcut is not None


def test_the_shortcut_can_be_left_out_where_there_is_a_graph() -> None:
    assert shaken(use_shortcut=False).shortcut is None
    assert shaken(use_shortcut=False, use_graph=False).shortcut is not None


@pytest.mark.parametrize("use", [True, False])
def test_without_facts_none_count(use: bool) -> None:
    reasoner = shaken(use_facts=use)
    before = evidence(reasoner)
    reasoner.facts.middle.add_(1.0)
    assert torch.allclose(evidence(reasoner), before, atol=1e-6) != use
    last = before.view(len(MADE), len(small.NAMES), -1)[:, :, -1]
    assert bool((last == 0.0).all()) != use


@pytest.mark.parametrize("use", [True, False])
def test_without_history_packets_stand_alone(use: bool) -> None:
    reasoner = shaken(use_temporal=use)
    alone = replace(MADE, history=np.arange(len(MADE), dtype=np.uint64))
    assert np.allclose(logits_of(reasoner, MADE), logits_of(reasoner, alone), atol=1e-5) != use


def judged(reasoner: Reasoner) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    reasoning = evidence(reasoner)
    index = torch.arange(len(MADE)).unsqueeze(1).expand(-1, reasoner.config.steps)
    given = windows(reasoner, reasoning, index)
    with torch.no_grad():
        return reasoner.judge(*given), reasoner.decide(*given), reasoning


def test_the_logical_reading_has_its_weight() -> None:
    found, learned, reasoning = judged(shaken(trust=0.5))
    held = reasoning.view(len(MADE), len(small.NAMES), -1)[:, :, -1]
    odds = torch.logit(held.double(), eps=CERTAIN).float()
    assert odds.abs().max() > 1.0
    assert torch.allclose(found, against_the_rest(learned + 0.5 * odds), atol=0.5 * CERTAIN * 2)


def test_without_graph_degrees_stay_degrees() -> None:
    graph, shortcut = evidence(shaken()), evidence(shaken(use_graph=False))
    last = [e.view(len(MADE), len(small.NAMES), -1)[:, :, -1] for e in (graph, shortcut)]
    assert torch.allclose(*last, atol=1e-6)


@pytest.mark.parametrize("config", [{"trust": 0.0}, {"use_facts": False}])
def test_without_trust_only_what_was_learned_counts(config: dict[str, object]) -> None:
    found, learned, _ = judged(shaken(**config))
    assert torch.equal(found, against_the_rest(learned))


def test_dropped_packets_are_far_below_zero_and_no_history() -> None:
    scored = np.arange(len(MADE)) % 7 != 3
    reasoner = shaken()
    logits = logits_of(reasoner, replace(MADE, scored=scored))
    assert (logits[~scored] == -30.0).all()
    fewer = Examples(MADE.name, *(getattr(MADE, c)[scored] for c in Examples.__slots__ if c != "name"))
    assert np.allclose(logits[scored], logits_of(reasoner, fewer), atol=1e-5)


def test_the_encoder_never_trains() -> None:
    reasoner = small.reasoner().train()
    assert reasoner.graph.training
    assert not reasoner.encoder.training
    assert not any(p.requires_grad for p in reasoner.encoder.parameters())
    assert 0 < reasoner.trained_parameters < sum(p.numel() for p in reasoner.parameters())
