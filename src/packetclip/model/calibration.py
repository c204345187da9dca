"""``calibration.json``: from a mission's logit to a probability, and from there to a story.

A model's logit is a mission's log-odds against everything else, the other missions included. ``scale * logit +
offset`` are the calibrated ones (Platt 1999), and their logistic the probability. Missions exclude one another on a
packet, so the probability of any attack is the sum of theirs, its log-odds mapped once more by ``any``.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from packetclip.errors import DamagedModel

FILE: Final = "calibration.json"


@dataclass(frozen=True, slots=True)
class MissionCalibration:
    """One mission's mapping, and the probability from which a packet is evidence of it."""

    scale: float = 1.0
    offset: float = 0.0
    threshold: float = 0.5


@dataclass(frozen=True, slots=True)
class Calibration:
    """The contents of ``calibration.json``."""

    missions: Mapping[str, MissionCalibration]
    any_scale: float = 1.0
    any_offset: float = 0.0
    stories: Mapping[str, Any] = field(default_factory=dict)
    """Settings that :class:`packetclip.detection.StorySettings` reads; kept here unread."""

    @classmethod
    def identity(cls, missions: Sequence[str]) -> Calibration:
        """The mapping that leaves logits as they are."""
        return cls({name: MissionCalibration() for name in missions})

    @classmethod
    def read(cls, folder: Path, missions: Sequence[str]) -> Calibration:
        """Read ``folder/calibration.json``; it must speak of every one of ``missions``. Raises DamagedModel."""
        path = folder / FILE
        try:
            value = json.loads(path.read_text(encoding="utf-8"))
            read = {name: _mission(value["missions"][name]) for name in missions}
            mapping = value.get("any", {})
            stories = dict(value.get("stories", {}))
            return cls(read, _number(mapping.get("scale", 1.0)), _number(mapping.get("offset", 0.0)), stories)
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise DamagedModel(f"{path} is not whole ({error!r}). Copy the model's folder again.") from error

    def write(self, folder: Path) -> None:
        """Write ``folder/calibration.json``; OSError when that is not possible."""
        value = {
            "format": 1,
            "missions": {
                name: {"scale": m.scale, "offset": m.offset, "threshold": m.threshold}
                for name, m in self.missions.items()
            },
            "any": {"scale": self.any_scale, "offset": self.any_offset},
            "stories": dict(self.stories),
        }
        (folder / FILE).write_text(json.dumps(value, indent=1) + "\n", encoding="utf-8")

    def log_odds(self, logits: NDArray[np.float32]) -> NDArray[np.float32]:
        """Calibrated log-odds (N, M) of raw logits (N, M), columns in the order of ``missions``."""
        scale = np.array([m.scale for m in self.missions.values()], np.float32)
        offset = np.array([m.offset for m in self.missions.values()], np.float32)
        return np.asarray(logits * scale + offset, np.float32)

    def any_log_odds(self, log_odds: NDArray[np.float32]) -> NDArray[np.float32]:
        """Log-odds (N,) of any attack, from calibrated log-odds (N, M)."""
        chances = logistic(log_odds).astype(np.float64).sum(axis=1)
        chances = np.clip(chances, 1e-9, 1.0 - 1e-9)
        return np.asarray(self.any_scale * np.log(chances / (1.0 - chances)) + self.any_offset, np.float32)

    def thresholds(self) -> NDArray[np.float64]:
        """Probability (M,) from which a packet is evidence of each mission."""
        return np.array([m.threshold for m in self.missions.values()])


def logistic(log_odds: NDArray[np.float32]) -> NDArray[np.float32]:
    """Probability of log-odds; safe for any finite value."""
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(log_odds, -60.0, 60.0))), np.float32)


def _mission(value: Mapping[str, Any]) -> MissionCalibration:
    mission = MissionCalibration(_number(value["scale"]), _number(value["offset"]), _number(value["threshold"]))
    if mission.scale < 0.0 or not 0.0 <= mission.threshold <= 1.0:
        raise ValueError(f"scale {mission.scale} or threshold {mission.threshold} is out of range")
    return mission


def _number(value: Any) -> float:
    number = float(value)
    if not math.isfinite(number):
        raise ValueError(f"{value!r} is no finite number")
    return number
