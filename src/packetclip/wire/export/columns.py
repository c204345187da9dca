"""The columns of a flow record: their names, their types in Zeek's logs, and what they mean."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from packetclip.wire.context import FIELDS
from packetclip.wire.export import kernel
from packetclip.wire.export.kernel import FLAGS, SERVICES
from packetclip.wire.flows import FlowTable
from packetclip.wire.packets.addresses import format_addresses, format_macs

Columns: TypeAlias = Mapping[str, NDArray[Any] | list[str]]
"""Columns of equal length by name. Times are datetime64[ns], NaT where unset; texts are "" where unset."""


class Column(NamedTuple):
    """One column: its name, its type as Zeek writes it, and what it means."""

    name: str
    type: str
    meaning: str


def _spread(name: str, kind: str, what: str) -> tuple[Column, ...]:
    return (
        Column(f"{name}_min", "count" if kind == "count" else "interval", f"smallest {what}; 0 without any"),
        Column(f"{name}_mean", "double" if kind == "count" else "interval", f"mean {what}"),
        Column(f"{name}_std", "double" if kind == "count" else "interval", f"sample standard deviation of {what}"),
        Column(f"{name}_max", "count" if kind == "count" else "interval", f"largest {what}"),
    )


CONTEXT: Final = (
    "orig_flows_60s", "orig_peers_60s", "orig_services_60s", "orig_refused_60s", "orig_unanswered_60s",
    "resp_flows_60s", "resp_peers_60s", "resp_half_open_60s", "pair_flows_60s", "pair_ports_60s",
    "service_flows_60s", "service_login_refused_60s",
)  # fmt: skip
"""Fields of docs/fields.md that are told of a flow's last packet: what its hosts did in the last minute."""

_SIDES: Final = (("orig", "the originator"), ("resp", "the responder"))

CONN: Final = (
    Column("ts", "time", "time of the first packet"),
    Column("uid", "string", "C and the number of the flow, 0-based in order of first packet"),
    Column("id.orig_h", "addr", "originator's address"),
    Column("id.orig_p", "port", "originator's port; ICMP: type of its message"),
    Column("id.resp_h", "addr", "responder's address"),
    Column("id.resp_p", "port", "responder's port; ICMP: type of the answer, or the code where nothing answers"),
    Column("proto", "enum", "tcp, udp, icmp (of either version), arp, sctp, ...; or unknown_transport"),
    Column("service", "string", "what the payload showed: dns, ssl, http, ssh, ftp, smtp; never told by port alone"),
    Column("duration", "interval", "seconds from the first packet to the latest"),
    Column("orig_bytes", "count", "payload bytes of the originator by the headers; retransmitted ones count again"),
    Column("resp_bytes", "count", "payload bytes of the responder, likewise"),
    Column("conn_state", "string", "Zeek's conn_state"),
    Column("local_orig", "bool", "the originator's address is neither globally routable nor a group"),
    Column("local_resp", "bool", "the responder's, likewise"),
    Column("history", "string", "Zeek's history, the first 16 letters"),
    Column("orig_pkts", "count", "packets of the originator"),
    Column("orig_ip_bytes", "count", "bytes of the originator from the IP header on"),
    Column("resp_pkts", "count", "packets of the responder"),
    Column("resp_ip_bytes", "count", "bytes of the responder from the IP header on"),
    Column("ip_proto", "count", "IP protocol number; 0 for ARP"),
    Column("vlan", "int", "outermost VLAN id of the first packet; unset without a tag"),
    Column("community_id", "string", "community id, version 1; unset for ARP"),
    Column("orig_l2_addr", "string", "originator's hardware address in the first packet; unset without one"),
    Column("resp_l2_addr", "string", "responder's"),
)
"""What Zeek's conn.log has, with its policies for VLANs, hardware addresses and the community id."""

COLUMNS: Final = (
    *CONN,
    Column("end_reason", "string", "what ended the flow: idle, fin, rst, evicted, reused; open at the capture's end"),
    Column("last", "time", "time of the latest packet"),
    *_spread("size", "count", "frame on the wire, bytes"),
    *_spread("iat", "interval", "gap between packets, seconds"),
    *(
        column
        for side, who in _SIDES
        for column in (
            Column(f"{side}_first", "time", f"time of the first packet of {who}; unset without one"),
            Column(f"{side}_last", "time", f"time of the latest packet of {who}"),
            Column(f"{side}_frame_bytes", "count", f"bytes of the frames of {who} on the wire"),
            *_spread(f"{side}_size", "count", f"frame of {who} on the wire, bytes"),
            *_spread(f"{side}_iat", "interval", f"gap between packets of {who}, seconds"),
            *(Column(f"{side}_{flag}", "count", f"TCP segments of {who} with {flag.upper()}") for flag in FLAGS),
        )
    ),
    *(
        Column(field.name, "double", f"at the last packet: {field.meaning}")
        for field in FIELDS
        if field.name in CONTEXT
    ),
)
"""All columns of a flow record, in order."""

PROTO_NAMES: Final = {
    1: "icmp", 2: "igmp", 4: "ipip", 6: "tcp", 17: "udp", 41: "ipv6", 47: "gre", 50: "esp", 51: "ah", 58: "icmp",
    88: "eigrp", 89: "ospf", 103: "pim", 112: "vrrp", 115: "l2tp", 132: "sctp",
}  # fmt: skip
"""Zeek's names where it has one, IANA's in lower case otherwise."""
_ARP: Final = 0x0806
_NS: Final = 1_000_000_000


def columns(table: FlowTable, statistics: NDArray[Any], context: NDArray[np.float32], names: list[str]) -> Columns:
    """Columns of M flows from their rows, STATISTIC (M,) and context (M, K) named by ``names``."""
    rows, stats = table.rows, statistics
    arp = (rows["ether_type"] == _ARP) & (rows["protocol"] == 0)
    told: dict[str, NDArray[Any] | list[str]] = {
        "ts": _times(rows["first_ns"]),
        "uid": [f"C{flow}" for flow in rows["flow"].tolist()],
        "id.orig_h": format_addresses(rows["orig_hi"], rows["orig_lo"]),
        "id.orig_p": rows["orig_port"],
        "id.resp_h": format_addresses(rows["resp_hi"], rows["resp_lo"]),
        "id.resp_p": rows["resp_port"],
        "proto": [
            "arp" if is_arp else PROTO_NAMES.get(number, "unknown_transport")
            for number, is_arp in zip(rows["protocol"].tolist(), arp.tolist(), strict=True)
        ],
        "service": [_SERVICE_TEXTS[bits] for bits in stats["services"].tolist()],
        "duration": (rows["last_ns"] - rows["first_ns"]) / _NS,
        "orig_bytes": rows["orig_bytes"],
        "resp_bytes": rows["resp_bytes"],
        "conn_state": table.conn_states(),
        "local_orig": _local(rows["orig_hi"], rows["orig_lo"]),
        "local_resp": _local(rows["resp_hi"], rows["resp_lo"]),
        "history": table.histories(),
        "orig_pkts": rows["orig_pkts"],
        "orig_ip_bytes": rows["orig_ip_bytes"],
        "resp_pkts": rows["resp_pkts"],
        "resp_ip_bytes": rows["resp_ip_bytes"],
        "ip_proto": rows["protocol"],
        "vlan": rows["vlan"],
        "community_id": table.community_ids(),
        "orig_l2_addr": _macs(stats["orig_mac"], stats["resp_mac"]),
        "resp_l2_addr": _macs(stats["resp_mac"], stats["orig_mac"]),
        "end_reason": table.end_reasons(),
        "last": _times(rows["last_ns"]),
    }
    told |= _sizes("size", *(_of_both(stats, part) for part in _SIZES))
    told |= _gaps("iat", *(stats[part] for part in _GAPS))
    for side, (name, _) in enumerate(_SIDES):
        seen = stats["pkts"][:, side] > 0
        told[f"{name}_first"] = _times(stats["first_ns"][:, side], seen)
        told[f"{name}_last"] = _times(stats["last_ns"][:, side], seen)
        told[f"{name}_frame_bytes"] = stats["size_sum"][:, side]
        told |= _sizes(f"{name}_size", *(stats[part][:, side] for part in _SIZES))
        told |= _gaps(f"{name}_iat", *(stats[f"side_{part}"][:, side] for part in _GAPS))
        for bit, flag in enumerate(FLAGS):
            told[f"{name}_{flag}"] = stats["flags"][:, side, bit]
    told |= {name: context[:, k] for k, name in enumerate(names)}
    return told


_SIZES: Final = ("pkts", "size_sum", "size_squares", "size_min", "size_max")
_GAPS: Final = ("gaps", "gap_mean", "gap_squares", "gap_min", "gap_max")
_SERVICE_TEXTS: Final = tuple(
    ",".join(name for bit, name in enumerate(SERVICES) if bits >> bit & 1) for bits in range(256)
)


def _times(time_ns: NDArray[np.int64], seen: NDArray[np.bool_] | None = None) -> NDArray[np.datetime64]:
    times = time_ns.astype("datetime64[ns]")
    if seen is not None:
        times[~seen] = np.datetime64("NaT")
    return times


def _macs(macs: NDArray[np.uint64], others: NDArray[np.uint64]) -> list[str]:
    # A link without addresses has 0 on both sides; one side alone may be 00:00:00:00:00:00.
    known = ((macs != 0) | (others != 0)).tolist()
    return [text if told else "" for text, told in zip(format_macs(macs), known, strict=True)]


def _local(hi: NDArray[np.uint64], lo: NDArray[np.uint64]) -> NDArray[np.bool_]:
    told = np.empty(len(hi), np.bool_)
    kernel.tell_local(np.ascontiguousarray(hi), np.ascontiguousarray(lo), told)
    return told


def _of_both(statistics: NDArray[Any], part: str) -> NDArray[Any]:
    sides = statistics[part]
    whole: NDArray[Any] = sides.min(1) if part == "size_min" else sides.max(1) if part == "size_max" else sides.sum(1)
    return whole


def _sizes(
    name: str, n: NDArray[Any], total: NDArray[Any], squares: NDArray[Any], least: NDArray[Any], most: NDArray[Any]
) -> dict[str, NDArray[Any]]:
    mean = total / np.maximum(n, 1)
    spread = np.maximum(squares - total * mean, 0.0) / np.maximum(n - 1, 1)
    return {
        f"{name}_min": np.where(n > 0, least, 0),
        f"{name}_mean": mean,
        f"{name}_std": np.sqrt(np.where(least < most, spread, 0.0)),
        f"{name}_max": most,
    }


def _gaps(
    name: str, n: NDArray[Any], mean: NDArray[Any], squares: NDArray[Any], least: NDArray[Any], most: NDArray[Any]
) -> dict[str, NDArray[Any]]:
    return {
        f"{name}_min": np.where(n > 0, least, 0) / _NS,
        f"{name}_mean": mean / _NS,
        f"{name}_std": np.sqrt(squares / np.maximum(n - 1, 1)) / _NS,
        f"{name}_max": most / _NS,
    }
