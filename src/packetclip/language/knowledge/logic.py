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

ROWS: Final = 1024
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
    layered = pack(missions)
    out = np.empty((len(context), len(layered.names)), np.float32)
    for at in range(0, len(context), ROWS):
        out[at : at + ROWS] = _sigmoid(_margins(layered, context[at : at + ROWS])[-1][:, :, 0])
    return out


def concept_degrees(missions: Sequence[Mission], context: NDArray[np.float32]) -> tuple[NDArray[np.float32], ...]:
    """Per level of :class:`Layered` (the encoding node last) the degrees (N, M, n_k) of its nodes; padding is 0."""
    return tuple(_sigmoid(margins) for margins in _margins(pack(missions), context))


def _margins(layered: Layered, context: NDArray[np.float32]) -> list[NDArray[np.float32]]:
    """Per level the margins (N, M, n_k) of its nodes; padding is minus infinity."""
    facts, first = layered.facts, layered.levels[0]
    levels = [np.full((len(context), *first.present.shape), -np.inf, np.float32)]
    levels[0][:, facts.key_mission, facts.key_node] = _key_margins(facts, context)
    for level in layered.levels[1:]:
        below = levels[-1]
        margins = np.full((len(context), *level.present.shape), -np.inf, np.float32)
        for m, n in zip(*np.nonzero(level.present), strict=True):
            sources = below[:, m, level.adjacency[m, n] > 0.0]
            margins[:, m, n] = sources.max(axis=1) if level.any_of[m, n] else sources.min(axis=1)
        levels.append(margins)
    return levels


def _key_margins(facts: Facts, context: NDArray[np.float32]) -> NDArray[np.float32]:
    """(N, C) the smallest margin of each key concept's predicates."""
    if len(facts.column) == 0:
        return np.empty((len(context), 0), np.float32)
    used, back = np.unique(facts.column, return_inverse=True)
    values = np.ascontiguousarray(context[:, used].T, np.float32)  # (U, N)
    on_log = np.zeros(len(used), np.bool_)
    on_log[back] = facts.log
    offset = np.float32(LOG_OFFSET)
    values[on_log] = np.log(np.maximum(values[on_log], np.float32(0.0)) + offset)
    threshold = np.where(facts.log, np.log(facts.threshold + offset), facts.threshold)
    scale = facts.sign * facts.slope
    margins = (values[back] - threshold[:, None]) * scale[:, None]  # (P, N)
    first = np.searchsorted(facts.concept, np.arange(len(facts.key_ids)))
    least: NDArray[np.float32] = np.minimum.reduceat(margins, first, axis=0).T
    return least


def _sigmoid(margins: NDArray[np.float32]) -> NDArray[np.float32]:
    out: NDArray[np.float32] = np.float32(1.0) / (np.float32(1.0) + np.exp(-np.clip(margins, -80.0, 80.0)))
    out[np.isneginf(margins)] = 0.0
    return out
