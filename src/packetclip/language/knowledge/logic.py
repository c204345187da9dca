"""The logical reading of missions: degrees of facts flow up the graph, the minimum for all, the maximum for any.

The sigmoid rises, so minimum and maximum may be taken over margins (signed, scaled distances from the thresholds) and
the sigmoid only once at the end: a margin of 0 is a degree of 0.5.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from packetclip.language.knowledge.layered import Facts, Layered, pack
from packetclip.language.knowledge.predicate import LOG_OFFSET
from packetclip.language.knowledge.schema import Mission

ROWS: Final = 8192
"""Packets worked on at once: the margins of so many stay in a cache of a few megabytes."""


def degrees(missions: Sequence[Mission], context: NDArray[np.float32]) -> NDArray[np.float32]:
    """(N, C) how far each key concept of each mission holds of (N, F) context values, 0 to 1."""
    facts = pack(missions).facts
    out = np.empty((len(context), len(facts.key_ids)), np.float32)
    for at in range(0, len(context), ROWS):
        out[at : at + ROWS] = _sigmoid(_key_margins(facts, context[at : at + ROWS]))
    return out


def mission_degrees(missions: Sequence[Mission], context: NDArray[np.float32]) -> NDArray[np.float32]:
    """(N, M) how far each mission holds of (N, F) context values, 0 to 1: the encoding node's degree."""
    out = np.empty((len(context), len(missions)), np.float32)
    for at in range(0, len(context), ROWS):
        out[at : at + ROWS] = concept_degrees(missions, context[at : at + ROWS])[-1][:, :, 0]
    return out


def concept_degrees(missions: Sequence[Mission], context: NDArray[np.float32]) -> tuple[NDArray[np.float32], ...]:
    """Per level of :class:`Layered` (the encoding node last) the degrees (N, M, n_k) of its nodes; padding is 0."""
    layered = pack(missions)
    below = _spread(layered, _key_margins(layered.facts, context))  # (N, M, n_1)
    margins = [below]
    for level in layered.levels[1:]:
        read = level.adjacency[None] > 0.0  # (1, M, n_k, n_{k-1})
        values = below[:, :, None, :]
        weakest = np.where(read, values, np.float32(np.inf)).min(axis=3)
        strongest = np.where(read, values, np.float32(-np.inf)).max(axis=3)
        below = np.where(level.any_of[None], strongest, weakest)
        below[:, ~level.present] = -np.inf
        margins.append(below)
    return tuple(_sigmoid(margin) for margin in margins)


def _key_margins(facts: Facts, context: NDArray[np.float32]) -> NDArray[np.float32]:
    """(N, C) the smallest margin of each key concept's predicates."""
    if len(facts.column) == 0:
        return np.empty((len(context), 0), np.float32)
    used, back = np.unique(facts.column, return_inverse=True)
    values = context[:, used].astype(np.float32, copy=False)  # (N, U)
    on_log = np.zeros(len(used), np.bool_)
    on_log[back] = facts.log
    offset = np.float32(LOG_OFFSET)
    values[:, on_log] = np.log(np.maximum(values[:, on_log], np.float32(0.0)) + offset)
    threshold = np.where(facts.log, np.log(facts.threshold + offset), facts.threshold)
    margins = (values[:, back] - threshold) * (facts.sign * facts.slope)  # (N, P)
    first = np.searchsorted(facts.concept, np.arange(len(facts.key_ids)))
    least: NDArray[np.float32] = np.minimum.reduceat(margins, first, axis=1)
    return least


def _spread(layered: Layered, margins: NDArray[np.float32]) -> NDArray[np.float32]:
    """(N, C) to (N, M, n_1)."""
    first = layered.levels[0]
    out = np.full((len(margins), *first.present.shape), -np.inf, np.float32)
    out[:, layered.facts.key_mission, layered.facts.key_node] = margins
    return out


def _sigmoid(margins: NDArray[np.float32]) -> NDArray[np.float32]:
    out: NDArray[np.float32] = np.float32(1.0) / (np.float32(1.0) + np.exp(-np.clip(margins, -80.0, 80.0)))
    out[np.isneginf(margins)] = 0.0
    return out
