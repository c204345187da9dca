"""A story: one run of one mission between a set of originators and targets."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact that a concept asks for, and what was seen of it."""

    concept: str
    """Id of the key concept."""
    text: str
    """The concept, as an analyst would say it."""
    field: str
    """Name of the context field."""
    meaning: str
    """What the field counts."""
    unit: str
    comparison: str
    """``>=`` or ``<=``."""
    threshold: float
    value: float
    """The most extreme value over the story's packets, towards the threshold."""
    degree: float
    """How far the fact holds of that value, 0 to 1."""


@dataclass(frozen=True, slots=True)
class PathNode:
    """A concept of the mission's graph, and how much of it the story showed."""

    concept: str
    text: str
    level: int
    """1 for key concepts."""
    degree: float
    """How far its facts held at their best, 0 to 1; above level 1 the weakest (for 'any', strongest) of its sources."""
    closeness: float | None
    """Mean cosine of the story's packets and the concept; key concepts only."""
    sources: tuple[str, ...] = ()
    """Concepts one level below that it reads."""


@dataclass(frozen=True, slots=True)
class Endpoints:
    """The first packet of evidence, from originator to responder."""

    originator: str
    """IP or hardware address."""
    originator_port: int
    target: str
    target_port: int
    protocol: str
    """``TCP``, ``UDP``, ``ICMP``, ``IPv6-ICMP``, ``ARP``, or the number of another IP protocol."""
    flow: int
    """Number of its flow; -1 outside flows."""
    community_id: str
    """Community id of the flow; empty where the story has several flows, or ARP."""


@dataclass(frozen=True, slots=True)
class Story:
    """What is shown, sent, counted as false and explained."""

    id: str
    """16 hex digits; the same for the same traffic, however it is cut into batches."""
    mission: str
    label: str
    techniques: tuple[str, ...]
    """ATT&CK technique ids."""
    severity: str
    """low, medium, high or critical."""
    first_ns: int
    """Time of the first packet of evidence, nanoseconds since 1970 UTC."""
    last_ns: int
    originators: tuple[str, ...]
    """Addresses in order of appearance; at most 1,000 by default."""
    originator_count: int
    """How many there were in all."""
    targets: tuple[str, ...]
    target_count: int
    packets: int
    """Packets of evidence."""
    flows: int
    """Flows that these belong to; 0 for ARP outside flows."""
    peak: float
    """Highest calibrated probability of any of its packets."""
    mean: float
    """Mean over its packets."""
    endpoints: Endpoints
    facts: tuple[Fact, ...]
    """Facts that held, the surest first."""
    path: tuple[tuple[PathNode, ...], ...]
    """The mission's graph, level by level from the key concepts up."""
    sentence: str
    """What was seen, what it looks like, how sure."""
    reasons: tuple[str, ...]
    """Why, a line each, the strongest first: concepts that hold, with their most telling number; at most 8."""
    unmet: tuple[Fact, ...] = ()
    """Facts that did not hold, with the value that came nearest."""

    @property
    def duration_s(self) -> float:
        """Seconds from first to last packet of evidence."""
        return (self.last_ns - self.first_ns) / 1e9
