"""Masked bytes to a few numbers, without attention."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class ByteBranch(nn.Module):
    """Bytes and their places embedded, one convolution over neighbours, then mean and maximum over places."""

    def __init__(self, length: int, width: int, *, embedded: int = 8, kernel: int = 4, stride: int = 4) -> None:
        super().__init__()
        self.values = nn.Embedding(256, embedded)
        # Masked bytes stand at fixed places (network header, transport header, payload): a place is a meaning.
        self.places = nn.Parameter(torch.randn(length, embedded) * 0.02)
        self.neighbours = nn.Conv1d(embedded, width // 2, kernel, stride)

    def forward(self, bytes: Tensor) -> Tensor:  # noqa: A002
        """(N, L) uint8 to (N, width)."""
        x = self.values(bytes.long()) + self.places  # (N, L, E)
        x = torch.relu(self.neighbours(x.transpose(1, 2)))  # (N, width / 2, places)
        return torch.cat([x.mean(dim=2), x.amax(dim=2)], dim=1)
