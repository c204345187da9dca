"""Everything that pre-training trains, and the loss of one batch."""

from __future__ import annotations

import math

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from packetclip.language.captions import disagreement
from packetclip.learning.contrastive import losses
from packetclip.learning.contrastive.config import PretrainConfig
from packetclip.learning.contrastive.dataset import Pairs
from packetclip.learning.contrastive.projection import TextProjection
from packetclip.learning.encoders import PacketEncoder


class Objective(nn.Module):
    """A packet encoder, a text projection, and the learned temperature between them."""

    def __init__(self, encoder: PacketEncoder, projection: TextProjection, config: PretrainConfig) -> None:
        super().__init__()
        self.encoder = encoder
        self.projection = projection
        self.config = config
        by_sigmoid = config.loss == "siglip"
        self.log_scale = nn.Parameter(torch.tensor(math.log(10.0) if by_sigmoid else math.log(1 / 0.07)))
        self.bias = nn.Parameter(torch.tensor(-10.0)) if by_sigmoid else None

    def forward(self, pairs: Pairs, rows: NDArray[np.int64], which: NDArray[np.int64]) -> Tensor:
        """The loss of some pairs.

        :param rows: (B,) packets.
        :param which: (B,) which of its K captions each packet is shown with.
        """
        packets = self.encoder(torch.from_numpy(pairs.fields[rows]), torch.from_numpy(pairs.bytes[rows]))  # (B, D)
        texts = self.projection(torch.from_numpy(pairs.vectors[pairs.caption[rows, which]]))  # (B, D)
        targets = None
        if self.config.tolerance > 0.0:
            held = pairs.signature[rows].astype(np.float32)  # (B, S)
            differ = disagreement(held, held, pairs.said[rows, which].astype(np.float32))  # (B, B)
            targets = losses.soft_targets(torch.from_numpy(differ), self.config.tolerance)
        if self.bias is not None:
            return losses.siglip(packets, texts, self.log_scale, self.bias, targets)
        return losses.info_nce(packets, texts, self.log_scale, targets, self.config.own_share)
