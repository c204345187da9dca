"""TOML to :class:`Mission`: shape and types only; what the parts mean to each other is :mod:`check`'s."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, cast

from packetclip.errors import InvalidMission
from packetclip.language.knowledge.predicate import Predicate, parse_predicate
from packetclip.language.knowledge.schema import Concept, Holds, Mission, Severity
from packetclip.language.knowledge.suggest import did_you_mean

MISSION_KEYS: Final = ("name", "label", "description", "techniques", "severity", "sentence", "concept")
CONCEPT_KEYS: Final = ("id", "level", "text", "facts", "from", "holds")


def parse_mission(text: str, where: str) -> tuple[Mission, list[str]]:
    """The mission in a TOML text and what is wrong with its shape; ``where`` names the text in errors.

    Raises:
        InvalidMission: the text is no TOML at all.

    """
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InvalidMission(f"{where} is no valid TOML: {error}. Mend the line or copy another mission.") from None
    faults: list[str] = []
    _unknown_keys(table, MISSION_KEYS, "the mission", faults)
    nodes = table.get("concept", [])
    if not isinstance(nodes, list) or not all(isinstance(node, dict) for node in nodes):
        faults.append("concepts are written as [[concept]] tables")
        nodes = []
    mission = Mission(
        name=_string(table, "name", "the mission", faults),
        label=_string(table, "label", "the mission", faults),
        description=_string(table, "description", "the mission", faults),
        techniques=_strings(table, "techniques", "the mission", faults),
        severity=cast("Severity", _string(table, "severity", "the mission", faults)),
        sentence=_string(table, "sentence", "the mission", faults),
        concepts=tuple(_concept(node, position, faults) for position, node in enumerate(nodes, start=1)),
    )
    return mission, faults


def parse_file(path: Path) -> tuple[Mission, list[str]]:
    """The mission in a file and what is wrong with its shape; its stem must be the mission's name."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise InvalidMission(f"{path} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise InvalidMission(f"{path} is not UTF-8 text, which TOML must be.") from None
    mission, faults = parse_mission(text, str(path))
    if mission.name and mission.name != path.stem:
        faults.append(f"the mission is named {mission.name!r}, its file {path.name!r}; they must agree")
    return mission, faults


def _concept(node: Mapping[str, Any], position: int, faults: list[str]) -> Concept:
    who = f"concept {node['id']!r}" if isinstance(node.get("id"), str) else f"concept number {position}"
    _unknown_keys(node, CONCEPT_KEYS, who, faults)
    level = node.get("level")
    if not isinstance(level, int) or isinstance(level, bool):
        faults.append(f"{who} needs a whole number as its level")
        level = 0
    holds = node.get("holds", "all")
    if holds not in ("all", "any"):
        faults.append(f"{who} holds {holds!r}; write 'all' or 'any'")
        holds = "all"
    facts: list[Predicate] = []
    for text in _strings(node, "facts", who, faults, needed=False):
        try:
            facts.append(parse_predicate(text))
        except InvalidMission as error:
            faults.append(f"{who}: {error}")
    return Concept(
        id=_string(node, "id", who, faults),
        level=level,
        text=_string(node, "text", who, faults),
        facts=tuple(facts),
        sources=_strings(node, "from", who, faults, needed=False),
        holds=cast("Holds", holds),
    )


def _string(table: Mapping[str, Any], key: str, who: str, faults: list[str]) -> str:
    value = table.get(key)
    if isinstance(value, str) and value.strip():
        return value.strip()
    faults.append(f"{who} needs a text as its {key}")
    return ""


def _strings(
    table: Mapping[str, Any], key: str, who: str, faults: list[str], *, needed: bool = True
) -> tuple[str, ...]:
    value = table.get(key)
    if value is None and not needed:
        return ()
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return tuple(value)
    faults.append(f"{who} needs a list of texts as its {key}")
    return ()


def _unknown_keys(table: Mapping[str, Any], known: tuple[str, ...], who: str, faults: list[str]) -> None:
    faults.extend(f"{who} has a key {key!r}.{did_you_mean(key, known)}" for key in table if key not in known)
