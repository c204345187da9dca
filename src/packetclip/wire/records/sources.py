"""Whether what the user names are logs of flow records, and which."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from packetclip.errors import CaptureError, EmptyFolder, UsageError
from packetclip.ledger import Ledger
from packetclip.wire import capture
from packetclip.wire.capture import STDIN
from packetclip.wire.capture.clock import LATEST_NS
from packetclip.wire.records import sniff
from packetclip.wire.records.read import read


def sources(named: Sequence[object]) -> list[str]:
    """The logs of flow records that are named, in their order; empty when they are captures, or nothing at all.

    A folder without captures stands for the logs of flows in it and below it, in the order of their first records;
    Zeek's other logs are left out. Raises UsageError when logs and captures are named together.
    """
    if not all(isinstance(source, str | Path) for source in named):
        return []  # a live interface, or another object that gives packets
    found: list[str] = []
    others: list[str] = []
    for path in map(str, named):
        if Path(path).is_dir():
            logs = _logs(path)
            (found if logs else others).extend(logs or [path])
        else:
            (found if _is_log(path) else others).append(path)
    if found and others:
        raise UsageError(
            f"{found[0]} holds flow records and {others[0]} does not: packets and records cannot be told together. "
            "Name them in two commands."
        )
    return found


def _is_log(path: str) -> bool:
    try:
        if path == STDIN:
            return sys.stdin is not None and sniff.pipe_begins_as_log(sys.stdin.fileno())
        place = Path(path)
        if not place.is_file():  # what is read from a pipe is gone from it
            return False
        with place.open("rb") as raw:
            return sniff.begins_as_log(raw)
    except (OSError, ValueError):
        return False


def _logs(folder: str) -> list[str]:
    """Logs with flows in them; none where there are captures."""
    try:
        capture.sources([folder])
    except EmptyFolder:
        pass
    else:
        return []
    logs = []
    for path in Path(folder).rglob("*"):
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if not hidden and _is_log(str(path)) and (first := _first_time(path)) < LATEST_NS:
            logs.append((first, str(path)))
    return [path for _, path in sorted(logs)]


def _first_time(path: Path) -> int:
    try:
        first = next(read(path, Ledger(), batch_records=1), None)
    except CaptureError:
        return LATEST_NS
    return LATEST_NS if first is None else int(first["first_ns"][0])
