"""Captures that one writer cut into files: which belong together, and which comes next.

tcpdump numbers (``-C``: office.pcap, office.pcap1, ...; with ``-W`` in a ring: office.pcap0, ..., office.pcap0) or
dates its files (``-G`` and strftime), dumpcap does both (office_00001_20261123120000.pcap). So files whose names differ
in digits only are one series, in the order of their first packets.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from packetclip.wire.capture import sniff
from packetclip.wire.capture.clock import LATEST_NS
from packetclip.wire.capture.compression import Inflated
from packetclip.wire.capture.raw import File
from packetclip.wire.capture.stream import first_time

__all__ = ["Series", "captures", "in_order", "series_of"]

_DIGITS: Final = re.compile(r"\d+")
_COMPRESSED: Final = re.compile(r"\.(gz|zst|lz4|xz)$")


def series_of(path: Path) -> tuple[Path, str]:
    """Equal for the files of one series: their folder, and the name without its digits and compression."""
    return path.parent, _DIGITS.sub("", _COMPRESSED.sub("", path.name))


def in_order(path: Path) -> tuple[int, list[tuple[str, int]], str]:
    """Sorts captures by their first packet (those without come last), then by name, where 2 comes before 10."""
    time = first_time(path)
    parts = re.split(r"(\d+)", str(path))
    natural = [(text, int(number)) for text, number in zip(parts[::2], [*parts[1::2], "-1"], strict=True)]
    return LATEST_NS if time is None else time, natural, str(path)


def captures(folder: Path) -> Iterator[Path]:
    """The captures in a folder and below it, told by their first bytes; hidden ones are left out."""
    for path in folder.rglob("*"):
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if not hidden and path.is_file() and _is_capture(path):
            yield path


def _is_capture(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            stream = Inflated(File(file))
            head = b""
            while len(head) < sniff.HEAD and (piece := stream.read()):
                head += piece
            return sniff.is_capture(head)
    except OSError:
        return False


class Series:
    """The files of a folder, or those beside a file whose names differ from its in digits only, as they are now."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._known: dict[Path, tuple[tuple[int, int, int], int | None]] = {}

    def after(self, time_ns: int) -> Path | None:
        """The file whose first packet comes next after ``time_ns``."""
        found = [(time, len(str(path)), path) for path in self._files() if (time := self._first(path)) > time_ns]
        return min(found)[2] if found else None

    def _files(self) -> Iterator[Path]:
        if self._path.is_dir():
            yield from (p for p in self._path.rglob("*") if not any(part.startswith(".") for part in p.parts))
        else:
            wanted = series_of(self._path)
            yield from (path for path in self._path.parent.iterdir() if series_of(path) == wanted)

    def _first(self, path: Path) -> int:
        """The time of its first packet; -1 where there is none yet. Asked of the file only after it changed."""
        try:
            status = path.stat()
            if not path.is_file():
                return -1
        except OSError:  # gone meanwhile
            return -1
        stamp = (status.st_ino, status.st_mtime_ns, status.st_size)
        known, time = self._known.get(path, (None, None))
        if known != stamp:
            time = first_time(path)
            self._known[path] = (stamp, time)
        return -1 if time is None else time
