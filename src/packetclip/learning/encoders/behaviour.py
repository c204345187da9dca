"""The default encoder: context fields and a glance at the bytes, through a residual network without tokens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F

from packetclip.learning.encoders.byte_branch import ByteBranch
from packetclip.learning.encoders.encoder import WIDTH, PacketEncoder
from packetclip.learning.encoders.scaling import FieldScaling
from packetclip.wire.context import claims, flow, header, hosts, names, pairs, services
from packetclip.wire.context.catalogue import FIELDS

GROUPS: Final = (
    header.FIELDS,
    flow.FIELDS,
    hosts.ORIGINATOR,
    hosts.RESPONDER,
    pairs.FIELDS,
    services.SERVICE,
    services.TARGET,
    names.FIELDS,
    claims.FIELDS,
)
"""Fields that tell of one thing, in the order of the catalogue; training hides a whole group at a time."""


@dataclass(frozen=True, slots=True)
class BehaviourConfig:
    """Sizes and switches of :class:`BehaviourEncoder`."""

    width: int = 256
    """Of the hidden layers."""
    blocks: int = 2
    """Residual blocks."""
    byte_width: int = 64
    """Numbers that the byte branch gives."""
    byte_length: int = 64
    """L, bytes of a packet that are looked at."""
    dropout: float = 0.1
    hide_bytes: float = 0.3
    """Probability that a training row comes without its bytes: no part may carry everything."""
    hide_group: float = 0.1
    """Probability that a training row comes without one of the :data:`GROUPS`, for each of them."""
    use_context: bool = True
    """Off: fields of the packet's own header only."""
    use_bytes: bool = True


class BehaviourEncoder(PacketEncoder):
    """Scaled fields and byte features, a linear map, residual blocks, a linear map, unit norm."""

    Config = BehaviourConfig
    shown: Tensor
    group_of: Tensor

    def __init__(self, config: BehaviourConfig | None = None) -> None:
        super().__init__()
        self.config: BehaviourConfig = config or BehaviourConfig()
        c = self.config
        self.scaling = FieldScaling(FIELDS)
        # What an encoder may see: nothing that identifies a host; without context, only the packet's own header.
        seen = [
            not field.identifies_host and (c.use_context or number == 0)
            for number, group in enumerate(GROUPS)
            for field in group
        ]
        self.register_buffer("shown", torch.tensor(seen, dtype=torch.float32), persistent=False)  # (F,)
        groups = [number for number, group in enumerate(GROUPS) for _ in group]
        self.register_buffer("group_of", torch.tensor(groups), persistent=False)  # (F,)
        self.bytes = ByteBranch(c.byte_length, c.byte_width) if c.use_bytes else None
        self.enter = nn.Linear(len(FIELDS) + (c.byte_width if c.use_bytes else 0), c.width)
        self.blocks = nn.ModuleList(_Block(c.width, c.dropout) for _ in range(c.blocks))
        self.leave = nn.Sequential(nn.LayerNorm(c.width), nn.Linear(c.width, WIDTH))

    def fit(self, fields: NDArray[np.float32], bytes: NDArray[np.uint8]) -> None:  # noqa: A002
        """Measure means and deviations of the fields."""
        self.scaling.fit(fields)

    def forward(self, fields: Tensor, bytes: Tensor) -> Tensor:  # noqa: A002
        """(N, F) natural units and (N, L) uint8 to (N, D) of unit norm."""
        x = self.scaling(fields) * self.shown  # (N, F)
        if self.training:
            x = x * self._kept_groups(len(x))
        if self.bytes is not None:
            seen = self.bytes(bytes)  # (N, byte_width)
            if self.training:
                seen = seen * (torch.rand(len(seen), 1) >= self.config.hide_bytes)
            x = torch.cat([x, seen], dim=1)
        x = self.enter(x)  # (N, width)
        for block in self.blocks:
            x = block(x)
        return F.normalize(self.leave(x), dim=1)

    def _kept_groups(self, rows: int) -> Tensor:
        kept = torch.rand(rows, len(GROUPS)) >= self.config.hide_group  # (N, groups)
        return kept.float()[:, self.group_of]  # (N, F)


class _Block(nn.Module):
    """x + dropout(relu(linear(norm(x))))."""

    def __init__(self, width: int, dropout: float) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.linear = nn.Linear(width, width)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Tensor) -> Tensor:
        """(N, width) to (N, width)."""
        out: Tensor = x + self.dropout(torch.relu(self.linear(self.norm(x))))
        return out
