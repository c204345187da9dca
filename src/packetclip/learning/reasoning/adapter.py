"""A small trained view of the fields beside the frozen embedding.

Fields are cut into bins of which each says how far the field has filled it (piecewise linear encoding, Gorishniy et
al., arXiv 2203.05556): a network of such bins finds thresholds as trees do. In training, half of the fields are hidden
from every example, so that no verdict rests on one field that another network may not share.
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from packetclip.learning.encoders.scaling import compress
from packetclip.wire.context import FIELDS

SMALLEST_BIN = 0.02


class Adapter(nn.Module):
    """``(N, F)`` fields in natural units to ``(N, E)``; its bins are laid by :meth:`fit`, not learned."""

    def __init__(
        self, *, bins: int = 4, width: int = 192, embedding: int = 384, hide: float = 0.5, dropout: float = 0.1
    ) -> None:
        super().__init__()
        self.bins, self.hide = bins, hide
        self.register_buffer("logged", torch.tensor([field.log for field in FIELDS]))  # (F,)
        self.register_buffer("low", torch.zeros(len(FIELDS), bins))
        self.register_buffer("width", torch.ones(len(FIELDS), bins))
        self.net = nn.Sequential(
            nn.Linear(len(FIELDS) * bins, width), nn.GELU(), nn.LayerNorm(width), nn.Dropout(dropout),
            nn.Linear(width, width), nn.GELU(), nn.LayerNorm(width), nn.Dropout(dropout),
            nn.Linear(width, embedding),
        )  # fmt: skip

    logged: Tensor
    low: Tensor
    width: Tensor

    def fit(self, fields: NDArray[np.float32]) -> None:
        """Lay the bins over (N, F) training rows: half way between quantiles and equal steps, so that neither a crowded
        nor a seldom reached part of a field goes without."""
        x = np.where(self.logged.numpy(), np.log1p(np.maximum(fields, 0.0)), fields)
        shares = np.linspace(0.0, 1.0, self.bins + 1)
        edges = np.quantile(x, shares, axis=0).T  # (F, bins + 1)
        low, high = edges[:, :1], np.maximum(edges[:, -1:], edges[:, :1] + SMALLEST_BIN * self.bins)
        edges = 0.5 * edges + 0.5 * (low + (high - low) * shares)
        width = np.maximum(np.diff(edges, axis=1), SMALLEST_BIN)
        self.low.copy_(torch.from_numpy(edges[:, :-1]))
        self.width.copy_(torch.from_numpy(width))

    def forward(self, fields: Tensor) -> Tensor:
        """(N, F) to (N, E)."""
        x = compress(fields, self.logged)
        # (x - low) / width, held within 0 and 1, less a half; written so that a runtime needs one product and one sum.
        slope, start = 1.0 / self.width, self.low / self.width + 0.5  # (F, bins)
        if not self.training:
            # Bins before fields: the same numbers in an order whose long rows a runtime multiplies without strides.
            first = self.net[0]
            assert isinstance(first, nn.Linear)
            filled = (x.unsqueeze(1) * slope.T - start.T).clamp(-0.5, 0.5)  # (N, bins, F)
            weight = first.weight.view(-1, len(FIELDS), self.bins).transpose(1, 2).flatten(1)
            hidden = nn.functional.linear(filled.flatten(1), weight, first.bias)
            out: Tensor = self.net[1:](hidden)
            return out
        filled = (x.unsqueeze(2) * slope - start).clamp(-0.5, 0.5)  # (N, F, bins)
        if self.hide > 0.0:
            shown = (torch.rand_like(x) >= self.hide).float() / (1.0 - self.hide)
            filled = filled * shown.unsqueeze(2)
        return self.net(filled.flatten(1))  # type: ignore[no-any-return]
