"""How packets and captions lie to each other: distances, spread, and who finds whom."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from packetclip.errors import MissingExtra

__all__ = ["geometry", "shuffled", "uniformity"]


def geometry(packets: NDArray[np.float32], texts: NDArray[np.float32], caption: NDArray[np.int64]) -> dict[str, float]:
    """Of N packets (N, D) and their captions (N, D), unit norm; ``caption`` (N,) is equal where the words are.

    What ``learning.contrastive.retrieval`` says, with the captions' own ``text_uniformity``, and ``packets`` and
    ``captions``, how many there are to find. Raises MissingExtra.
    """
    try:
        import torch
    except ImportError:
        raise MissingExtra("the task space", "train") from None
    from packetclip.learning.contrastive.retrieval import retrieval

    figures = retrieval(torch.from_numpy(packets), torch.from_numpy(texts), torch.from_numpy(caption))
    first = np.unique(caption, return_index=True)[1]
    return {
        **figures,
        "text_uniformity": uniformity(texts[first]),
        "packets": len(packets),
        "captions": len(first),
    }


def shuffled(
    packets: NDArray[np.float32], texts: NDArray[np.float32], caption: NDArray[np.int64], seed: int
) -> dict[str, float]:
    """The same of packets that each hold another's caption: what chance reaches."""
    order = np.random.default_rng([seed, 2]).permutation(len(packets))
    return geometry(packets, texts[order], caption[order])


def uniformity(vectors: NDArray[np.float32]) -> float:
    """log mean exp(-2 d^2) between different vectors (N, D) of unit norm (Wang and Isola 2020): the lower, the wider.

    >>> round(uniformity(np.eye(2, dtype=np.float32)), 3)
    -4.0
    """
    n = len(vectors)
    if n < 2:
        return 0.0
    squared = np.clip(2.0 - 2.0 * vectors.astype(np.float64) @ vectors.T, 0.0, None)
    return float(np.log(np.exp(-2.0 * squared)[~np.eye(n, dtype=np.bool_)].mean()))
