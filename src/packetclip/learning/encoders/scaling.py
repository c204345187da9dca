"""Context fields in natural units, brought to one scale inside the graph."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from packetclip.wire.context.schema import Field

REACH: Final = 5.0
"""Standard deviations after which a field says no more: a flood's counts must not drown all else."""
_SMALLEST: Final = 0.1
"""Lower bound of a deviation: a flag that training hardly saw must not shout when it rises."""
_LARGEST: Final = 1e15
"""Upper bound of a field, so that hostile captures cannot make infinities."""


def compress(fields: Tensor, logged: Tensor) -> Tensor:
    """log(1 + x) of the fields (N, F) that span orders of magnitude, by ``logged`` (F,); the others as they are."""
    x = fields.clamp(0.0, _LARGEST)
    return torch.where(logged, torch.log(x + 1.0), x)  # log1p would trace to the same two steps


class FieldScaling(nn.Module):
    """log(1 + x) of the fields that span orders of magnitude, then (x - mean) / deviation, held within +-5."""

    logged: Tensor
    mean: Tensor
    deviation: Tensor

    def __init__(self, fields: Sequence[Field]) -> None:
        super().__init__()
        self.register_buffer("logged", torch.tensor([field.log for field in fields]))  # (F,) bool
        self.register_buffer("mean", torch.zeros(len(fields)))  # (F,)
        self.register_buffer("deviation", torch.ones(len(fields)))  # (F,)

    def fit(self, fields: NDArray[np.float32]) -> None:
        """Measure means and deviations over (N, F) rows in natural units."""
        x = compress(torch.from_numpy(np.ascontiguousarray(fields, dtype=np.float32)), self.logged).double()
        self.mean.copy_(x.mean(dim=0))
        self.deviation.copy_(x.std(dim=0, correction=0).clamp(min=_SMALLEST))

    def forward(self, fields: Tensor) -> Tensor:
        """(N, F) natural units to (N, F) within +-5."""
        return ((compress(fields, self.logged) - self.mean) / self.deviation).clamp(-REACH, REACH)
