"""The trained step from the frozen sentence vectors into the space shared with packets."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from packetclip.learning.encoders import WIDTH


class TextProjection(nn.Module):
    """x + W x + b, unit norm. It starts as the identity, so that sentences keep the meaning they came with."""

    def __init__(self, width: int = WIDTH) -> None:
        super().__init__()
        self.same = width == WIDTH
        self.change = nn.Linear(width, WIDTH)
        if self.same:
            nn.init.zeros_(self.change.weight)
        nn.init.zeros_(self.change.bias)

    def forward(self, vectors: Tensor) -> Tensor:
        """(N, width) sentence vectors to (N, D) of unit norm; without the identity where widths differ."""
        changed: Tensor = self.change(vectors)
        return F.normalize(vectors + changed if self.same else changed, dim=1)

    @torch.no_grad()
    def matrix(self) -> tuple[Tensor, Tensor]:
        """(width, D) and (D,): the projection as ``normalise(x @ matrix + shift)``, for runtimes without torch."""
        matrix = self.change.weight.T.clone()
        if self.same:
            matrix += torch.eye(WIDTH)
        return matrix, self.change.bias.clone()
