"""Stories held against episodes: which attacks were told, how soon, and what was told of nothing.

A story is one of an episode when it tells of the episode's mission, overlaps it in time, and names one of its hosts,
attacker or victim, on either side (a resolver that passes a tunnel's questions on is an originator too). Every other
story is false; those that overlap an episode of another mission in time and hosts are counted apart: the analyst was
right to look, and was told the wrong name.
"""

from __future__ import annotations

import statistics
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from typing import Any, Final

__all__ = ["LATE_S", "EpisodeFigures", "Told", "Truth", "match"]

LATE_S: Final = 2.0
"""How far a story may stand from an episode's packets and still be of it: decaying sums remember a little longer."""


@dataclass(frozen=True, slots=True)
class Truth:
    """An episode: what happened, between whom, from its first packet to its last."""

    mission: str
    hosts: frozenset[str]
    """Addresses of attacker and victims."""
    start_s: float
    end_s: float
    name: str = ""
    """For people: the capture and the tool."""
    enough_s: float | None = None
    """When enough of its packets were evidence to make a story; None where they never were."""


@dataclass(frozen=True, slots=True)
class Told:
    """What of a story is compared."""

    mission: str
    hosts: frozenset[str]
    """Originators and targets: addresses, networks, or names of groups."""
    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True)
class EpisodeFigures:
    """Of some captures together."""

    episodes: int
    found: int
    stories: int
    false: int
    """Stories of no episode."""
    misnamed: int
    """Of the false ones, those of an episode of another mission."""
    delays_s: tuple[float, ...]
    """Of each episode found, from its first packet to the packet that made it a story."""
    missed: tuple[str, ...]
    """Names of episodes without a story."""

    @property
    def median_delay_s(self) -> float:
        """Median time to detect, over the episodes found; NaN without any."""
        return statistics.median(self.delays_s) if self.delays_s else float("nan")

    def as_dict(self) -> dict[str, Any]:
        """For a JSON file."""
        return {
            "episodes": self.episodes,
            "found": self.found,
            "stories": self.stories,
            "false": self.false,
            "misnamed": self.misnamed,
            "median_delay_s": self.median_delay_s,
            "missed": list(self.missed),
        }


def match(episodes: Sequence[Truth], stories: Sequence[Told], late_s: float = LATE_S) -> EpisodeFigures:
    """Hold stories against episodes of the same capture, or of captures that do not overlap in time."""
    delays: dict[int, float] = {}
    false = misnamed = 0
    for story in stories:
        near = [number for number, truth in enumerate(episodes) if _meet(truth, story, late_s)]
        own = [number for number in near if episodes[number].mission == story.mission]
        for number in own:
            truth = episodes[number]
            enough = story.start_s if truth.enough_s is None else truth.enough_s
            delay = max(0.0, enough - truth.start_s)
            delays[number] = min(delay, delays.get(number, delay))
        if not own:
            false += 1
            misnamed += bool(near)
    missed = tuple(truth.name for number, truth in enumerate(episodes) if number not in delays)
    sooner = tuple(delays[number] for number in sorted(delays))
    return EpisodeFigures(len(episodes), len(delays), len(stories), false, misnamed, sooner, missed)


def _meet(truth: Truth, story: Told, late_s: float) -> bool:
    in_time = story.start_s <= truth.end_s + late_s and story.end_s >= truth.start_s - late_s
    return in_time and share_host(truth.hosts, story.hosts)


def share_host(addresses: Collection[str], told: Iterable[str]) -> bool:
    """Whether one of ``addresses`` is among ``told``, or in a network of theirs.

    >>> share_host({"10.0.7.4"}, ["10.0.7.0/24"]), share_host({"10.0.7.4"}, ["10.0.8.4"])
    (True, False)
    """
    for text in told:
        if text in addresses:
            return True
        if "/" in text:
            try:
                network = ip_network(text, strict=False)
            except ValueError:
                continue
            if any(ip_address(address) in network for address in addresses):
                return True
    return False
