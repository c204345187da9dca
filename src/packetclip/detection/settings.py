"""When evidence becomes a story, and when a story is over."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from packetclip.errors import DamagedModel
from packetclip.model import Calibration

MOST_MIN_PACKETS: Final = 64


@dataclass(frozen=True, slots=True)
class MissionSettings:
    """What one mission asks for."""

    threshold: float = 0.5
    """Calibrated probability from which a packet is evidence; 1 or above turns the mission off."""
    min_packets: int = 5
    """Packets of evidence within ``silence_s`` that open a story, 1 to 64."""
    silence_s: float = 60.0
    """A story ends when its evidence has been silent for longer."""
    min_degree: float = 0.0
    """How far the mission must hold by its facts alone for a packet to be evidence; 0: not asked."""
    facts_suffice: float = 1.0
    """How far it must hold by its facts alone for a packet to be evidence below the threshold too, unless the model all
    but rules it out; 1: never."""
    min_flows: int = 0
    """Flows that evidence must come from before a story opens; 0: not asked, as ARP has none."""

    def __post_init__(self) -> None:
        if not 1 <= self.min_packets <= MOST_MIN_PACKETS:
            raise ValueError(f"min_packets is {self.min_packets}; it must be from 1 to {MOST_MIN_PACKETS}")
        if not 0 <= self.min_flows <= MOST_MIN_PACKETS:
            raise ValueError(f"min_flows is {self.min_flows}; it must be from 0 to {MOST_MIN_PACKETS}")
        if not 0.0 < self.silence_s <= 86_400.0:
            raise ValueError(f"silence_s is {self.silence_s}; it must be above 0 and at most a day")
        degrees = (self.min_degree, self.facts_suffice)
        if not (self.threshold >= 0.0 and all(0.0 <= degree <= 1.0 for degree in degrees)):
            raise ValueError(f"threshold {self.threshold}, min_degree or facts_suffice {degrees} is out of range")


USUAL: Final[Mapping[str, Mapping[str, Any]]] = {
    "arp_spoofing": {"min_packets": 3},
    "ssh_dictionary_attack": {"min_flows": 2},
}
"""Where a mission differs from :class:`MissionSettings`' defaults by its nature: a few forged ARP replies suffice; an
SSH server hangs up after a few passwords, so one connection is nobody's dictionary."""


@dataclass(frozen=True, slots=True)
class StorySettings:
    """Settings of all missions, in the order of the model's columns."""

    missions: tuple[str, ...]
    each: tuple[MissionSettings, ...]
    listed: int = 1000
    """Originators and targets that a story keeps by name; beyond, it only counts them."""

    @classmethod
    def of(cls, calibration: Calibration, missions: Sequence[str]) -> StorySettings:
        """The settings in a model's calibration: its ``stories`` table over :data:`USUAL` over the defaults.

        ``stories`` holds the fields of :class:`MissionSettings` for all missions, and a table ``missions``
        with the same, and ``threshold``, for one. Raises DamagedModel.
        """
        table = dict(calibration.stories)
        own = dict(table.pop("missions", {}))
        try:
            each = tuple(
                _settings(
                    {
                        "threshold": calibration.missions[name].threshold,
                        **table,
                        **USUAL.get(name, {}),
                        **own.get(name, {}),
                    }
                )
                for name in missions
            )
        except (KeyError, TypeError, ValueError) as error:
            raise DamagedModel(f"The settings of stories in calibration.json cannot be used: {error}.") from error
        return cls(tuple(missions), each)

    @classmethod
    def uniform(cls, missions: Sequence[str], settings: MissionSettings | None = None) -> StorySettings:
        """The same settings for every mission."""
        return cls(tuple(missions), (settings or MissionSettings(),) * len(missions))

    def as_stories(self) -> dict[str, Any]:
        """What ``calibration.json`` keeps under ``stories``; :meth:`of` reads it back."""
        return {"missions": {name: asdict(own) for name, own in zip(self.missions, self.each, strict=True)}}


def _settings(values: Mapping[str, Any]) -> MissionSettings:
    known = {
        "threshold": float,
        "min_packets": int,
        "min_flows": int,
        "silence_s": float,
        "min_degree": float,
        "facts_suffice": float,
    }
    strangers = set(values) - set(known)
    if strangers:
        raise ValueError(f"there is no setting {', '.join(sorted(strangers))}")
    read = {name: known[name](value) for name, value in values.items()}
    if not all(math.isfinite(value) for value in read.values()):
        raise ValueError("a setting is no finite number")
    return MissionSettings(**read)
