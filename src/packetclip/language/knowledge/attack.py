"""MITRE ATT&CK: the names and tactics of all techniques, from the small table that ships beside its licence."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType
from typing import Final, NamedTuple

ATTACK_VERSION: Final = "18.1"
"""Of the table: enterprise and ICS. (c) The MITRE Corporation; see data/LICENSE.txt."""


class Technique(NamedTuple):
    """One technique or sub-technique."""

    id: str
    """T1046, T1110.001, T0846."""
    name: str
    tactics: tuple[str, ...]
    """What it is for: ``discovery``, ``command-and-control``."""
    domain: str
    """``enterprise`` or ``ics``."""

    @property
    def url(self) -> str:
        """Its page at MITRE."""
        return f"https://attack.mitre.org/techniques/{self.id.replace('.', '/')}/"


@lru_cache(maxsize=1)
def techniques() -> Mapping[str, Technique]:
    """All techniques by id."""
    table = files(__package__).joinpath("data/techniques.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(table.splitlines())
    return MappingProxyType(
        {row["id"]: Technique(row["id"], row["name"], tuple(row["tactics"].split()), row["domain"]) for row in rows}
    )
