"""What is known of each flow record, by name; what its record does not hold is not there.

Names are those of the context's fields where the meaning is equal (`docs/fields.md`), of the whole flow instead of the
flow so far; :data:`OF_RECORDS` are those that only records have.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from packetclip.wire.flows.states import REJ, RSTO, RSTOS0, RSTR, RSTRH, S0, S1, S2, S3, SF, SH, SHR
from packetclip.wire.packets.addresses import is_group, is_public, same_subnet
from packetclip.wire.records.protocols import ICMP, ICMPV6, TCP, UDP
from packetclip.wire.records.recent import recent
from packetclip.wire.records.table import NO_STATE, RecordTable

OF_RECORDS: Final = {
    "record_conn_state": "position in flows.CONN_STATES",
    "record_app": "position in records.APPS",
    "record_timed_out": "1 when the flow was ended by its silence",
    "record_orig_wire_bytes": "whole frames of the originator",
    "record_resp_wire_bytes": "whole frames of the responder",
}
"""Facts that no context has, and what they mean."""

ANSWERED: Final = (S1, SF, REJ, S2, S3, RSTO, RSTR, RSTRH, SHR)
"""States that say that the responder has spoken."""
UNANSWERED: Final = (S0, RSTOS0, SH)
_SLICE: Final = 4096


def facts(table: RecordTable) -> Iterator[dict[str, float]]:
    """The facts of each record of a table in the order of their starts, every value finite and not negative."""
    answered, told = _answers(table)
    lately = recent(table, answered if told.all() else None)
    for at in range(0, len(table), _SLICE):
        part = RecordTable(table.rows[at : at + _SLICE])
        columns = _own(part, answered[at : at + _SLICE], told[at : at + _SLICE])
        columns |= {name: (values[at : at + _SLICE], None) for name, values in lately.items()}
        lists = [
            (name, values.tolist(), None if known is None else known.tolist())
            for name, (values, known) in columns.items()
        ]
        for i in range(len(part)):
            yield {name: float(values[i]) for name, values, known in lists if known is None or known[i]}


_Columns = dict[str, tuple[NDArray[Any], NDArray[np.bool_] | None]]
"""Name -> values (N,) and where they are known (None: everywhere)."""


def _answers(table: RecordTable) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """(N,) whether the responder has spoken, and where that is known."""
    state, back = table["conn_state"], table["resp_pkts"]
    answered = np.where(back >= 0, back > 0, np.isin(state, ANSWERED))
    return answered, (back >= 0) | np.isin(state, (*ANSWERED, *UNANSWERED))


def _own(table: RecordTable, answered: NDArray[np.bool_], told: NDArray[np.bool_]) -> _Columns:
    rows = table.rows
    protocol, state, port = rows["protocol"], rows["conn_state"], rows["resp_port"]
    tcp, udp = protocol == TCP, protocol == UDP
    timed, ports = rows["duration_ns"] >= 0, rows["ports_known"]
    columns: _Columns = {
        "packet_tcp": (tcp, None),
        "packet_udp": (udp, None),
        "packet_icmp": ((protocol == ICMP) | (protocol == ICMPV6), None),
        "packet_arp": (np.zeros(len(rows)), None),
        "packet_ipv6": (rows["ether_type"] == 0x86DD, None),
        "flow_age_s": (rows["duration_ns"] * 1e-9, timed),
        "flow_answered": (answered, told),
        "flow_rejected": (state == REJ, state != NO_STATE),
        "record_conn_state": (state, state != NO_STATE),
        "record_app": (rows["app"], rows["app"] > 0),
        "record_timed_out": (rows["timed_out"], rows["timed_out"] >= 0),
        "record_orig_wire_bytes": (rows["orig_wire_bytes"], rows["orig_wire_bytes"] >= 0),
        "record_resp_wire_bytes": (rows["resp_wire_bytes"], rows["resp_wire_bytes"] >= 0),
    }
    for name in ("orig_pkts", "resp_pkts", "orig_bytes", "resp_bytes"):
        columns[f"flow_{name}"] = rows[name], rows[name] >= 0
    packets = table.packets()
    columns["flow_pkts"] = packets, packets >= 0
    age = np.maximum(rows["duration_ns"] * 1e-9, 1e-3)
    columns["flow_rate"] = np.where(packets > 1, (packets - 1) / age, 0.0), (packets >= 0) & timed
    paid = rows["orig_bytes"] + rows["resp_bytes"]
    both = (rows["orig_bytes"] >= 0) & (rows["resp_bytes"] >= 0)
    columns["flow_orig_share"] = np.where(paid > 0, rows["orig_bytes"] / np.maximum(paid, 1), 0.5), both
    columns |= {name: (flag, ports) for name, flag in _port_flags(port, tcp, udp).items()}
    columns |= {name: (flag, None) for name, flag in _places(rows).items()}
    return columns


def _port_flags(
    port: NDArray[np.uint16], tcp: NDArray[np.bool_], udp: NDArray[np.bool_]
) -> dict[str, NDArray[np.bool_]]:
    """The port's class, as :mod:`packetclip.wire.context.header` has it."""
    ported = tcp | udp
    return {
        "packet_port_system": ported & (port < 1024),
        "packet_port_dynamic": ported & (port >= 32768),
        "packet_port_dns": ported & (port == 53),
        "packet_port_web": ported & np.isin(port, (80, 443, 8000, 8080, 8443, 8888)),
        "packet_port_ssh": tcp & np.isin(port, (22, 2222)),
        "packet_port_telnet": tcp & np.isin(port, (23, 2323)),
        "packet_port_ftp": tcp & np.isin(port, (21, 2121)),
        "packet_port_mail": tcp & np.isin(port, (25, 110, 143, 465, 587, 993, 995)),
    }


def _places(rows: NDArray[Any]) -> dict[str, NDArray[np.bool_]]:
    names = ("orig_hi", "orig_lo", "resp_hi", "resp_lo")
    ends = list(zip(*(rows[name] for name in names), strict=True))  # numpy scalars: these predicates want uint64
    return {
        "packet_to_group": np.array([is_group(*end[2:]) for end in ends], np.bool_),
        "packet_same_subnet": np.array([same_subnet(*end) for end in ends], np.bool_),
        "packet_orig_public": np.array([is_public(*end[:2]) for end in ends], np.bool_),
        "packet_resp_public": np.array([is_public(*end[2:]) for end in ends], np.bool_),
    }
