"""How well packets and captions find each other."""

from __future__ import annotations

from typing import Final

import torch
from torch import Tensor

AT: Final = (1, 5, 10)


def retrieval(packets: Tensor, texts: Tensor, caption: Tensor) -> dict[str, float]:
    """Recall, gap, alignment and uniformity of held-out pairs.

    :param packets: (N, D) unit norm.
    :param texts: (N, D) unit norm, row i the caption of packet i.
    :param caption: (N,) number of each packet's caption; packets with the same words are all right answers.
    :return: ``packet_to_text@k``: share of packets with their words among the k nearest captions (different words
        only); ``text_to_packet@k``: share of captions with a packet of theirs among the k nearest packets;
        ``modality_gap``: distance of the two means (Liang et al. 2022); ``alignment``: mean squared distance of pairs,
        ``uniformity``: log mean exp(-2 d^2) between packets (Wang and Isola 2020).
    """
    words, position, first = _unique(caption)
    # Different words only: a caption that stands there twice would take two of the k places.
    similarity = packets @ texts[first].T  # (N, C)
    right = position[:, None] == torch.arange(len(words))  # (N, C)
    figures: dict[str, float] = {}
    for name, scores, hits in (("packet_to_text", similarity, right), ("text_to_packet", similarity.T, right.T)):
        best = scores.masked_fill(~hits, -2.0).amax(dim=1, keepdim=True)
        rank = (scores.masked_fill(hits, -2.0) > best).sum(dim=1)  # wrong answers before the first right one
        for k in AT:
            figures[f"{name}@{k}"] = float((rank < k).float().mean())
    figures["modality_gap"] = float((packets.mean(dim=0) - texts.mean(dim=0)).norm())
    figures["alignment"] = float((packets - texts).square().sum(dim=1).mean())
    squared = (2.0 - 2.0 * packets @ packets.T).clamp(min=0.0)  # (N, N)
    apart = ~torch.eye(len(packets), dtype=torch.bool)
    figures["uniformity"] = float((-2.0 * squared[apart]).exp().mean().log()) if len(packets) > 1 else 0.0
    return figures


def _unique(caption: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    words, position = torch.unique(caption, return_inverse=True)
    first = torch.full((len(words),), len(caption), dtype=torch.long)
    first.scatter_reduce_(0, position, torch.arange(len(caption)), "amin")
    return words, position, first
