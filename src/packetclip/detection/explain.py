"""Why a story is one: the path through its mission's graph and the facts behind it, as text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from packetclip.detection.narrate import HOLDS, hosts, percent
from packetclip.detection.phrases import FLAG, number, singular
from packetclip.detection.story import Fact, PathNode, Story
from packetclip.language.knowledge import Mission, techniques

LEGEND: Final = (
    "Numbers: how far something holds, 0 to 1 (+ from one half on). A concept's is the best that its facts reached "
    "together in one packet, a fact's its own best over the story, with the value seen."
)
"""How to read the numbers of an explanation; a line of each."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """A story opened up."""

    story: Story
    description: str
    """What the mission looks for."""
    techniques: tuple[str, ...]
    """ATT&CK techniques with their names: ``T1046 Network Service Discovery``."""
    verdict: float
    """How far the mission holds by its facts alone, 0 to 1: the best concept of the last level."""
    levels: tuple[tuple[PathNode, ...], ...]
    """The graph, from the key concepts up."""
    facts: tuple[Fact, ...]
    """Facts that held."""
    unmet: tuple[Fact, ...] = ()
    """Facts that did not."""

    def lines(self) -> list[str]:
        """The explanation as plain text without colours, a list of lines: two spaces of indentation a step.

        The path is read downwards: from the sensor over the key concepts and those that build on them to the mission.
        ``+`` marks what holds to one half or more, ``-`` what does not. A concept's number is the highest that its
        facts reached together in one packet, a fact's is its own best over the story.
        """
        story = self.story
        return [
            f"{story.label}, story {story.id}",
            story.sentence,
            f"What it looks for: {self.description}",
            f"ATT&CK: {', '.join(self.techniques)}.",
            LEGEND,
            "",
            f"Sensor: {_traffic(story)}",
            *self._levels(),
            f"{'  ' * (len(self.levels) + 1)}Mission: {story.label}",
            *self._verdict(),
        ]

    def text(self) -> str:
        """The lines, joined."""
        return "\n".join(self.lines())

    def _levels(self) -> Iterator[str]:
        facts: dict[str, list[Fact]] = {}
        for fact in (*self.facts, *self.unmet):
            facts.setdefault(fact.concept, []).append(fact)
        for depth, level in enumerate(self.levels, start=1):
            step = "  " * depth
            yield f"{step}{'Key' if depth == 1 else 'Associated'} concepts, level {depth}"
            for node in sorted(level, key=lambda node: -node.degree):
                yield f"{step}  {_node(node)}"
                yield from (f"{step}      {_fact(fact)}" for fact in facts.get(node.concept, ()))

    def _verdict(self) -> Iterator[str]:
        step = "  " * (len(self.levels) + 2)
        yield f"{step}{_mark(self.verdict)} {self.verdict:.2f} by its facts alone (the best concept of the last level)"
        peak, mean = percent(self.story.peak), percent(self.story.mean)
        yield f"{step}calibrated probability {mean} on average over its packets, {peak} at most"


def explain(story: Story, mission: Mission) -> Explanation:
    """Open a story up; ``mission`` is the one that the story names."""
    if story.mission != mission.name:
        raise ValueError(f"the story is of {story.mission}, not of {mission.name}")
    known = techniques()
    named = tuple(f"{name} {known[name].name}" if name in known else name for name in story.techniques)
    verdict = max((node.degree for node in story.path[-1]), default=0.0) if story.path else 0.0
    return Explanation(story, mission.description, named, verdict, story.path, story.facts, story.unmet)


def counted(story: Story) -> Iterable[str]:
    """``1,449 packets`` and ``25 flows``; no flows where there are none."""
    yield singular(f"{story.packets:,} packets")
    if story.flows:
        yield singular(f"{story.flows:,} flows")


def parties(story: Story) -> str:
    """``10.0.0.1 → 10.0.0.2 and 212 others``."""
    originators = hosts(story.originators, story.originator_count)
    return f"{originators} → {hosts(story.targets, story.target_count)}"


def _traffic(story: Story) -> str:
    return f"{' of '.join(counted(story))}, {parties(story)}"


def _mark(degree: float) -> str:
    return "+" if degree >= HOLDS else "-"


def _node(node: PathNode) -> str:
    close = "" if node.closeness is None else f", closeness {node.closeness:+.2f}"
    reads = f", from {', '.join(node.sources)}" if node.sources else ""
    return f"{_mark(node.degree)} {node.degree:.2f} {node.text.rstrip('.')} ({node.concept}{close}{reads})"


def _fact(fact: Fact) -> str:
    asked = f"{fact.comparison} {number(fact.threshold)}"
    reached = "highest" if fact.comparison == ">=" else "lowest"
    unit = "" if fact.unit == FLAG else f" {fact.unit}"
    seen = f"{reached} {number(fact.value)}{unit}"
    return f"{_mark(fact.degree)} {fact.degree:.2f} {fact.field} {asked}: {seen} ({fact.meaning})"
