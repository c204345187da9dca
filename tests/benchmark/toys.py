"""Samples out of nothing, for tests."""

from __future__ import annotations

import numpy as np

from packetclip.benchmark.samples import PAYLOAD_BYTES, Samples
from packetclip.wire.packets.masking import MASKED_BYTES


def toy(fields: np.ndarray, classes: np.ndarray, seed: int = 0) -> Samples:
    """One capture: bytes at random, a packet a millisecond, each packet a flow, each run of a class an episode."""
    rng, n = np.random.default_rng(seed), len(classes)
    runs = np.cumsum(np.r_[False, classes[1:] != classes[:-1]])
    digests = rng.integers(0, 1 << 63, (5, n), np.uint64)
    return Samples(
        fields=fields,
        masked=rng.integers(0, 256, (n, MASKED_BYTES), np.uint8),
        payload=rng.integers(0, 256, (n, PAYLOAD_BYTES), np.uint8),
        payload_length=np.full(n, PAYLOAD_BYTES, np.int32),
        scored=np.ones(n, bool),
        classes=classes.astype(np.int16),
        episodes=np.where(classes > 0, runs, -1).astype(np.int32),
        capture=np.zeros(n, np.int16),
        flow=np.arange(n),
        time_ns=10**18 + np.arange(n) * 1_000_000,
        orig=digests[0],
        resp=digests[1],
        conversation=digests[2],
        content=digests[3],
        alike=digests[4],
        names=("toy",),
        networks=("T",),
    )
