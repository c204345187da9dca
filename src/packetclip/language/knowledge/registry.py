"""The folder of missions is the registry: a file there is a mission, and nothing else need be done."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from packetclip.errors import InvalidMission, UnknownMission
from packetclip.language.knowledge.check import check
from packetclip.language.knowledge.parse import parse_file
from packetclip.language.knowledge.schema import Mission
from packetclip.language.knowledge.suggest import did_you_mean

MISSIONS: Final = Path(__file__).parent / "missions"
"""The missions that ship."""


def mission_names(folder: Path | None = None) -> tuple[str, ...]:
    """Names of a folder's missions (ours by default), sorted.

    Raises:
        InvalidMission: the folder does not exist or holds no mission.

    """
    folder = folder or MISSIONS
    names = tuple(sorted(path.stem for path in folder.glob("*.toml")))
    if not names:
        raise InvalidMission(f"{folder} holds no mission. Give a folder of *.toml files, one a mission.")
    return names


def load_missions(names: Sequence[str] | None = None, folder: Path | None = None) -> tuple[Mission, ...]:
    """The named missions of a folder (all of ours by default), checked, sorted by name.

    Raises:
        UnknownMission: a name that the folder has no file for.
        InvalidMission: a file that breaks the schema; the message lists all its faults.

    """
    folder = folder or MISSIONS
    known = mission_names(folder)
    wanted = known if names is None else tuple(sorted(set(names)))
    for name in wanted:
        if name not in known:
            raise UnknownMission(f"No mission is named {name!r}.{did_you_mean(name, known)} Known: {', '.join(known)}.")
    missions = []
    for name in wanted:
        mission, faults = parse_file(folder / f"{name}.toml")
        check(mission, faults)
        missions.append(mission)
    return tuple(missions)
