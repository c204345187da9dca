"""What a mission is: a strictly layered graph of short concepts, from facts that can be checked up to one verdict."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from packetclip.language.knowledge.predicate import Predicate

Severity = Literal["low", "medium", "high", "critical"]
Holds = Literal["all", "any"]

SEVERITIES: Final[tuple[Severity, ...]] = ("low", "medium", "high", "critical")
"""From least to most severe."""
PLACEHOLDERS: Final = ("originators", "targets", "packets", "flows", "duration")
"""What a mission's sentence may name in braces; detection fills them in."""
KEY_LEVEL: Final = 1
"""Level 0 is the sensor: the packet itself. It is implied, as is the encoding node after the last level."""


@dataclass(frozen=True, slots=True)
class Concept:
    """One node: a short text and either the facts that would show it (level 1) or the concepts that do (above)."""

    id: str
    """snake_case, unique in its mission."""
    level: int
    """1 for key concepts; a concept's sources are all exactly one level below."""
    text: str
    """What an analyst would call it; its embedding is what the neural reading compares packets with."""
    facts: tuple[Predicate, ...] = ()
    """Key concepts only: the concept holds as far as the weakest of these does."""
    sources: tuple[str, ...] = ()
    """Concepts above level 1 only: ids of concepts one level below."""
    holds: Holds = "all"
    """Whether all sources must hold (minimum of their degrees) or any (maximum)."""


@dataclass(frozen=True, slots=True)
class Mission:
    """What to look for, how it would show, and how to speak of it."""

    name: str
    """snake_case; the stem of its file."""
    label: str
    """How people write it: "Port Scan"."""
    description: str
    """What it is, in a sentence or two."""
    techniques: tuple[str, ...]
    """ATT&CK technique ids, the most fitting first."""
    severity: Severity
    sentence: str
    """What a story of it says, with :data:`PLACEHOLDERS` in braces; what was seen, then what it looks like."""
    concepts: tuple[Concept, ...]
    """All nodes but the sensor and the encoding node, level by level."""

    @property
    def depth(self) -> int:
        """The last level of concepts; the encoding node reads any of its concepts."""
        return max((concept.level for concept in self.concepts), default=0)

    @property
    def key_concepts(self) -> tuple[Concept, ...]:
        """Level 1, in order."""
        return self.at_level(KEY_LEVEL)

    def at_level(self, level: int) -> tuple[Concept, ...]:
        """The concepts of one level, in order."""
        return tuple(concept for concept in self.concepts if concept.level == level)

    def predicates(self) -> Iterator[Predicate]:
        """Every fact of every key concept."""
        for concept in self.concepts:
            yield from concept.facts
