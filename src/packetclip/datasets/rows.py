"""Rows of the tables that labels come in: CSV by the names of its columns, compressed or not, with the line of each."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from packetclip.errors import CaptureError
from packetclip.wire.capture.compression import Inflated
from packetclip.wire.capture.raw import File
from packetclip.wire.capture.stream import opened
from packetclip.wire.records.lines import lines

__all__ = ["read_rows", "text_lines"]


def text_lines(path: Path) -> Iterator[str]:
    """The lines of a text file without their ends. What is not UTF-8 is read as Windows' code page 1252.

    Raises MissingCapture or CaptureError.
    """
    with opened(path, held="labels") as raw:
        try:
            stream = Inflated(File(raw))
        except OSError as error:
            raise CaptureError(f"{path} cannot be read: {error.strerror or error}. Check its permissions.") from error
        for number, line in enumerate(lines(stream), 1):
            if line is None:
                raise CaptureError(f"{path}, line {number} is longer than a megabyte. Is it a table of labels?")
            yield _text(line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line)
        if stream.damage:
            raise CaptureError(f"{path} ends early: {stream.damage}. Fetch it again.")


def read_rows(
    path: Path, columns: Mapping[str, Sequence[str]], remedy: str, optional: Sequence[str] = ()
) -> Iterator[tuple[int, dict[str, str]]]:
    """Line number, from 1, and the cells by column of each row in which one of them says something.

    ``columns`` gives the spellings that a header may have for each column; case and spaces around do not matter, and
    what is not asked for is not looked at. ``optional`` ones may be missing, and are then empty. ``remedy`` ends the
    sentence of an error: what to do.

    Raises MissingCapture, or CaptureError naming the line.
    """
    table = csv.reader(text_lines(path))
    try:
        header = [name.strip().lower() for name in next(table, [])]
        places = {name: _place(header, spellings) for name, spellings in columns.items()}
        if missing := [columns[name][0] for name, place in places.items() if place < 0 and name not in optional]:
            raise CaptureError(f"{path} has no column {', '.join(missing)}. {remedy}")
        last = max(places.values())
        for cells in table:
            if len(cells) <= last:
                if not any(cell.strip() for cell in cells):
                    continue
                raise CaptureError(f"{path}, line {table.line_num} has {len(cells)} of {len(header)} cells. {remedy}")
            row = {name: cells[place].strip() if place >= 0 else "" for name, place in places.items()}
            if any(row.values()):
                yield table.line_num, row
    except csv.Error as error:
        raise CaptureError(f"{path}, line {table.line_num} is not CSV: {error}. {remedy}") from error


def _place(header: Sequence[str], spellings: Sequence[str]) -> int:
    return next((header.index(name.lower()) for name in spellings if name.lower() in header), -1)


def _text(line: bytes) -> str:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return line.decode("cp1252", "replace")
