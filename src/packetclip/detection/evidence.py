"""Which packet is evidence of which mission: at most one each, the one that exceeds its threshold most."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from packetclip.detection.settings import StorySettings
from packetclip.language.knowledge import Mission, mission_degrees
from packetclip.model import Scores

_LEAST = 1e-9


def strongest(
    scores: Scores, values: NDArray[np.float32], missions: Sequence[Mission], settings: StorySettings
) -> NDArray[np.int64]:
    """The mission (N,) that each packet is evidence of, -1 for none.

    A packet is evidence of a mission whose threshold its probability reaches, if the mission's facts hold far enough
    where that is asked for. Of several it is evidence of the one whose log-odds lie furthest above its threshold's:
    probabilities near 1 differ too little to be compared as they are. ``values`` (N, F) is the context.
    """
    # A column's logistic may round to 1 in float32; thresholds are compared in log-odds, which never saturate.
    limits = np.array([own.threshold for own in settings.each])
    with np.errstate(divide="ignore"):
        wanted = np.log(np.maximum(limits, _LEAST)) - np.log(np.maximum(1.0 - limits, 0.0))  # (M,), inf from 1 on
    wanted[limits <= 0.0] = -60.0
    excess = scores.log_odds - wanted.astype(np.float32)  # (N, M)
    excess[~scores.scored] = -np.inf
    crossing = np.flatnonzero((excess >= 0.0).any(axis=1))
    out = np.full(len(scores), -1, np.int64)
    if not len(crossing):
        return out
    candidates = excess[crossing]
    floors = np.array([own.min_degree for own in settings.each], np.float32)
    if (floors > 0.0).any():
        degrees = mission_degrees(missions, values[crossing])
        candidates = np.where(degrees >= floors, candidates, -np.inf)
    best = candidates.argmax(axis=1)
    kept = candidates[np.arange(len(best)), best] >= 0.0
    out[crossing[kept]] = best[kept]
    return out
