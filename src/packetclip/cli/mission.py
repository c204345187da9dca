"""``packetclip mission list | show | check``: what is looked for, and how it would show."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from packetclip.cli import options

if TYPE_CHECKING:
    from packetclip.language.knowledge import Concept, Mission

_folder = click.option(
    "--folder", metavar="DIR", type=click.Path(path_type=Path), help="Missions of your own; by default those that ship."
)


@click.group("mission")
def command() -> None:
    """Missions: what is looked for, and the facts that would show it."""


@command.command("list")
@_folder
@options.formats("table", "jsonl")
def list_(folder: Path | None, form: str) -> None:
    """List all missions."""
    from packetclip.language.knowledge import load_missions

    missions = load_missions(folder=folder)
    if form == "jsonl":
        import orjson

        for mission in missions:
            sys.stdout.buffer.write(orjson.dumps(_head(mission), option=orjson.OPT_APPEND_NEWLINE))
        return
    from packetclip.cli.tables import show_table

    show_table(
        ["mission", "techniques", "severity", "what it is"],
        [[m.name, ", ".join(m.techniques), m.severity, m.description] for m in missions],
        narrow=3,
    )


@command.command("show")
@click.argument("name", metavar="MISSION")
@_folder
def show(name: str, folder: Path | None) -> None:
    """Show one mission: its sentence, its ATT&CK techniques and its graph."""
    from packetclip.cli.plain import plain
    from packetclip.language.knowledge import load_missions

    (mission,) = load_missions([name], folder)
    for line in _described(mission):
        click.echo(plain(line))


@command.command("check")
@click.argument("missions", metavar="[MISSION|FILE]...", nargs=-1)
@_folder
def check(missions: tuple[str, ...], folder: Path | None) -> None:
    """Check missions by name or by file (all when none is named), and say everything that is wrong."""
    from packetclip.cli.plain import plain
    from packetclip.errors import InvalidMission
    from packetclip.language.knowledge import load_missions, mission_names

    wrong = []
    for name in missions or mission_names(folder):
        path = Path(name)
        by_file = path.suffix == ".toml"
        try:
            (mission,) = load_missions([path.stem], path.parent) if by_file else load_missions([name], folder)
        except InvalidMission as error:
            wrong.append(str(error))
        else:
            facts = sum(1 for _ in mission.predicates())
            click.echo(plain(f"{mission.name}: fine ({len(mission.concepts)} concepts, {facts} facts)"))
    if wrong:
        raise InvalidMission("\n".join(wrong))


def _head(mission: Mission) -> dict[str, object]:
    return {
        "type": "mission",
        "name": mission.name,
        "label": mission.label,
        "description": mission.description,
        "techniques": list(mission.techniques),
        "severity": mission.severity,
        "concepts": len(mission.concepts),
    }


def _described(mission: Mission) -> Iterator[str]:
    from packetclip.language.knowledge import techniques

    known = techniques()
    yield f"{mission.label} ({mission.name}), severity {mission.severity}"
    yield f"  {mission.description}"
    yield f"  Says: {mission.sentence}"
    for technique in mission.techniques:
        yield f"  ATT&CK {technique} {known[technique].name}"
    yield ""
    by_id = {concept.id: concept for concept in mission.concepts}
    for concept in mission.at_level(mission.depth):
        yield from _subtree(concept, by_id, "")


def _subtree(concept: Concept, by_id: dict[str, Concept], indent: str) -> Iterator[str]:
    """A concept and what shows it; one that several concepts read is shown under each."""
    needs = f" ({concept.holds} of)" if len(concept.sources) > 1 else ""
    yield f"{indent}{concept.text}{needs}"
    for fact in concept.facts:
        yield f"{indent}  fact: {fact}"
    for source in concept.sources:
        yield from _subtree(by_id[source], by_id, indent + "  ")
