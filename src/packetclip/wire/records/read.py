"""Reading a log of flow records: a file, compressed or not, or standard input."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any, Final

import orjson

from packetclip.errors import CaptureError, EmptyCapture, NotACapture
from packetclip.ledger import Ledger
from packetclip.wire.capture import STDIN
from packetclip.wire.capture.compression import Inflated
from packetclip.wire.capture.raw import File
from packetclip.wire.capture.stream import opened
from packetclip.wire.records import eve, zeek
from packetclip.wire.records.faults import DROPS, NOT_A_FLOW, Dropped
from packetclip.wire.records.lines import lines
from packetclip.wire.records.record import Record
from packetclip.wire.records.table import RecordTable, table_of
from packetclip.wire.records.values import Values

BATCH: Final = 8192


def read(source: str | Path, ledger: Ledger | None = None, batch_records: int = BATCH) -> Iterator[RecordTable]:
    """The flows of ``source`` in file order, in batches of at most ``batch_records``.

    ``source`` is a path, or "-" for standard input; Zeek's and Suricata's lines may even be mixed. Memory does not grow
    with the source. Every line that is neither blank nor a comment is a record: it is counted in ``ledger.packets``,
    and then as scored when a flow that was yielded holds it, or as dropped by its reason. The first line that should
    have held a flow and did not stands in a warning.

    Raises MissingCapture, EmptyCapture, NotACapture or another CaptureError; the latter two only after the last line
    when it takes that long to see that there is nothing to read.
    """
    ledger = Ledger() if ledger is None else ledger
    ledger.unit, ledger.verb = "record", "told"
    name = "standard input" if source == STDIN else os.fspath(source)
    with nullcontext(sys.stdin.buffer) if source == STDIN else opened(source, held="logs") as raw:
        try:
            stream = Inflated(File(raw))
        except OSError as error:
            raise CaptureError(f"{name} cannot be read: {error.strerror or error}.") from error
        if stream.empty:
            raise EmptyCapture(f"{name} is empty: it holds no bytes. Name another file.")
        log = _Log(name, ledger)
        waiting: list[Record] = []
        for record in log.records(lines(stream)):
            waiting.append(record)
            if len(waiting) >= batch_records:
                yield _batch(waiting, ledger)
                waiting = []
        if waiting:
            yield _batch(waiting, ledger)
        if stream.damage:
            ledger.warn(f"{name} was read in part: {stream.damage}. The {log.flows:,} flows before that were read.")
        log.close()


def _batch(records: list[Record], ledger: Ledger) -> RecordTable:
    ledger.score(sum(record.lines for record in records))
    return table_of(records)


class _Log:
    """Goes through the lines of one source, with what earlier lines said of later ones."""

    def __init__(self, name: str, ledger: Ledger) -> None:
        self.flows = 0
        self._name = name
        self._ledger = ledger
        self._header = zeek.Header()
        self._values = Values()
        self._netflow = eve.Netflow()
        self._events: Counter[str] = Counter()
        self._fault: tuple[int, str] | None = None
        self._faults = 0
        self._known = False
        """Whether any line was one that Zeek or Suricata write."""

    def records(self, found: Iterable[bytes | None]) -> Iterator[Record]:
        """Flows of the lines, in the order in which they are complete."""
        for number, line in enumerate(found, 1):
            if line is not None and (not line.strip() or self._is_header(line, number)):
                continue
            self._ledger.read(1)
            try:
                flows = self._parsed(line)
            except Dropped as dropped:
                reason = str(dropped)
                self._ledger.drop(reason)
                if reason != NOT_A_FLOW:
                    self._faults += 1
                    self._fault = self._fault or (number, reason)
                continue
            self.flows += len(flows)
            yield from flows
        rest = self._netflow.rest()
        self.flows += len(rest)
        yield from rest

    def close(self) -> None:
        """What the ledger must hear after the last line. Raises NotACapture when no line was one of ours."""
        for weird, n in self._values.weird.items():
            self._ledger.note(weird, n)
        if not self._known and self._faults:
            raise NotACapture(
                f"{self._name} holds no flow records: no line is one of Zeek's conn.log or of Suricata's eve.json. "
                "Name another file."
            )
        if self._fault:
            number, reason = self._fault
            others = f" Nor did {self._faults - 1:,} more, for this or another reason." if self._faults > 1 else ""
            self._ledger.warn(f"{self._name}: line {number} gave no flow: it {DROPS[reason]}.{others}")
        if self._events and not self.flows:
            self._ledger.warn(
                f"{self._name} holds no flow: its events are {', '.join(sorted(self._events)[:5])}. "
                "Let Suricata write flow or netflow under outputs, eve-log, types."
            )

    def _is_header(self, line: bytes, number: int) -> bool:
        if line.startswith(b"#"):
            self._header.read(line)
            self._known = True
            if self._header.fields and not self._header.is_conn and not self.flows:
                raise NotACapture(
                    f"{self._name} is Zeek's {self._header.path} log, and flows stand in conn.log. Name that."
                    if self._header.path != zeek.PATH
                    else f"{self._name} is a Zeek log without the columns {', '.join(sorted(zeek.COLUMNS))}. "
                    "Name a conn.log."
                )
            return True
        if number == 1 and line.startswith(b"ts\tuid\t"):
            self._header.name_columns(line)
            self._known = True
            return True
        return False

    def _parsed(self, line: bytes | None) -> list[Record]:
        if line is None:
            raise Dropped("long_line")
        if not line.lstrip().startswith(b"{"):
            return [zeek.record_of(zeek.row_of(line, self._header), self._values)]
        try:
            row: Any = orjson.loads(line)
        except orjson.JSONDecodeError as error:
            raise Dropped("not_json") from error
        if eve.is_event(row):
            self._known = True
            if len(self._events) < 100:
                self._events[row["event_type"][:40]] += 1
            return eve.records_of(row, self._values, self._netflow)
        if zeek.is_conn(row):
            self._known = True
            return [zeek.record_of(row, self._values)]
        self._known = self._known or "_path" in row
        raise Dropped(NOT_A_FLOW)
