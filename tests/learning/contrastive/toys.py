"""Pairs that need no capture."""

from __future__ import annotations

import numpy as np

from packetclip.learning.contrastive import Pairs
from packetclip.wire.context import FIELDS


def toy_pairs(n: int, captions: int = 1, kinds: int | None = None, seed: int = 0) -> Pairs:
    """n packets of different ``kinds``, each with its own fields, bytes, caption vectors and signature."""
    kinds = kinds or n
    draw = np.random.default_rng(seed)
    kind = np.arange(n) % kinds
    vectors = draw.normal(size=(kinds * captions, 384)).astype(np.float32)
    return Pairs(
        fields=draw.lognormal(1, 2, (kinds, len(FIELDS))).astype(np.float32)[kind],
        bytes=draw.integers(0, 256, (kinds, 64), dtype=np.uint8)[kind],
        caption=(kind[:, None] * captions + np.arange(captions)).astype(np.int32),
        vectors=vectors / np.linalg.norm(vectors, axis=1, keepdims=True),
        signature=draw.integers(0, 2, (kinds, 20), dtype=np.uint8)[kind],
        said=np.ones((n, captions, 20), np.uint8),
        group=np.arange(n, dtype=np.int64),
    )
