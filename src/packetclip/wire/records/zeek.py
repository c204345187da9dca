"""Zeek's conn.log, as the ASCII writer leaves it: columns under a header, or a JSON object a line.

Fields: ``base/protocols/conn/main.zeek``; header and escapes: ``base/frameworks/logging/writers/ascii.zeek``. A field
that a log does not have, or has as ``-``, is unknown. Zeek leaves out the duration and the payload bytes of flows
without duration.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from packetclip.wire.flows.states import CONN_STATES, HISTORY_LENGTH
from packetclip.wire.records.apps import app_of
from packetclip.wire.records.faults import NOT_A_FLOW, Dropped
from packetclip.wire.records.protocols import ICMP, ICMPV6, protocol_number
from packetclip.wire.records.record import UNKNOWN, Record
from packetclip.wire.records.values import Values, address, is_ipv6, time_ns

PATH: Final = "conn"
COLUMNS: Final = frozenset({"ts", "id.orig_h", "id.resp_h", "proto"})
"""Without these a log is no conn.log."""
_STATES: Final = {name: position for position, name in enumerate(CONN_STATES)}
_HISTORY: Final = re.compile(r"[A-Za-z^]*")
_ESCAPED: Final = re.compile(rb"\\x([0-9A-Fa-f]{2})")


class Header:
    """What the lines that begin with ``#`` say; a rotated log that was joined to another says it anew."""

    def __init__(self) -> None:
        self.separator = b"\t"
        self.unset = frozenset({"-", "(empty)"})
        self.path = PATH
        """Name of the log stream; logs without ``#path`` are taken for conn.log by their columns."""
        self.fields: tuple[str, ...] = ()

    def read(self, line: bytes) -> None:
        """Take in a line that begins with ``#``; what it does not know (``#types``, ``#open``, ``#close``) it skips."""
        name, _, value = line.partition(b" ") if line.startswith(b"#separator") else line.partition(self.separator)
        match name:
            case b"#separator":
                self.separator = _unescaped(value) or b"\t"
                self.unset = frozenset({"-", "(empty)"})
                self.path, self.fields = PATH, ()
            case b"#unset_field" | b"#empty_field":
                self.unset |= {value.decode("utf-8", "replace")}
            case b"#path":
                self.path = value.decode("utf-8", "replace")
            case b"#fields":
                self.name_columns(value)

    def name_columns(self, line: bytes) -> None:
        """Take the names of the columns, ``ts`` first."""
        self.fields = tuple(line.decode("utf-8", "replace").split(self.separator.decode("latin-1")))

    @property
    def is_conn(self) -> bool:
        """Whether the columns are those of flows."""
        return self.path.startswith(PATH) and self.fields != () and set(self.fields) >= COLUMNS


def row_of(line: bytes, header: Header) -> dict[str, str]:
    """A line's fields by name, those that are set. Raises Dropped."""
    if not header.fields:
        raise Dropped("no_header")
    if not header.is_conn:
        raise Dropped(NOT_A_FLOW)
    found = line.split(header.separator)
    if len(found) != len(header.fields):
        raise Dropped("wrong_columns")
    texts = (text.decode("utf-8", "replace") for text in found)
    return {name: text for name, text in zip(header.fields, texts, strict=True) if text not in header.unset}


def is_conn(row: Mapping[str, Any]) -> bool:
    """Whether a JSON object is one of Zeek's flows."""
    named = row.get("_path", PATH)
    whole = isinstance(row.get("id"), dict) or "id.orig_h" in row
    return named == PATH and whole and "ts" in row and "proto" in row


def record_of(row: Mapping[str, Any], values: Values) -> Record:
    """One flow from its fields by name (``id.orig_h``, or ``id`` with ``orig_h`` in it). Raises Dropped."""
    nested = row.get("id")
    ends = {f"id.{name}": value for name, value in nested.items()} if isinstance(nested, dict) else row
    first = time_ns(row.get("ts"))
    orig, resp = address(ends.get("id.orig_h")), address(ends.get("id.resp_h"))
    protocol = protocol_number(row.get("proto"), values.count(row.get("ip_proto"), 255), ipv6=is_ipv6(resp))
    state, history = values.text(row.get("conn_state")), values.text(row.get("history"))
    orig_port, resp_port = values.port(ends.get("id.orig_p")), values.port(ends.get("id.resp_p"))
    if protocol in (ICMP, ICMPV6) and (orig_port > 255 or resp_port > 255):
        orig_port = resp_port = UNKNOWN  # types and codes are bytes
    return Record(
        first,
        orig,
        resp,
        protocol,
        orig_port,
        resp_port,
        duration_ns=values.duration(row.get("duration")),
        orig_pkts=values.packets(row.get("orig_pkts")),
        resp_pkts=values.packets(row.get("resp_pkts")),
        orig_bytes=values.count(row.get("orig_bytes")),
        resp_bytes=values.count(row.get("resp_bytes")),
        orig_ip_bytes=values.count(row.get("orig_ip_bytes")),
        resp_ip_bytes=values.count(row.get("resp_ip_bytes")),
        conn_state=_STATES.get(state, UNKNOWN),
        app=app_of(values.text(row.get("service"))),
        vlan=values.count(row.get("vlan"), 4095),
        history=history[:HISTORY_LENGTH] if _HISTORY.fullmatch(history) else "",
    )


def _unescaped(text: bytes) -> bytes:
    return _ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), text)
