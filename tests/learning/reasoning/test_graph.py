"""All missions' graphs at once equal a walk over each of them, node by node."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from packetclip.language.knowledge import load_missions, mission_degrees, pack
from packetclip.learning.reasoning import FactDegrees, GraphReasoner
from packetclip.learning.reasoning.graph import NodeNorm
from tests.learning.reasoning import oracle, small

ALL = load_missions()
H, WIDTH, N = 2, 6, 3


def graph(*, use_facts: bool = True, use_messages: bool = True) -> GraphReasoner:
    torch.manual_seed(0)
    made = GraphReasoner(pack(ALL), small.text_vectors(ALL, WIDTH), H, use_facts=use_facts, use_messages=use_messages)
    small.shake(made)
    return made.eval()


@pytest.mark.parametrize(("use_facts", "use_messages"), [(True, True), (False, True), (True, False)])
def test_equals_the_oracle_on_every_mission(use_facts: bool, use_messages: bool) -> None:
    layered, made = pack(ALL), graph(use_facts=use_facts, use_messages=use_messages)
    keys = layered.facts
    names = [(layered.names[m], concept) for m, concept in zip(keys.key_mission, keys.key_ids, strict=True)]
    sensor, degrees = torch.randn(N, WIDTH), torch.rand(N, len(names))
    texts = dict(zip(layered.texts, small.text_vectors(ALL, WIDTH).tolist(), strict=True))
    with torch.no_grad():
        found = made(sensor, degrees)
    assert found.shape == (N, len(ALL) * (H + 1))
    for n in range(N):
        held = dict(zip(names, degrees[n].tolist(), strict=True))
        wanted = oracle.reason(made, ALL, texts, sensor[n].tolist(), held)
        assert np.allclose(found[n].numpy(), wanted, atol=1e-4, rtol=1e-4)


def test_the_last_number_of_a_mission_is_its_logical_reading() -> None:
    layered, made = pack(ALL), graph()
    context = small.fields(200)
    with torch.no_grad():
        degrees = FactDegrees(layered.facts)(torch.from_numpy(context))
        evidence = made(torch.randn(len(context), WIDTH), degrees).view(len(context), len(ALL), H + 1)
    assert np.allclose(evidence[:, :, -1].numpy(), mission_degrees(ALL, context), atol=1e-5)


def test_padding_says_nothing() -> None:
    layered, made = pack(ALL), graph()
    sensor, degrees = torch.randn(N, WIDTH), torch.rand(N, len(layered.facts.key_ids))
    absent = ~torch.tensor(layered.levels[0].present)
    assert absent.any()
    with torch.no_grad():
        before = made(sensor, degrees)
        made.buffer("text_1")[absent] = 5.0
        made.held[0][absent] = 5.0
        assert torch.equal(made(sensor, degrees), before)


def test_norm_in_training_is_batch_normalisation() -> None:
    norm, x = NodeNorm(2, 5), torch.randn(2, 5, 40) * 3.0 + 1.0
    small.shake(norm)
    kept = norm.mean.clone()
    found = norm.train()(x)
    for m in range(2):
        wanted = torch.nn.functional.batch_norm(
            x[m].T, None, None, norm.gain[m, :, 0], norm.offset[m, :, 0], training=True, eps=1e-4
        )
        assert torch.allclose(found[m], wanted.T, atol=1e-5)
    assert torch.allclose(norm.mean, kept + 0.05 * (x.mean(2, keepdim=True) - kept), atol=1e-6)
