"""What a mission promises: layered, connected, texts everywhere, facts under key concepts, real techniques."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from string import Formatter
from typing import Final

from packetclip.errors import InvalidMission
from packetclip.language.knowledge.attack import ATTACK_VERSION, techniques
from packetclip.language.knowledge.schema import KEY_LEVEL, PLACEHOLDERS, SEVERITIES, Mission
from packetclip.language.knowledge.suggest import did_you_mean

_SNAKE: Final = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")


def check(mission: Mission, also: Iterable[str] = ()) -> None:
    """Pass, or say everything that is wrong at once; ``also`` are faults that the parser has found already.

    Raises:
        InvalidMission: the mission breaks a promise; one line a fault.

    """
    found = [*also, *faults(mission)]
    if found:
        lines = "".join(f"\n  - {fault}" for fault in dict.fromkeys(found))
        raise InvalidMission(
            f"Mission {mission.name or 'without a name'!r} cannot be used; mend these in its file:{lines}"
        )


def faults(mission: Mission) -> list[str]:
    """Everything that is wrong with a mission, as sentences without their stop."""
    return [*_head(mission), *_concepts(mission), *_layers(mission)]


def _head(mission: Mission) -> Iterator[str]:
    if mission.name and not _SNAKE.fullmatch(mission.name):
        yield f"the name {mission.name!r} is not snake_case"
    if mission.severity and mission.severity not in SEVERITIES:
        yield f"the severity {mission.severity!r} is none of {', '.join(SEVERITIES)}"
    if not mission.techniques:
        yield "no ATT&CK technique is named"
    known = techniques()
    for technique in mission.techniques:
        if technique not in known:
            yield (
                f"the technique {technique!r} is not in ATT&CK v{ATTACK_VERSION} "
                f"(enterprise, ICS).{did_you_mean(technique, known)}"
            )
    try:
        named = [name for _, name, _, _ in Formatter().parse(mission.sentence) if name is not None]
    except ValueError as error:
        yield f"the sentence cannot be filled in: {error}"
        return
    for name in named:
        if name not in PLACEHOLDERS:
            yield (
                f"the sentence names {{{name}}}, which no story has.{did_you_mean(name, PLACEHOLDERS)} "
                f"Known: {', '.join(PLACEHOLDERS)}"
            )


def _concepts(mission: Mission) -> Iterator[str]:
    for name, count in Counter(concept.id for concept in mission.concepts).items():
        if count > 1:
            yield f"{count} concepts are named {name!r}"
        if name and not _SNAKE.fullmatch(name):
            yield f"the concept's name {name!r} is not snake_case"
    for concept in mission.concepts:
        who = f"concept {concept.id!r}"
        if not concept.text.strip():
            yield f"{who} has no text"
        if concept.level < KEY_LEVEL:
            yield f"{who} is at level {concept.level}; key concepts are at level {KEY_LEVEL}, level 0 is the sensor"
        elif concept.level == KEY_LEVEL:
            if not concept.facts:
                yield f"{who} is a key concept without facts that would show it"
            if concept.sources:
                yield f"{who} is a key concept; it reads the sensor, so leave its 'from' out"
        else:
            if concept.facts:
                yield f"{who} is at level {concept.level}; only key concepts (level {KEY_LEVEL}) carry facts"
            if not concept.sources:
                yield f"{who} is at level {concept.level} and needs a 'from' list"
        for fact in concept.facts:
            if fact.threshold <= 0.0 or fact.slope <= 0.0:
                yield f"{who}: the fact '{fact}' needs a threshold and a slope above 0"


def _layers(mission: Mission) -> Iterator[str]:
    if not mission.key_concepts:
        yield "there is no key concept (level 1)"
    # Each edge goes up by exactly one level, so a graph without these faults has no cycle and no shortcut.
    level = {concept.id: concept.level for concept in mission.concepts}
    read: set[str] = set()
    for concept in mission.concepts:
        for source in dict.fromkeys(concept.sources):
            if source not in level:
                yield f"concept {concept.id!r} reads {source!r}, which does not exist.{did_you_mean(source, level)}"
            elif level[source] != concept.level - 1:
                yield (
                    f"concept {concept.id!r} at level {concept.level} reads {source!r} at level {level[source]}; "
                    f"only level {concept.level - 1} may be read"
                )
            read.add(source)
        if len(set(concept.sources)) < len(concept.sources):
            yield f"concept {concept.id!r} reads a source twice"
    depth = mission.depth
    for missing in range(KEY_LEVEL, depth):
        if not mission.at_level(missing):
            yield f"level {missing} has no concept, but level {depth} does"
    for concept in mission.concepts:
        if KEY_LEVEL <= concept.level < depth and concept.id not in read:
            yield f"concept {concept.id!r} leads nowhere: no concept at level {concept.level + 1} reads it"
