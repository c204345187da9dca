"""Facts in torch equal facts in NumPy, until something is learned, and then stay near them."""

from __future__ import annotations

import numpy as np
import torch

from packetclip.language.knowledge import degrees, load_missions, pack
from packetclip.learning.reasoning import FactDegrees
from tests.learning.reasoning import small

ALL = load_missions()


def test_unlearned_facts_are_those_of_the_missions() -> None:
    context = small.fields(200)
    context[0] = 0.0
    context[1] = 1e12
    with torch.no_grad():
        found = FactDegrees(pack(ALL).facts)(torch.from_numpy(context)).numpy()
    assert np.allclose(found, degrees(ALL, context), atol=1e-5)


def test_every_fact_equals_its_predicate() -> None:
    context = small.fields(5, seed=4)
    with torch.no_grad():
        found = FactDegrees(pack(ALL).facts)(torch.from_numpy(context))
    keys = [concept for mission in ALL for concept in mission.key_concepts]
    for n, row in enumerate(context):
        for c, concept in enumerate(keys):
            wanted = min(fact.degree(float(row[fact.column])) for fact in concept.facts)
            assert abs(float(found[n, c]) - wanted) < 1e-4


def test_thresholds_move_within_their_bounds() -> None:
    facts = pack(ALL).facts
    learned = FactDegrees(facts, learn=True)
    context = torch.from_numpy(small.fields(50))
    with torch.no_grad():
        learned.shift.fill_(1e6)
        learned.steepness.fill_(-1e6)
        found = learned(context)
        moved = FactDegrees(facts)
        moved.middle += moved.reach
        moved.slope *= float(np.exp(-0.69))
        assert torch.allclose(found, moved(context), atol=1e-5)


def test_only_what_may_be_learned_is() -> None:
    facts = pack(ALL).facts
    assert not any(p.requires_grad for p in FactDegrees(facts, learn=False).parameters())
    learned = FactDegrees(facts, learn=True)
    learned(torch.from_numpy(small.fields(20))).sum().backward()
    assert learned.shift.grad is not None
    assert learned.shift.grad.abs().sum() > 0.0
