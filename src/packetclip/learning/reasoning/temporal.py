"""The short-term temporal transformer: what the last T steps say about the present one.

One encoder layer (pre-norm; PacketCLIP and MissionGNN: T = 30, 8 heads, feed-forward 128) of which only the last step's
output is needed. So each step is mapped to its key and value once, when it is seen, and each new step asks a single
query of the keys and values that its history left: T times cheaper than running the layer over the whole window. Steps
have no positions: the layer knows what came before, not in which order.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn


class ShortTermTransformer(nn.Module):
    """Reasoning vectors (N, R) with the keys and values of their history to (N, D)."""

    def __init__(
        self, reasoning: int, width: int = 64, heads: int = 8, feed_forward: int = 128, dropout: float = 0.1
    ) -> None:
        super().__init__()
        self.heads, self.width = heads, width
        # Which head each number of a query belongs to, (D, heads): sums over a head become one product, without moving
        # keys and values about.
        self.register_buffer("of_head", torch.eye(heads).repeat_interleave(width // heads, dim=0))
        self.enter = nn.Linear(reasoning, width)
        self.norm = nn.LayerNorm(width)
        self.query = nn.Linear(width, width)
        self.key = nn.Linear(width, width)
        self.value = nn.Linear(width, width)
        self.join = nn.Linear(width, width)
        self.feed = nn.Sequential(
            nn.LayerNorm(width),
            nn.Linear(width, feed_forward),
            nn.GELU(),
            nn.Dropout(dropout),
            nn.Linear(feed_forward, width),
        )

    of_head: Tensor

    def project(self, reasoning: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Query, key and value of each step: (N, R) to three of (N, D)."""
        x = self.norm(self.enter(reasoning))
        return self.query(x), self.key(x), self.value(x)

    def forward(self, reasoning: Tensor, query: Tensor, keys: Tensor, values: Tensor, mask: Tensor) -> Tensor:
        """(N, R), (N, D), (N, T, D), (N, T, D), mask (N, T) with 1 where a step exists; returns (N, D)."""
        size = self.width // self.heads
        logits = (query.unsqueeze(1) * keys) @ self.of_head * size**-0.5  # (N, T, heads)
        logits = logits + (mask.unsqueeze(2) - 1.0) * 1e4
        attention = torch.softmax(logits.transpose(1, 2), dim=2).transpose(1, 2)  # (N, T, heads)
        told = ((attention @ self.of_head.T) * values).sum(1)  # (N, D)
        x = self.enter(reasoning) + self.join(told)
        out: Tensor = x + self.feed(x)
        return out
