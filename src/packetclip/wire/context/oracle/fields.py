"""From what is remembered to fields by name."""

from __future__ import annotations

import math
from collections.abc import Iterator
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Final

from packetclip.wire.context.catalogue import FIELDS
from packetclip.wire.context.oracle.memory import SECOND, Entity
from packetclip.wire.context.oracle.roles import Roles, Row, address
from packetclip.wire.context.schema import WINDOWS_S, window_name

Values = dict[str, float]

NOT_PUBLIC: Final = tuple(
    ip_network(text)
    for text in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
        "192.168.0.0/16", "224.0.0.0/3", "::/127", "fc00::/7", "fe80::/10", "ff00::/8",
    )
)  # fmt: skip
GROUPS: Final = tuple(ip_network(text) for text in ("224.0.0.0/4", "255.255.255.255/32", "ff00::/8"))
WEB_PORTS: Final = {80, 443, 8000, 8080, 8443, 8888}
MAIL_PORTS: Final = {25, 110, 143, 465, 587, 993, 995}
COMMON_QUESTIONS: Final = {1, 2, 6, 12, 28, 33, 64, 65}
LOGIN_REFUSALS: Final = {421, 430, 454, 530, 535}


def within(value: int, networks: tuple[IPv4Network | IPv6Network, ...]) -> bool:
    """Whether an address lies in a network of its own family."""
    v4 = value >> 32 == 0xFFFF
    plain = value & 0xFFFFFFFF if v4 else value
    return any(
        net.version == (4 if v4 else 6) and int(net[0]) <= plain <= int(net.broadcast_address) for net in networks
    )


def odd_flags(row: Row) -> bool:
    """TCP flags that no stack sends."""
    if row["protocol"] != 6 or row["fragment_offset"] or not row["payload_start"]:
        return False
    fin, syn, rst, psh, ack, urg = (bool(row["tcp_flags"] >> bit & 1) for bit in range(6))
    alone = not (syn or rst or psh or ack or urg)
    return alone or (syn and fin) or (syn and rst) or (fin and psh and urg and not ack)


def windows_of(name: str) -> Iterator[str]:
    """The names of a windowed field."""
    return (window_name(name, window) for window in WINDOWS_S)


def spread_out(name: str, values: list[float]) -> Values:
    """Four values as a windowed field."""
    return dict(zip(windows_of(name), values, strict=True))


def sums(prefix: str, entity: Entity, **fields: str) -> Values:
    """Windowed fields ``prefix_field`` from sums of the entity; "more-less" is a difference, at least 0."""
    values: Values = {}
    for name, source in fields.items():
        more, _, less = source.partition("-")
        taken = entity.sum(less) if less else [0.0] * len(WINDOWS_S)
        values |= spread_out(
            f"{prefix}_{name}", [max(a - b, 0.0) for a, b in zip(entity.sum(more), taken, strict=True)]
        )
    return values


def header_fields(row: Row, roles: Roles, from_orig: bool) -> Values:
    """What the packet's own headers say."""
    protocol, kind, port = row["protocol"], row["icmp_type"], roles.port
    tcp, udp, icmp = protocol == 6, protocol == 17, protocol in (1, 58)
    flags = row["tcp_flags"] if tcp else 0
    request = flags & 0x12 == 0x02
    v4 = protocol == 1
    echo, reply = icmp and kind == (8 if v4 else 128), icmp and kind == (0 if v4 else 129)
    unreachable = icmp and kind == (3 if v4 else 1)
    discovery = protocol == 58 and 130 <= kind <= 143
    source, target = address(row, "src"), address(row, "dst")
    families = {source >> 32 == 0xFFFF, target >> 32 == 0xFFFF}
    bits = 8 if families == {True} else 64
    values = {
        "from_orig": from_orig, "tcp": tcp, "udp": udp, "icmp": icmp, "arp": row["arp_operation"] > 0,
        "ipv6": row["ip_version"] == 6, "length": row["length"], "payload": max(row["payload_length"], 0),
        "syn": request, "synack": flags & 0x12 == 0x12, "ack": flags & 16, "fin": flags & 1, "rst": flags & 4,
        "psh": flags & 8, "urg": flags & 32, "ecn": flags & 192, "odd_flags": odd_flags(row),
        "bare_syn": request and row["tcp_options"] in (0, 1), "small_window": request and row["tcp_window"] <= 4096,
        "timestamps": row["tcp_options"] & 8, "fragment": row["fragment_offset"] or row["ip_flags"] & 2,
        "ip_options": row["ip_options"], "weird": row["weird"], "echo_request": echo, "echo_reply": reply,
        "unreachable": unreachable, "icmp_other": icmp and not (echo or reply or unreachable or discovery),
        "arp_request": row["arp_operation"] == 1, "arp_reply": row["arp_operation"] == 2,
        "to_group": within(target, GROUPS), "same_subnet": len(families) == 1 and source >> bits == target >> bits,
        "orig_public": not within(roles.orig, NOT_PUBLIC), "resp_public": not within(roles.resp, NOT_PUBLIC),
        "port_system": (tcp or udp) and port < 1024, "port_dynamic": (tcp or udp) and port >= 32768,
        "port_dns": (tcp or udp) and port == 53, "port_web": (tcp or udp) and port in WEB_PORTS,
        "port_ssh": tcp and port in (22, 2222), "port_telnet": tcp and port in (23, 2323),
        "port_ftp": tcp and port in (21, 2121), "port_mail": tcp and port in MAIL_PORTS,
        "dns_query": row["dns_kind"] == 1, "dns_response": row["dns_kind"] == 2,
        "dns_failed": row["dns_kind"] == 2 and row["dns_rcode"],
        "dns_odd_type": row["dns_kind"] and row["dns_qtype"] not in COMMON_QUESTIONS,
        "dns_name": row["dns_name_length"], "dns_labels": row["dns_labels"],
        "dns_longest_label": row["dns_longest_label"], "dns_entropy": row["dns_entropy"],
        "dns_digits": row["dns_digits"], "dns_answers": row["dns_answers"],
        "tls_handshake": row["tls_type"] == 22, "tls_data": row["tls_type"] == 23,
        "http_request": row["http_method"], "http_success": 0 < row["http_status"] < 400,
        "http_error": row["http_status"] >= 400, "login_refused": row["reply_code"] in LOGIN_REFUSALS,
        "ssh_banner": row["ssh_banner"],
    }  # fmt: skip
    units = {f.name: f.unit for f in FIELDS}
    named = {f"packet_{name}": value for name, value in values.items()}
    return {name: float(bool(value) if units[name] == "flag" else value) for name, value in named.items()}


def flow_fields(flow: Entity, step: Row) -> Values:
    """What the packet's own flow has done so far."""
    gaps, age = step["number"] - 1, step["age_ns"] / SECOND
    sent, received = step["orig_bytes"], step["resp_bytes"]
    mean = age / gaps if gaps else 0.0
    square = flow.times["gap_squares"] / SECOND**2
    return {
        "flow_pkts": step["number"],
        "flow_orig_pkts": step["orig_pkts"],
        "flow_resp_pkts": step["resp_pkts"],
        "flow_orig_bytes": sent,
        "flow_resp_bytes": received,
        "flow_orig_share": share(sent, received),
        "flow_age_s": age,
        "flow_gap_s": max(step["gap_ns"], 0) / SECOND,
        "flow_gap_mean_s": mean,
        "flow_gap_cv": math.sqrt(max(square / gaps - mean**2, 0)) / mean if gaps > 1 and mean else 0.0,
        "flow_rate": gaps / max(age, 0.001),
        "flow_orig_size_mean": flow.mean("orig_size").mean,
        "flow_resp_size_mean": flow.mean("resp_size").mean,
        "flow_orig_size_cv": flow.mean("orig_size").spread,
        "flow_answered": step["orig_pkts"] > 0 and step["resp_pkts"] > 0,
        "flow_established": flow.number("established"),
        "flow_rejected": flow.number("rejected"),
        "flow_closed": flow.number("ended"),
        "flow_unfinished_request": flow.number("unfinished"),
        "flow_dribbles": flow.number("dribbles"),
    }


def share(sent: float, received: float) -> float:
    """0.5 of nothing."""
    return sent / (sent + received) if sent + received else 0.5


def originator_fields(orig: Entity) -> Values:
    """What the originator did lately with everyone."""
    return sums(
        "orig", orig, pkts="orig_pkts", bytes="orig_bytes", replies="resp_pkts", flows="flows", peers="peers",
        services="services", refused="refused", unanswered="flows-answered", syns="syns", odd_probes="odd_probes",
        echoes="echoes", unsolicited="unsolicited",
    )  # fmt: skip


def responder_fields(resp: Entity) -> Values:
    """What everyone did lately with the responder."""
    return sums(
        "resp", resp, pkts="orig_pkts", bytes="orig_bytes", replies="resp_pkts", flows="flows", peers="peers",
        services="ports", refused="refused", unanswered="flows-answered", half_open="syns-opened", echoes="echoes",
    )  # fmt: skip


def pair_fields(pair: Entity, now: int) -> Values:
    """What the originator did lately with the responder."""
    values = sums(
        "pair", pair, orig_pkts="orig_pkts", resp_pkts="resp_pkts", orig_bytes="orig_bytes", resp_bytes="resp_bytes",
        flows="flows", ports="ports", refused="refused", unanswered="flows-answered",
    )  # fmt: skip
    values["pair_age_s"] = max(now - pair.first, 0) / SECOND
    minute = WINDOWS_S.index(60.0)
    values["pair_orig_share"] = share(pair.sum("orig_bytes")[minute], pair.sum("resp_bytes")[minute])
    return values


def service_fields(service: Entity) -> Values:
    """What the originator did lately with one port of the responder."""
    values = sums(
        "service", service, flows="flows", short_flows="short_flows", login_refused="login_refused",
        requests="requests", new_targets="new_targets", http_errors="http_errors",
    )  # fmt: skip
    return values | {
        "service_open": max(service.number("open"), 0),
        "service_flow_orig_bytes": service.mean("orig_bytes").mean,
        "service_flow_resp_bytes": service.mean("resp_bytes").mean,
        "service_flow_size_cv": service.mean("flow_bytes").spread,
        "service_start_gap_mean_s": service.mean("start_gap").mean,
        "service_start_gap_cv": service.mean("start_gap").spread,
        "service_starts": service.number("starts"),
        "service_call_gap_mean_s": service.mean("call_gap").mean,
        "service_call_gap_cv": service.mean("call_gap").spread,
        "service_calls": service.number("calls"),
        "service_call_size_cv": service.mean("call_size").spread,
    }


def target_fields(target: Entity) -> Values:
    """What everyone did lately with one port of the responder."""
    values = sums(
        "target", target, pkts="orig_pkts", bytes="orig_bytes", flows="flows", peers="peers", half_open="syns-opened"
    )
    values["target_open"] = max(target.number("open"), 0)
    values["target_unfinished"] = max(target.number("unfinished"), 0)
    return values


def name_fields(orig: Entity, resp: Entity, zone: Entity | None) -> Values:
    """What was asked of DNS lately; ``zone`` is None outside DNS."""
    values = sums(
        "dns", orig, queries="queries", new_names="new_names", failures="failures", odd_types="odd_types"
    ) | sums("dns_server", resp, queries="queries", names="names", failures="failures")
    zone = zone or Entity(0, 0)
    return (
        values
        | sums("zone", zone, queries="queries", names="names")
        | {
            "zone_name_length": zone.mean("length").mean,
            "zone_name_entropy": zone.mean("entropy").mean,
            "zone_longest_label": zone.mean("label").mean,
            "zone_odd_share": zone.mean("odd").mean,
            "zone_answer_bytes": zone.mean("answer").mean,
        }
    )
