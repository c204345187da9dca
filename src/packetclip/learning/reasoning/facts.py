"""How far the facts of every key concept hold, as a differentiable layer whose thresholds and slopes may be learned."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn

from packetclip.language.knowledge import LOG_OFFSET, Facts


class FactDegrees(nn.Module):
    """``(N, F)`` fields in natural units to ``(N, C)`` degrees: the weakest of a concept's predicates.

    A predicate holds to ``sigmoid(sign * factor * slope * (g(x) - g(threshold) - moved))`` where g is the logarithm
    (plus 0.01) for fields that span orders of magnitude and the identity for flags and shares. ``moved`` starts at 0
    and ``factor`` at 1; both are learned within bounds, so that a threshold keeps its meaning: it moves by at most a
    factor of two (log fields) or 0.1 (others), and its slope changes by at most a factor of two.
    """

    def __init__(self, facts: Facts, *, learn: bool = True) -> None:
        super().__init__()
        # Concepts with the most predicates first, so that the j-th predicates belong to a prefix of the concepts.
        counts = np.bincount(facts.concept)
        order = np.argsort(-counts, kind="stable")
        begin = np.concatenate([[0], np.cumsum(counts)[:-1]])
        rounds = [[begin[c] + j for c in order if counts[c] > j] for j in range(counts.max())]
        taken = np.concatenate(rounds)
        self.prefixes = [len(part) for part in rounds]
        # A field that several predicates read is read, and its logarithm taken, once.
        read, which = np.unique(np.stack([facts.column[taken], facts.log[taken]]), axis=1, return_inverse=True)
        threshold, log = torch.tensor(facts.threshold)[taken], torch.tensor(facts.log)[taken]
        self.register_buffer("column", torch.tensor(read[0]))
        self.register_buffer("log", torch.tensor(read[1] > 0).unsqueeze(1))
        self.register_buffer("which", torch.tensor(which.reshape(-1)))
        middle = torch.where(log, torch.log(threshold + LOG_OFFSET), threshold)
        self.register_buffer("middle", middle.unsqueeze(1))
        self.register_buffer("slope", torch.tensor(facts.sign * facts.slope)[taken].unsqueeze(1))
        self.register_buffer("reach", torch.where(log, 0.69, 0.1).unsqueeze(1))
        self.register_buffer("back", torch.tensor(np.argsort(order)))
        self.shift = nn.Parameter(torch.zeros(len(log), 1), requires_grad=learn)
        self.steepness = nn.Parameter(torch.zeros(len(log), 1), requires_grad=learn)

    column: Tensor
    log: Tensor
    which: Tensor
    middle: Tensor
    slope: Tensor
    reach: Tensor
    back: Tensor

    def forward(self, fields: Tensor) -> Tensor:
        """(N, F) to (N, C)."""
        # Fields before packets: picking then moves whole rows.
        x = fields.T.index_select(0, self.column)
        x = torch.where(self.log, torch.log(x.clamp_min(0.0) + LOG_OFFSET), x)
        middle = self.middle + self.reach * torch.tanh(self.shift)
        slope = self.slope * torch.exp(0.69 * torch.tanh(self.steepness))
        margins = torch.split(x.index_select(0, self.which) * slope - middle * slope, self.prefixes)  # (P, N) in all
        least = margins[0]
        for margin in margins[1:]:
            least = torch.cat([torch.minimum(least[: len(margin)], margin), least[len(margin) :]])
        # The sigmoid rises, so the least margin is the least degree.
        return torch.sigmoid(least).index_select(0, self.back).T
