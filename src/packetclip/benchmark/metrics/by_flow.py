"""Answers about flows, from those about their packets."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
from numpy.typing import NDArray

from packetclip.benchmark.samples import UNKNOWN, Samples

__all__ = ["by_flow"]


def by_flow(scores: NDArray[Any], samples: Samples) -> tuple[NDArray[np.float64], Samples]:
    """Scores (F, M + 1) and samples of F flows, for :func:`figures`, from scores (N, M + 1) of packets.

    A flow's scores are the means over its packets that were scored, as ``packetclip flows`` has them. Its class is the
    attack that most of its attack packets are of; without any, benign. Its other columns are those of its first packet
    of that class. Packets outside flows are left out.
    """
    rows = np.flatnonzero(samples.flow >= 0)
    keys = np.column_stack([samples.capture[rows].astype(np.int64), samples.flow[rows]])
    flows, own = np.unique(keys, axis=0, return_inverse=True)
    width, n = scores.shape[1], len(flows)
    scored = samples.scored[rows]
    count = np.bincount(own[scored], minlength=n)
    mean = np.empty((n, width))
    for m in range(width):
        mean[:, m] = np.bincount(own[scored], scores[rows[scored], m], n) / np.maximum(count, 1)
    known = samples.classes[rows].astype(np.int64)
    of_class = np.bincount(own * (width + 1) + known + 1, minlength=n * (width + 1)).reshape(n, width + 1)
    attacks = of_class[:, 2:]
    no_attack = np.where(of_class[:, 1] > 0, 0, UNKNOWN)
    classes = np.where(attacks.any(axis=1), attacks.argmax(axis=1) + 1, no_attack)
    fits = np.flatnonzero(known == classes[own])
    first = rows[fits[np.unique(own[fits], return_index=True)[1]]]
    return mean, dataclasses.replace(samples.take(first), scored=count > 0)
