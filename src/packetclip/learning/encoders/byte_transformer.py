"""The paper's kind of encoder: a transformer over the packet's masked bytes, and nothing else.

After ET-BERT (Lin et al. 2022), which feeds pairs of bytes as words to BERT-base, pre-trained for weeks. Here single
bytes at fixed places are the words and there is no pre-training but the contrastive one.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from packetclip.learning.encoders.encoder import WIDTH, PacketEncoder


@dataclass(frozen=True, slots=True)
class ByteTransformerConfig:
    """Sizes of :class:`ByteTransformer`; :meth:`published` gives ET-BERT's."""

    width: int = 64
    layers: int = 2
    heads: int = 4
    inner: int = 256
    """Width of the feed-forward part."""
    byte_length: int = 64
    """L, bytes of a packet that are looked at."""
    dropout: float = 0.1

    @classmethod
    def published(cls) -> ByteTransformerConfig:
        """ET-BERT's sizes: 12 layers of width 768 with 12 heads."""
        return cls(width=768, layers=12, heads=12, inner=3072)


class ByteTransformer(PacketEncoder):
    """Bytes and places embedded, transformer layers (norm first), the first token as the packet's vector."""

    Config = ByteTransformerConfig

    def __init__(self, config: ByteTransformerConfig | None = None) -> None:
        super().__init__()
        self.config: ByteTransformerConfig = config or ByteTransformerConfig()
        c = self.config
        self.values = nn.Embedding(256, c.width)
        self.places = nn.Parameter(torch.randn(c.byte_length, c.width) * 0.02)
        self.whole = nn.Parameter(torch.randn(1, 1, c.width) * 0.02)
        self.layers = nn.ModuleList(_Layer(c) for _ in range(c.layers))
        self.leave = nn.Sequential(nn.LayerNorm(c.width), nn.Linear(c.width, WIDTH))

    def forward(self, fields: Tensor, bytes: Tensor) -> Tensor:  # noqa: A002
        """(N, L) uint8 to (N, D) of unit norm; ``fields`` are not looked at."""
        x = self.values(bytes.long()) + self.places  # (N, L, width)
        x = torch.cat([self.whole.expand(x.shape[0], 1, -1), x], dim=1)  # (N, 1 + L, width)
        for layer in self.layers:
            x = layer(x)
        return F.normalize(self.leave(x[:, 0]), dim=1)


class _Layer(nn.Module):
    """Self-attention and a feed-forward part, each added to what came in."""

    def __init__(self, config: ByteTransformerConfig) -> None:
        super().__init__()
        c = config
        self.heads = c.heads
        self.before_look = nn.LayerNorm(c.width)
        self.parts = nn.Linear(c.width, 3 * c.width)
        self.join = nn.Linear(c.width, c.width)
        self.think = nn.Sequential(
            nn.LayerNorm(c.width), nn.Linear(c.width, c.inner), nn.GELU(), nn.Linear(c.inner, c.width)
        )
        self.dropout = nn.Dropout(c.dropout)

    def forward(self, x: Tensor) -> Tensor:
        """(N, T, width) to (N, T, width)."""
        n, t, width = x.shape
        parts = self.parts(self.before_look(x)).reshape(n, t, 3, self.heads, width // self.heads)
        query, key, value = parts.permute(2, 0, 3, 1, 4)  # (N, H, T, width / H) each
        look = torch.softmax(query @ key.transpose(2, 3) * (width // self.heads) ** -0.5, dim=3)  # (N, H, T, T)
        seen = (look @ value).transpose(1, 2).reshape(n, t, width)
        x = x + self.dropout(self.join(seen))
        out: Tensor = x + self.dropout(self.think(x))
        return out
