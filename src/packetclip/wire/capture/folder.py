"""From what the user names to the captures there are: files as they are, folders in the order of their times."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from pathlib import Path

from packetclip.errors import CaptureError, EmptyFolder, MissingCapture
from packetclip.wire.capture import sniff
from packetclip.wire.capture.clock import LATEST_NS
from packetclip.wire.capture.compression import Inflated
from packetclip.wire.capture.read import STDIN, read

__all__ = ["sources"]


def sources(paths: Sequence[str]) -> list[str]:
    """The captures that ``paths`` name, in their order; a folder stands for those in it and below it.

    A folder's captures are told by their first bytes and come in the order of their first packets' times (those
    without packets last), then of their names. Hidden files are left out. "-" stays what it is.

    Raises MissingCapture for a path that does not exist, EmptyFolder for a folder without captures.
    """
    found: list[str] = []
    for path in paths:
        place = Path(path)
        if place.is_dir():
            captures = sorted(_captures(place), key=lambda capture: (_first_time(capture), capture))
            if not captures:
                raise EmptyFolder(f"{path} holds no pcap or pcapng, plain or compressed. Name another folder.")
            found.extend(str(capture) for capture in captures)
        elif path == STDIN or place.exists():
            found.append(path)
        else:
            raise MissingCapture(f"{path} does not exist. {_advice(place)}")
    return found


def _captures(folder: Path) -> Iterator[Path]:
    for path in folder.rglob("*"):
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if not hidden and path.is_file() and _is_capture(path):
            yield path


def _is_capture(path: Path) -> bool:
    try:
        with path.open("rb") as raw:
            stream = Inflated(raw)
            head = b""
            while len(head) < sniff.HEAD and (piece := stream.read()):
                head += piece
            return sniff.is_capture(head)
    except OSError:
        return False


def _first_time(path: Path) -> int:
    try:
        first = next(read(path, batch_packets=1), None)
    except CaptureError:
        return LATEST_NS
    return LATEST_NS if first is None else int(first.time_ns[0])


def _advice(path: Path) -> str:
    try:
        beside = [entry.name for entry in path.parent.iterdir()]
    except OSError:
        return f"Nor does the folder {path.parent}. Check the path." if not path.parent.exists() else "Check the path."
    if close := get_close_matches(path.name, beside, n=1):
        return f"Did you mean {path.parent / close[0]}?"
    return "Check the path."
