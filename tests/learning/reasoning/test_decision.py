"""The arithmetic of the decision, against the textbook in float64 and cases worked by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from packetclip.learning.reasoning.decision import DecisionHead, against_the_rest, class_weights, mission_loss


def test_log_odds_against_the_rest_are_those_of_the_softmax() -> None:
    logits = torch.randn(200, 16) * 6.0
    full = np.concatenate([np.zeros((200, 1)), logits.double().numpy()], axis=1)
    p = np.exp(full - full.max(1, keepdims=True))
    p /= p.sum(1, keepdims=True)
    others = (1.0 - np.eye(17)) @ p.T  # (17, N): summed, never 1 - p
    wanted = np.log(p / others.T)[:, 1:]
    assert np.allclose(against_the_rest(logits).numpy(), wanted, atol=1e-4)


def test_certainty_is_not_cut_off() -> None:
    """p is 1 in float32 here, and yet its log-odds are known."""
    logits = torch.tensor([[40.0, -3.0]])
    assert torch.allclose(against_the_rest(logits)[0, 0], torch.tensor(40.0 - math.log(1.0 + math.exp(-3.0))))


def test_against_one_mission_log_odds_are_the_logits() -> None:
    logits = torch.randn(10, 1)
    assert torch.allclose(against_the_rest(logits), logits, atol=1e-6)


def test_class_weights() -> None:
    counts = torch.tensor([100.0, 25.0, 0.0])
    weights = class_weights(counts, power=0.5)
    assert torch.allclose(weights, torch.tensor([0.1, 0.2, 1.0]) * 125.0 / 15.0)
    assert (weights * counts).sum() / counts.sum() == pytest.approx(1.0)
    assert torch.equal(class_weights(counts, power=0.0), torch.ones(3))


SURE, UNSURE = 1.0 / (1.0 + math.exp(-2.0)), 0.5


@pytest.mark.parametrize(
    ("tau", "kept"),
    [(0.0, True), (1.0, True), (0.7, True), (0.4, False)],
    ids=["off", "start", "above one half", "below one half"],
)
def test_loss_by_hand(tau: float, kept: bool) -> None:
    """A positive whose attack probability (0.5) is at most 1 - tau is trained as normal."""
    logits, labels, weights = torch.tensor([[0.0], [2.0]]), torch.tensor([1, 1]), torch.tensor([1.0, 3.0])
    own = 3.0 if kept else 1.0
    entropy = (own * -math.log(UNSURE) + 3.0 * -math.log(SURE)) / (own + 3.0)
    wanted = entropy + 0.01 * (UNSURE + SURE) / 2.0
    found = mission_loss(logits, labels, weights, tau=tau, sparsity=0.01)
    assert float(found) == pytest.approx(wanted, abs=1e-6)


def test_benign_examples_do_not_care_for_tau() -> None:
    logits, labels, weights = torch.randn(8, 3), torch.zeros(8, dtype=torch.long), torch.ones(4)
    assert torch.equal(mission_loss(logits, labels, weights, tau=0.1), mission_loss(logits, labels, weights))


def test_the_threshold_itself_is_not_trained_through() -> None:
    logits = torch.tensor([[0.0, -1.0]], requires_grad=True)
    mission_loss(logits, torch.tensor([1]), torch.ones(3), tau=0.1, sparsity=0.0).backward()
    assert logits.grad is not None
    assert logits.grad[0, 0] > 0.0  # called normal, so pushed down


def test_a_new_head_has_not_heard_of_history() -> None:
    head = DecisionHead(4, 6, 2)
    reasoning = torch.randn(5, 6)
    assert torch.equal(head(torch.randn(5, 4), reasoning), head(torch.zeros(5, 4), reasoning))
