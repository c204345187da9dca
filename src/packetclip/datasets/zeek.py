"""Captures beside a conn.log of Zeek's that bears labels.

| | |
|---|---|
| source | your captures, or others', with the conn.log that Zeek made of each and a labeller wrote into |
| licence | the captures' |
| classes | Benign and what the logs name: the detailed label of malicious flows, else the label |
| form | captures in a folder or below it, each with NAME.conn.log beside it, or conn.log in its folder, zeek/ or bro/ |
| endings | the log may end in .labeled too, and be compressed; of several, the labelled one is read |
| columns | `label`, and if there `detailed-label` (also `detailedlabel`, `detailed_label`); TSV or JSON |
| dataset.toml | as for captures of your own; it may be left out |

Every packet of a conversation gets the label of the row whose time it falls in; packets that Zeek has no row for, and
those labelled Background or Unknown, are not scored. Labels: Benign and Normal are benign.

Known faults: files in which the last three columns are parted by spaces instead of tabs (IoT-23) are read as they
are meant. Zeek closes a connection before its last packets have passed: they bear a row of their own, or none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final, NamedTuple

import orjson

from packetclip.datasets.codes import classes_of, code_of, plain
from packetclip.datasets.folder import Description, bare, captures, describe, one_of
from packetclip.datasets.labelled import LabelledCapture
from packetclip.datasets.labels import BENIGN
from packetclip.datasets.rows import text_lines
from packetclip.datasets.spans import ROUNDED_NS, Conversations, Span
from packetclip.errors import CaptureError, MissingCapture
from packetclip.wire.records.faults import DROPS, Dropped
from packetclip.wire.records.protocols import protocol_number
from packetclip.wire.records.record import UNKNOWN
from packetclip.wire.records.values import Values, address, is_ipv6, time_ns
from packetclip.wire.records.zeek import Header

__all__ = ["ZeekLabelled", "ZeekRow", "label_by_zeek", "log_of", "zeek_rows"]

_DETAILED: Final = ("detailed-label", "detailedlabel", "detailed_label")
_FOLDERS: Final = (".", "zeek", "bro")


class ZeekRow(NamedTuple):
    """What is needed of a line."""

    line: int
    label: str
    """As this room writes labels; empty where nobody knows."""
    fields: Mapping[str, Any]


@dataclass(frozen=True)
class ZeekLabelled:
    """A folder of captures with labelled conn.logs."""

    folder: Path

    @cached_property
    def said(self) -> Description:
        """Its dataset.toml. Raises RecipeError."""
        return describe(self.folder)

    @cached_property
    def captures(self) -> dict[str, Path]:
        """By name. Raises MissingCapture, EmptyFolder, CaptureError."""
        return captures(self.folder, deep=True)

    @property
    def names(self) -> tuple[str, ...]:
        """All captures of the folder and below."""
        return tuple(self.captures)

    @cached_property
    def classes(self) -> tuple[str, ...]:
        """Benign and the attacks. Without a list in dataset.toml all logs are read for it. Raises CaptureError."""
        if self.said.classes:
            return BENIGN, *(name for name in self.said.classes if name != BENIGN)
        logs = sorted({log_of(source) for source in self.captures.values()})
        return classes_of(row.label for log in logs for row in zeek_rows(log))

    def capture(self, name: str) -> LabelledCapture:
        """One of them. Raises MissingCapture, CaptureError."""
        source = one_of(self.captures, name, self.folder)
        network = self.said.networks.get(name, self.said.network)
        return label_by_zeek(name, source, network, self.classes, self.said.rest_code)


def label_by_zeek(name: str, source: Path, network: str, classes: tuple[str, ...], rest: int) -> LabelledCapture:
    """A capture with the labels of the log beside it. Raises MissingCapture, CaptureError."""
    log = log_of(source)
    covered = Conversations.read(source).cover(_spans(log, classes), rest, ROUNDED_NS)
    if not covered.packets:
        raise CaptureError(f"No row of {log} covers a packet of {source}. Are they of the same capture?")
    return LabelledCapture(name, source, network, covered.classes, covered.episodes)


def log_of(source: Path) -> Path:
    """The conn.log of a capture, labelled ones first. Raises MissingCapture."""
    own = [path for path in source.parent.iterdir() if path.name.startswith(f"{bare(source)}.conn.log")]
    others = [
        path
        for folder in _FOLDERS
        if (source.parent / folder).is_dir()
        for path in (source.parent / folder).iterdir()
        if path.name.startswith("conn.log")
    ]
    for found in (own, others):
        if found:
            return min(found, key=lambda path: ("label" not in path.name, path.as_posix()))
    raise MissingCapture(
        f"{source} has no conn.log. Put {bare(source)}.conn.log beside it, or conn.log into its folder, zeek/ or bro/."
    )


def zeek_rows(log: Path) -> Iterator[ZeekRow]:
    """The rows of a labelled conn.log. Raises MissingCapture, or CaptureError naming the line."""
    header = Header()
    for number, line in enumerate(text_lines(log), 1):
        if line.startswith("#"):
            header.read(line.encode())
        elif line.startswith("{"):
            yield _row(log, number, _object(log, number, line))
        elif line.strip():
            yield _row(log, number, _cells(log, number, line, header))


def _object(log: Path, number: int, line: str) -> dict[str, Any]:
    try:
        row: Any = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise CaptureError(f"{log}, line {number} is not JSON: {error}. Write the log again.") from error
    if not isinstance(row, dict):
        raise CaptureError(f"{log}, line {number} is no JSON object. Write the log again.")
    ends = row.get("id")
    nested = {f"id.{name}": value for name, value in ends.items()} if isinstance(ends, dict) else {}
    return {**row, **nested}


def _cells(log: Path, number: int, line: str, header: Header) -> dict[str, str]:
    separator = header.separator.decode("latin-1")
    names, cells = list(header.fields), line.split(separator)
    if not names:
        raise CaptureError(f"{log}, line {number} comes before any line of #fields. Let Zeek write its header.")
    if len(names) == len(cells) and " " in names[-1]:
        names = [*names[:-1], *names[-1].split()]
        cells = [*cells[:-1], *cells[-1].split()]
    if len(names) != len(cells):
        raise CaptureError(f"{log}, line {number} has {len(cells)} of {len(names)} columns. Write the log again.")
    return {name: cell for name, cell in zip(names, cells, strict=True) if cell not in header.unset}


def _row(log: Path, number: int, fields: Mapping[str, Any]) -> ZeekRow:
    label = plain(str(fields.get("label", "")))
    detailed = next((plain(str(fields[name])) for name in _DETAILED if name in fields), "")
    if label in ("", BENIGN):
        return ZeekRow(number, label, fields)
    # IoT-23 writes both Malicious and malicious.
    return ZeekRow(number, detailed or (label.capitalize() if label.islower() else label), fields)


def _spans(log: Path, classes: tuple[str, ...]) -> Iterator[Span]:
    values = Values()
    labelled = False
    for row in zeek_rows(log):
        labelled = labelled or "label" in row.fields
        try:
            first = time_ns(row.fields.get("ts"))
            src, dst = address(row.fields.get("id.orig_h")), address(row.fields.get("id.resp_h"))
            protocol = protocol_number(row.fields.get("proto"), UNKNOWN, is_ipv6(dst))
            code = code_of(row.label, classes)
        except Dropped as dropped:
            raise CaptureError(f"{log}, line {row.line}: it {DROPS[str(dropped)]}. Write the log again.") from None
        except ValueError:
            raise CaptureError(
                f"{log}, line {row.line} has the label {row.label!r}, which is none of {', '.join(classes)}. "
                "List the classes in dataset.toml, or correct the label."
            ) from None
        ports = [max(values.port(row.fields.get(name)), 0) for name in ("id.orig_p", "id.resp_p")]
        last = first + max(values.duration(row.fields.get("duration")), 0)
        yield Span(src, dst, ports[0], ports[1], protocol, first, last, code)
    if not labelled:
        raise CaptureError(f"{log} has no labels: no row has a column label. Label it, or name the log that is.")
