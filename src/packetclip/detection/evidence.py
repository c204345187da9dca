"""Which packet is evidence of which mission: at most one each, the one that exceeds its threshold most."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from packetclip.detection.settings import StorySettings
from packetclip.language.knowledge import Mission, mission_degrees
from packetclip.model import Scores

_LEAST = 1e-9
DOUBT: Final = -4.0
"""Log-odds (a probability of 2 %) below which the model rules a mission out, whatever its facts say."""
FACTS_ALONE: Final = 0.5
"""What evidence counts for that the model sees less likely than that, and the written facts carry."""


def strongest(
    scores: Scores, values: NDArray[np.float32], missions: Sequence[Mission], settings: StorySettings
) -> NDArray[np.int64]:
    """The mission (N,) that each packet is evidence of, -1 for none.

    A packet is evidence of a mission whose threshold its probability reaches, if the mission's facts hold far enough
    where that is asked for; or whose facts suffice, if the model does not rule it out. Of several it is evidence of the
    one whose log-odds lie furthest above its threshold's: probabilities near 1 differ too little to be compared as they
    are. ``values`` (N, F) is the context.
    """
    # A column's logistic may round to 1 in float32; thresholds are compared in log-odds, which never saturate.
    limits = np.array([own.threshold for own in settings.each])
    with np.errstate(divide="ignore"):
        wanted = np.log(np.maximum(limits, _LEAST)) - np.log(np.maximum(1.0 - limits, 0.0))  # (M,), inf from 1 on
    wanted[limits <= 0.0] = -60.0
    excess = scores.log_odds - wanted.astype(np.float32)  # (N, M)
    suffice = np.array([own.facts_suffice for own in settings.each], np.float32)
    thinkable = (scores.log_odds >= DOUBT) & (suffice < 1.0) & (limits < 1.0)
    candidate = (excess >= 0.0) | thinkable
    candidate[~scores.scored] = False
    out = np.full(len(scores), -1, np.int64)
    rows = np.flatnonzero(candidate.any(axis=1))
    if not len(rows):
        return out
    excess = np.where(candidate[rows], excess[rows], -np.inf)
    floors = np.array([own.min_degree for own in settings.each], np.float32)
    if (floors > 0.0).any() or (suffice < 1.0).any():
        degrees = mission_degrees(missions, values[rows])
        # What holds by its facts alone comes after whatever crosses its threshold, the firmest first.
        excess = np.where(thinkable[rows] & (degrees >= suffice), np.maximum(excess, 1e-3 * degrees), excess)
        excess = np.where(degrees >= floors, excess, -np.inf)
    best = excess.argmax(axis=1)
    kept = excess[np.arange(len(best)), best] >= 0.0
    out[rows[kept]] = best[kept]
    return out


def chances(scores: Scores, mission: NDArray[np.int64]) -> NDArray[np.float32]:
    """How sure the evidence of each packet (N,) is; one half where its facts alone carry it, 0 without evidence."""
    rows = np.flatnonzero(mission >= 0)
    out = np.zeros(len(mission), np.float32)
    out[rows] = np.maximum(scores.probabilities[rows, mission[rows]], FACTS_ALONE)
    return out
