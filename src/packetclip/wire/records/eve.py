"""Suricata's EVE records of flows: ``flow``, one a flow, and ``netflow``, one a direction.

Fields: Suricata's user guide, "EVE JSON Format", and ``etc/schema.json`` in its sources. Bytes are those of whole
frames. Of netflow's two records the originator's is written first and both bear the same ``flow_id``; they become one
flow. A direction that was never seen has no record, so nothing is known of it.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from typing import Any, Final

from packetclip.wire.flows.icmp import COUNTERPART
from packetclip.wire.flows.states import (
    OTH,
    REJ,
    RSTO,
    RSTOS0,
    RSTR,
    RSTRH,
    S0,
    S1,
    S2,
    S3,
    SF,
    SH,
    SHR,
)
from packetclip.wire.records.apps import app_of
from packetclip.wire.records.faults import NOT_A_FLOW, Dropped
from packetclip.wire.records.protocols import ICMP, ICMPV6, TCP, UDP, WITH_PORTS, protocol_number
from packetclip.wire.records.record import UNKNOWN, Record
from packetclip.wire.records.values import Values, address, is_ipv6, time_ns

FIN, SYN, RST, ACK = 1, 2, 4, 16
WAITING: Final = 1 << 12
"""Netflow records that wait for the other direction; Suricata writes the two one after the other."""

_Key = tuple[str, tuple[int, int], tuple[int, int], int, int, int]


class Netflow:
    """Pairs the two directions of netflow records; the oldest of too many is given up as one-sided."""

    def __init__(self) -> None:
        self._waiting: OrderedDict[_Key, tuple[Record, int]] = OrderedDict()

    def take(self, record: Record, flow_id: str, flags: int) -> list[Record]:
        """Flows that are complete with this record."""
        back = (flow_id, record.resp, record.orig, record.resp_port, record.orig_port, record.protocol)
        if (found := self._waiting.pop(back, None)) is not None:
            return [_joined(*found, record, flags)]
        there = (flow_id, record.orig, record.resp, record.orig_port, record.resp_port, record.protocol)
        given_up = [self._waiting.pop(there)[0]] if there in self._waiting else []
        if len(self._waiting) >= WAITING:
            given_up.append(self._waiting.popitem(last=False)[1][0])
        self._waiting[there] = record, flags
        return given_up

    def rest(self) -> list[Record]:
        """What still waits at the end."""
        left = [record for record, _ in self._waiting.values()]
        self._waiting.clear()
        return left


def is_event(row: Mapping[str, Any]) -> bool:
    """Whether a JSON object is an EVE record of any kind."""
    return isinstance(row.get("event_type"), str) and "timestamp" in row


def records_of(row: Mapping[str, Any], values: Values, netflow: Netflow) -> list[Record]:
    """The flows that a record completes: one, or for netflow none or more. Raises Dropped."""
    kind = row.get("event_type")
    part = row.get(kind) if kind in ("flow", "netflow") else None
    if not isinstance(part, dict):
        raise Dropped(NOT_A_FLOW)
    tcp = row.get("tcp")
    tcp = tcp if isinstance(tcp, dict) else {}
    record = _ends(row, part, values)
    if kind == "netflow":
        record = record._replace(
            orig_pkts=values.packets(part.get("pkts")), orig_wire_bytes=values.count(part.get("bytes"))
        )
        flow_id = row.get("flow_id")
        flags = values.flags(tcp.get("tcp_flags"))
        return [record] if flow_id is None else netflow.take(record, str(flow_id), flags)
    orig_pkts, resp_pkts = values.packets(part.get("pkts_toserver")), values.packets(part.get("pkts_toclient"))
    to_server, to_client = values.flags(tcp.get("tcp_flags_ts")), values.flags(tcp.get("tcp_flags_tc"))
    reason = part.get("reason")
    return [
        record._replace(
            orig_pkts=orig_pkts,
            resp_pkts=resp_pkts,
            orig_wire_bytes=values.count(part.get("bytes_toserver")),
            resp_wire_bytes=values.count(part.get("bytes_toclient")),
            conn_state=conn_state(record.protocol, orig_pkts, resp_pkts, to_server, to_client),
            timed_out=UNKNOWN if reason is None else int(reason == "timeout" and part.get("state") != "closed"),
        )
    ]


def conn_state(protocol: int, orig_pkts: int, resp_pkts: int, to_server: int, to_client: int) -> int:
    """Zeek's state from the TCP flags that each side ever sent and the packets of each side; UNKNOWN without them.

    Flags tell what was sent, not in which order: where both sides sent FIN, a reset that came after is taken for what
    it mostly is, the end of a connection that had ended.
    """
    if orig_pkts == UNKNOWN or resp_pkts == UNKNOWN:
        return UNKNOWN
    if protocol == UDP:
        return (SF if resp_pkts else S0) if orig_pkts else (SHR if resp_pkts else OTH)
    if protocol != TCP:
        return OTH
    # A side that sent packets and has no flags was not followed.
    if (to_server == UNKNOWN and orig_pkts) or (to_client == UNKNOWN and resp_pkts):
        return UNKNOWN
    ours, theirs = max(to_server, 0), max(to_client, 0)
    asked, answered = bool(ours & SYN), bool(theirs & SYN)
    if ours & FIN and theirs & FIN:
        return SF
    if theirs & RST:
        return RSTR if answered and asked else RSTRH if answered else REJ if asked else RSTR
    if ours & RST:
        return RSTO if resp_pkts else RSTOS0 if asked else OTH
    if ours & FIN:
        return S2 if resp_pkts else SH
    if theirs & FIN:
        return S3 if orig_pkts else SHR
    if asked and answered:
        return S1
    return S0 if asked and not resp_pkts else OTH


def _ends(row: Mapping[str, Any], part: Mapping[str, Any], values: Values) -> Record:
    """What both kinds have in common."""
    orig, resp = address(row.get("src_ip")), address(row.get("dest_ip"))
    protocol = protocol_number(row.get("proto"), 0, ipv6=is_ipv6(resp))
    first = time_ns(part.get("start"))
    if protocol in (ICMP, ICMPV6):
        kind, code = values.count(row.get("icmp_type"), 255), values.count(row.get("icmp_code"), 255)
        answer = int(COUNTERPART[int(protocol == ICMPV6), kind]) if kind != UNKNOWN else UNKNOWN
        orig_port, resp_port = kind, code if answer < 0 else answer
    elif protocol in WITH_PORTS:
        orig_port, resp_port = values.port(row.get("src_port")), values.port(row.get("dest_port"))
    else:
        orig_port = resp_port = 0
    vlan = row.get("vlan")
    return Record(
        first,
        orig,
        resp,
        protocol,
        orig_port,
        resp_port,
        duration_ns=_duration(first, part.get("end")),
        app=app_of(values.text(row.get("app_proto"))),
        vlan=values.count(vlan[0] if isinstance(vlan, list) and vlan else None, 4095),
    )


def _duration(first: int, end: Any) -> int:
    if end is None:
        return UNKNOWN
    try:
        last = time_ns(end)
    except Dropped:
        return UNKNOWN
    return last - first if last >= first else UNKNOWN


def _joined(there: Record, flags: int, back: Record, back_flags: int) -> Record:
    return there._replace(
        duration_ns=max(there.duration_ns, back.duration_ns),
        resp_pkts=back.orig_pkts,
        resp_wire_bytes=back.orig_wire_bytes,
        conn_state=conn_state(there.protocol, there.orig_pkts, back.orig_pkts, flags, back_flags),
        app=there.app or back.app,
        lines=there.lines + back.lines,
    )
