"""Contrastive losses between B packets and B captions, for captions that may be true of more than one packet."""

from __future__ import annotations

import math
from typing import Final

import torch
from torch import Tensor
from torch.nn import functional as F

LARGEST_SCALE: Final = math.log(100.0)
"""Upper bound of the learned log scale, as in CLIP: beyond it training turns unstable."""


def soft_targets(disagreement: Tensor, tolerance: float) -> Tensor:
    """How far each caption is true of each packet: 1 where nothing disagrees, falling to 0 at ``tolerance``.

    :param disagreement: (B, B) from ``captions.disagreement``: row a packet, column a caption; 0 on the diagonal.
    :param tolerance: share of differing levels from which a caption counts as false; 0 takes only the diagonal.
    :return: (B, B) from 0 to 1, the diagonal 1: a packet's own caption is true of it.
    """
    own = torch.eye(len(disagreement), dtype=disagreement.dtype, device=disagreement.device)
    if tolerance <= 0.0:
        return own
    return torch.maximum((1.0 - disagreement / tolerance).clamp(0.0, 1.0), own)


def info_nce(
    packets: Tensor, texts: Tensor, log_scale: Tensor, targets: Tensor | None = None, own_share: float = 0.5
) -> Tensor:
    """Symmetric InfoNCE (van den Oord et al. 2018; CLIP, Radford et al. 2021), with soft targets.

    Each packet must find its caption among the batch's, and each caption its packet. A caption that is true of
    several packets of the batch is no negative for them: the packet's own caption keeps ``own_share`` of the target,
    all that are true (its own among them) share the rest by their weight.

    :param packets: (B, D) unit norm.
    :param texts: (B, D) unit norm, row i the caption of packet i.
    :param log_scale: () logarithm of the inverse temperature; held at :data:`LARGEST_SCALE`.
    :param targets: (B, B) from :func:`soft_targets`; None: the diagonal, the plain loss.
    :return: () mean of both directions, in nats.
    """
    logits = log_scale.clamp(max=LARGEST_SCALE).exp() * packets @ texts.T  # (B, B)
    if targets is None:
        own = torch.arange(len(logits), device=logits.device)
        return (F.cross_entropy(logits, own) + F.cross_entropy(logits.T, own)) / 2
    return (
        F.cross_entropy(logits, _shares(targets, own_share)) + F.cross_entropy(logits.T, _shares(targets.T, own_share))
    ) / 2


def _shares(weights: Tensor, own_share: float) -> Tensor:
    own = torch.eye(len(weights), dtype=weights.dtype, device=weights.device)
    return own_share * own + (1.0 - own_share) * weights / weights.sum(dim=1, keepdim=True)


def siglip(packets: Tensor, texts: Tensor, log_scale: Tensor, bias: Tensor, targets: Tensor | None = None) -> Tensor:
    """The sigmoid loss of SigLIP (Zhai et al. 2023): each of the B x B pairs judged alone, true or not.

    :param packets: (B, D) unit norm.
    :param texts: (B, D) unit norm, row i the caption of packet i.
    :param log_scale: () as in :func:`info_nce`; starts at ln 10.
    :param bias: () added to every logit; starts at -10, since nearly all pairs are false.
    :param targets: (B, B) probability that a pair is true, from :func:`soft_targets`; None: the diagonal.
    :return: () sum over all pairs divided by B, in nats.
    """
    logits = log_scale.clamp(max=LARGEST_SCALE).exp() * packets @ texts.T + bias  # (B, B)
    if targets is None:
        targets = torch.eye(len(logits), dtype=logits.dtype, device=logits.device)
    return F.binary_cross_entropy_with_logits(logits, targets, reduction="sum") / len(logits)
