"""From evidence to mission logits, and the losses that teach it."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class DecisionHead(nn.Module):
    """(N, D) of the temporal transformer and (N, R) reasoning to (N, M) logits against benign.

    ``softmax([0, logits])`` are the probabilities of benign and of each mission. What history says starts at nothing.
    """

    def __init__(self, width: int, reasoning: int, missions: int) -> None:
        super().__init__()
        self.reasoned = nn.Linear(reasoning, missions)
        self.told = nn.Linear(width, missions, bias=False)
        nn.init.zeros_(self.told.weight)

    def forward(self, told: Tensor, reasoning: Tensor) -> Tensor:
        logits: Tensor = self.reasoned(reasoning) + self.told(told)
        return logits


def against_the_rest(logits: Tensor) -> Tensor:
    """(N, M) logits against benign to log-odds of each mission against benign and all other missions together.

    The logistic of the result is the softmax probability; computed without subtracting probabilities that are near 1.
    float32 only; what all else weighs against the strongest class is taken for at least 1e-30 (log-odds of 69).
    """
    missions = logits.shape[1]
    top = logits.amax(1, keepdim=True).clamp_min(0.0)
    weight = torch.exp(torch.cat([torch.zeros_like(top), logits], dim=1) - top)  # (N, M + 1)
    # Summing all but one by a matrix loses nothing when that one is near the whole: nothing is subtracted.
    others = weight @ torch.cat([torch.ones(1, missions), 1.0 - torch.eye(missions)], dim=0)  # (N, M)
    return logits - top - torch.log(others.clamp_min(1e-30))


def class_weights(counts: Tensor, power: float = 0.5) -> Tensor:
    """Weights (M + 1,) inverse to a power of the class counts, with mean 1 over the examples."""
    weights = counts.clamp_min(1.0).pow(-power)
    balanced: Tensor = weights * counts.sum() / (weights * counts).sum()
    return balanced


def mission_loss(
    logits: Tensor, labels: Tensor, weights: Tensor, *, tau: float = 0.0, sparsity: float = 1e-3, smoothing: float = 0.0
) -> Tensor:
    """Class-balanced cross-entropy with a decaying threshold and a sparsity term (MissionGNN, equations 8 to 10).

    Args:
        logits: (N, M) against benign.
        labels: (N,) 0 benign, m + 1 for mission m.
        weights: (M + 1,) class weights.
        tau: a positive whose probability of any attack, as the present model sees it, is at most 1 - tau is trained as
            normal, since labels of whole episodes are coarse. tau starts at 1, where every positive is kept, and
            shrinks by a factor each step, so that fewer and fewer are; 0 switches the threshold off.
        sparsity: weight of the mean probability of any attack.
        smoothing: label smoothing.

    """
    full = torch.cat([torch.zeros_like(logits[:, :1]), logits], dim=1)  # (N, M + 1)
    log_p = torch.log_softmax(full, dim=1)
    attack = 1.0 - log_p[:, 0].exp()
    if tau > 0.0:
        labels = torch.where((labels > 0) & (attack.detach() <= 1.0 - tau), torch.zeros_like(labels), labels)
    loss = nn.functional.cross_entropy(full, labels, weight=weights, label_smoothing=smoothing)
    return loss + sparsity * attack.mean()
