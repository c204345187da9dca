"""How far the facts of every key concept hold, as a differentiable layer whose thresholds and slopes may be learned."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn

from packetclip.language.knowledge import LOG_OFFSET, Facts


class FactDegrees(nn.Module):
    """``(N, F)`` fields in natural units to ``(N, C)`` degrees: the weakest of a concept's predicates.

    A predicate holds to ``sigmoid(sign * slope * (g(x) - g(threshold) - shift))`` where g is the logarithm (plus
    0.01) for fields that span orders of magnitude and the identity for flags and shares. ``shift`` and the logarithm of
    the slope's factor start at 0 and are learned within bounds, so that a threshold keeps its meaning: at most a factor
    of two (log fields) or 0.1 (others), a slope at most a factor of two.
    """

    def __init__(self, facts: Facts, *, learn: bool = True) -> None:
        super().__init__()
        concepts, counts = int(facts.concept.max()) + 1, np.bincount(facts.concept)
        slot = np.zeros((concepts, counts.max()), np.int64)
        for concept in range(concepts):
            rows = np.flatnonzero(facts.concept == concept)
            slot[concept] = np.resize(rows, counts.max())  # repeating a predicate leaves the minimum unchanged
        threshold = torch.from_numpy(facts.threshold).float()
        log = torch.from_numpy(facts.log)
        self.register_buffer("column", torch.from_numpy(facts.column))
        self.register_buffer("log", log)
        self.register_buffer("middle", torch.where(log, torch.log(threshold + LOG_OFFSET), threshold))
        self.register_buffer("slope", torch.from_numpy(facts.sign * facts.slope).float())
        self.register_buffer("reach", torch.where(log, 0.69, 0.1))
        self.register_buffer("slot", torch.from_numpy(slot))
        self.shift = nn.Parameter(torch.zeros(len(log)), requires_grad=learn)
        self.steepness = nn.Parameter(torch.zeros(len(log)), requires_grad=learn)

    column: Tensor
    log: Tensor
    middle: Tensor
    slope: Tensor
    reach: Tensor
    slot: Tensor

    def forward(self, fields: Tensor) -> Tensor:
        """(N, F) to (N, C)."""
        x = fields.index_select(1, self.column)  # (N, P)
        x = torch.where(self.log, torch.log(x.clamp_min(0.0) + LOG_OFFSET), x)
        middle = self.middle + self.reach * torch.tanh(self.shift)
        slope = self.slope * torch.exp(0.69 * torch.tanh(self.steepness))
        held = torch.sigmoid(slope * (x - middle))  # (N, P)
        return held[:, self.slot].amin(dim=2)  # (N, C)

