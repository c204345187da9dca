"""Attacks captured by others, and a few captures that look like attacks and are none. For testing only.

| | |
|---|---|
| source | 65 captures from public repositories; each row of manifest.csv names its own |
| licence | each row's own: most BSD, GPL or a README that permits; some without any, for tests only |
| classes | the nearest of the lab's labels, "other:..." where none is near, Benign |
| form | pcap and pcapng, manifest.csv |

Known faults: a label is the capture's, not each packet's; several hold benign traffic too, or one side only. Most
are from labs or anonymised. There is no Telnet Dictionary Attack. Nothing may be trained, tuned or chosen on these.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

from packetclip.datasets.labels import BENIGN, LABELS, mission_name
from packetclip.errors import CaptureError, MissingCapture

__all__ = ["AttackCapture", "read_manifest"]


@dataclass(frozen=True, slots=True)
class AttackCapture:
    """One row of the manifest."""

    path: Path
    label: str
    mission: str | None
    """The mission that should tell a story of it; None for benign captures and for attacks without a mission."""
    benign: bool
    detail: str
    attackers: tuple[str, ...]
    """Addresses or networks, where the capture tells."""
    victims: tuple[str, ...]


def read_manifest(folder: Path) -> list[AttackCapture]:
    """The captures of ``folder`` in the order of its manifest.csv; none is opened.

    Raises MissingCapture without a manifest, CaptureError where it lacks a column.
    """
    path = folder / "manifest.csv"
    if not path.is_file():
        raise MissingCapture(f"{path} does not exist. Name the folder with others' attack captures.")
    with path.open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(lines)
        wanted = {"file", "label", "detail", "attacker", "victim"}
        if missing := wanted - set(rows.fieldnames or ()):
            raise CaptureError(f"{path} has no column {', '.join(sorted(missing))}. Fetch it again.")
        return [
            AttackCapture(
                path=folder / row["file"],
                label=row["label"],
                mission=mission_name(row["label"]) if row["label"] in LABELS else None,
                benign=row["label"] == BENIGN,
                detail=row["detail"],
                attackers=_split(row["attacker"]),
                victims=_split(row["victim"]),
            )
            for row in rows
        ]


def _split(addresses: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in addresses.split(";") if part.strip())
