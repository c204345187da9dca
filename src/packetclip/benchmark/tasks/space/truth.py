"""Whether the caption that a packet finds is true of it, be it another's."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from packetclip.language.captions import disagreement, signature_vectors

__all__ = ["truth"]


def truth(
    packets: NDArray[np.float32],
    texts: NDArray[np.float32],
    fields: NDArray[np.float32],
    said: NDArray[np.float32],
    seed: int,
) -> dict[str, float]:
    """Of N packets (N, D) with context (N, F) and their captions (N, D), which speak of facts (N, S).

    ``true``: share of packets whose nearest caption is true of them in all that it speaks of; ``false_share``: the
    mean share of it that is not. ``chance_true`` and ``chance_false_share``: of any caption instead of the nearest.
    """
    signatures = signature_vectors(fields)
    wrong = disagreement(signatures, signatures, said)  # (N, N)
    nearest = (packets @ texts.T).argmax(axis=1)
    rows = np.arange(len(packets))
    by_chance = np.random.default_rng([seed, 3]).permutation(len(packets))
    return {
        "true": float((wrong[rows, nearest] == 0.0).mean()),
        "false_share": float(wrong[rows, nearest].mean()),
        "chance_true": float((wrong[rows, by_chance] == 0.0).mean()),
        "chance_false_share": float(wrong[rows, by_chance].mean()),
    }
