"""Flow records as columns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from packetclip.wire.flows import FLOW, FlowTable
from packetclip.wire.flows.states import CONN_STATES
from packetclip.wire.packets.batch import Column
from packetclip.wire.records.apps import APPS
from packetclip.wire.records.protocols import ICMP, ICMPV6, WITH_PORTS
from packetclip.wire.records.record import UNKNOWN, Record
from packetclip.wire.records.values import is_ipv6

__all__ = ["APPS", "RECORD", "RECORD_COLUMNS", "RecordTable", "gathered"]

NO_STATE: Final = 255
"""In column ``conn_state``: the record names none."""

RECORD_COLUMNS: Final = (
    Column("duration_ns", "i8", "from the first packet to the last; -1 when the record holds none"),
    Column("orig_wire_bytes", "i8", "whole frames of the originator (Suricata counts these); -1 when unknown"),
    Column("resp_wire_bytes", "i8", "whole frames of the responder, likewise"),
    Column("ports_known", "?", "whether the record holds what its protocol has for ports"),
    Column("app", "u1", "position in records.APPS: the application protocol that the record names; 0 without one"),
    Column("timed_out", "i1", "1: the flow was ended by its silence, 0: otherwise, -1: the record does not say"),
)
"""What stands beside the columns of a flow."""

RECORD: Final = np.dtype([*FLOW.descr, *((column.name, column.dtype) for column in RECORD_COLUMNS)])
"""One flow record: a FLOW, in which -1 in a count is what the record does not hold, and :data:`RECORD_COLUMNS`."""

_FAMILIES: Final = {False: 0x0800, True: 0x86DD}


@dataclass(frozen=True, slots=True, eq=False)
class RecordTable:
    """Flow records; ``table["orig_pkts"]`` is a column of shape (N,)."""

    rows: NDArray[Any]
    """(N,) of :data:`RECORD`."""

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, name: str) -> NDArray[Any]:
        return self.rows[name]

    def conn_states(self) -> list[str]:
        """Zeek's name of each flow's state; empty where the record holds none."""
        return ["" if state >= len(CONN_STATES) else CONN_STATES[state] for state in self.rows["conn_state"].tolist()]

    def community_ids(self) -> list[str]:
        """Community id, version 1, seed 0, of each flow; empty where ports are not known. Hashes: ask once."""
        ids = FlowTable(self.rows).community_ids()
        return [text if known else "" for text, known in zip(ids, self.rows["ports_known"].tolist(), strict=True)]

    def packets(self) -> NDArray[np.int64]:
        """(N,) packets both ways; -1 where one of them is not known."""
        orig, resp = self.rows["orig_pkts"].astype(np.int64), self.rows["resp_pkts"].astype(np.int64)
        return np.where((orig < 0) | (resp < 0), -1, orig + resp)


def table_of(records: Sequence[Record]) -> RecordTable:
    """Rows in the order of the records; ``flow`` counts them from 0."""
    rows = np.zeros(len(records), RECORD)
    if not records:
        return RecordTable(rows)
    columns = dict(zip(Record._fields, zip(*records, strict=True), strict=True))
    for name in _PLAIN:
        rows[name] = columns[name]
    for side in ("orig", "resp"):
        halves = np.array(columns[side], np.uint64)  # (N, 2)
        rows[f"{side}_hi"], rows[f"{side}_lo"] = halves[:, 0], halves[:, 1]
        rows[f"{side}_port"] = np.maximum(np.array(columns[f"{side}_port"], np.int64), 0)
    rows["flow"] = np.arange(len(records))
    rows["last_ns"] = rows["first_ns"] + np.maximum(rows["duration_ns"], 0)
    rows["ether_type"] = [_FAMILIES[is_ipv6(resp)] for resp in columns["resp"]]
    rows["conn_state"] = [NO_STATE if state == UNKNOWN else state for state in columns["conn_state"]]
    rows["history"] = [text.encode("ascii") for text in columns["history"]]
    rows["ports_known"] = [
        record.protocol not in _PORTED or (record.orig_port != UNKNOWN and record.resp_port != UNKNOWN)
        for record in records
    ]
    return RecordTable(rows)


def gathered(batches: Iterable[RecordTable]) -> RecordTable:
    """All batches as one table, in order of the flows' starts (then of their records); ``flow`` counts it anew."""
    parts = [batch.rows for batch in batches]
    rows = np.concatenate(parts) if parts else np.zeros(0, RECORD)
    rows = rows[np.argsort(rows["first_ns"], kind="stable")]
    rows["flow"] = np.arange(len(rows))
    return RecordTable(rows)


_PORTED: Final = WITH_PORTS | {ICMP, ICMPV6}
_PLAIN: Final = (
    "first_ns", "protocol", "duration_ns", "orig_pkts", "resp_pkts", "orig_bytes", "resp_bytes", "orig_ip_bytes",
    "resp_ip_bytes", "orig_wire_bytes", "resp_wire_bytes", "app", "timed_out", "vlan",
)  # fmt: skip
