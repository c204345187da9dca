"""From what the user names to the captures there are: files as they are, folders in the order of their times."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from itertools import groupby
from pathlib import Path
from typing import overload

from packetclip.errors import EmptyFolder, MissingCapture
from packetclip.wire.capture.endless import Follow, Live, Source
from packetclip.wire.capture.read import STDIN
from packetclip.wire.capture.series import captures, in_order, series_of

__all__ = ["several", "sources"]


def several(given: Source | Sequence[Source]) -> list[Source]:
    """What is given as one source or as several, as a list; the text of a path is one."""
    if isinstance(given, Sequence) and not isinstance(given, str):
        return list(given)
    return [given]


@overload
def sources(paths: Sequence[str]) -> Sequence[str]: ...
@overload
def sources(paths: Sequence[Source]) -> Sequence[str | Live | Follow]: ...
def sources(paths: Sequence[Source]) -> Sequence[str | Live | Follow]:
    """The sources that ``paths`` name, in their order; a folder stands for the captures in it and below it.

    A folder's captures are told by their first bytes and come in the order of their first packets' times (those
    without packets last), then of their names. So do files of one series that stand side by side, as a shell's
    ``office.pcap*`` gives them. Hidden files are left out. "-" and what is no path stay as they are.

    Raises MissingCapture for a path that does not exist, EmptyFolder for a folder without captures.
    """
    found: list[str | Live | Follow] = []
    for _, together in groupby(paths, key=_together):
        run = list(together)
        if len(run) > 1:
            found.extend(str(path) for path in sorted(map(Path, map(str, run)), key=in_order))
        else:
            found.extend(_named(run[0]))
    return found


def _together(source: Source) -> object:
    """Equal for files of one series, and for nothing else."""
    path = _path(source)
    return series_of(path) if path is not None and path.is_file() else object()


def _path(source: Source) -> Path | None:
    return Path(source) if isinstance(source, (str, Path)) and str(source) != STDIN else None


def _named(source: Source) -> Iterator[str | Live | Follow]:
    if isinstance(source, Follow) and not Path(source.path).exists():
        raise MissingCapture(f"{source.path} does not exist. {_advice(Path(source.path))}")
    path = _path(source)
    if path is None:
        yield str(source) if isinstance(source, Path) else source
    elif path.is_dir():
        folder = sorted(captures(path), key=in_order)
        if not folder:
            raise EmptyFolder(f"{path} holds no pcap or pcapng, plain or compressed. Name another folder.")
        yield from map(str, folder)
    elif path.exists():
        yield str(source)
    else:
        raise MissingCapture(f"{path} does not exist. {_advice(path)}")


def _advice(path: Path) -> str:
    try:
        beside = [entry.name for entry in path.parent.iterdir()]
    except OSError:
        return f"Nor does the folder {path.parent}. Check the path." if not path.parent.exists() else "Check the path."
    if close := get_close_matches(path.name, beside, n=1):
        return f"Did you mean {path.parent / close[0]}?"
    return "Check the path."
