"""Why a story is one: the path through its mission's graph and the facts behind it, as text."""

from __future__ import annotations

from dataclasses import dataclass

from packetclip.detection.narrate import HOLDS, number
from packetclip.detection.story import Fact, PathNode, Story
from packetclip.language.knowledge import Mission, techniques


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

    def lines(self) -> list[str]:
        """The explanation as plain text, a list of lines without colours."""
        story = self.story
        lines = [story.sentence, f"{story.label}: {self.description}", f"ATT&CK: {', '.join(self.techniques)}."]
        lines.append(f"By its facts alone the mission holds to {self.verdict:.2f}; the path, from the packets up:")
        facts: dict[str, list[Fact]] = {}
        for fact in self.facts:
            facts.setdefault(fact.concept, []).append(fact)
        for depth, level in enumerate(self.levels, start=1):
            lines.append(f"  level {depth}")
            for node in level:
                mark = "+" if node.degree >= HOLDS else "-"
                close = "" if node.closeness is None else f", closeness {node.closeness:+.2f}"
                reads = f"  <- {', '.join(node.sources)}" if node.sources else ""
                lines.append(f"    {mark} {node.text} ({node.concept}): holds to {node.degree:.2f}{close}{reads}")
                lines.extend(
                    f"        {fact.field} = {number(fact.value)} {fact.unit}, asked {fact.comparison} "
                    f"{number(fact.threshold)}: {fact.meaning}"
                    for fact in facts.get(node.concept, [])
                )
        return lines

    def text(self) -> str:
        """The lines, joined."""
        return "\n".join(self.lines())


def explain(story: Story, mission: Mission) -> Explanation:
    """Open a story up; ``mission`` is the one that the story names."""
    if story.mission != mission.name:
        raise ValueError(f"the story is of {story.mission}, not of {mission.name}")
    known = techniques()
    named = tuple(f"{name} {known[name].name}" if name in known else name for name in story.techniques)
    verdict = max((node.degree for node in story.path[-1]), default=0.0) if story.path else 0.0
    return Explanation(story, mission.description, named, verdict, story.path, story.facts)
