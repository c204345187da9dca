"""Measured values in a few words: ``982 new ports in 60 s``. What a field means in full stands in its ``meaning``."""

from __future__ import annotations

import re
from typing import Final

from packetclip.wire.context import FIELDS, POSITION, WINDOWS_S
from packetclip.wire.context.schema import window_name

FLAG: Final = "flag"
"""Unit of the fields that are 0 or 1: they have no number worth telling."""
SHARE: Final = "share"

WORDS: Final = {
    "packet_length": "{} bytes on the wire",
    "packet_payload": "{} bytes of payload",
    "packet_dns_name": "a name of {} bytes",
    "packet_dns_labels": "{} labels",
    "packet_dns_longest_label": "a label of {} bytes",
    "packet_dns_entropy": "{} bits a byte",
    "packet_dns_digits": "{} digits",
    "packet_dns_answers": "{} answer records",
    "flow_pkts": "{} packets in the flow",
    "flow_orig_pkts": "{} packets sent in the flow",
    "flow_resp_pkts": "{} packets back in the flow",
    "flow_orig_bytes": "{} bytes sent in the flow",
    "flow_resp_bytes": "{} bytes back in the flow",
    "flow_orig_share": "{} of the flow's bytes sent",
    "flow_age_s": "{} s since it began",
    "flow_gap_s": "{} s of silence",
    "flow_gap_mean_s": "{} s between packets",
    "flow_gap_cv": "spread {} of the mean gap",
    "flow_rate": "{} packets a second",
    "flow_orig_size_mean": "{} bytes a packet sent",
    "flow_resp_size_mean": "{} bytes a packet back",
    "flow_orig_size_cv": "spread {} of the mean size",
    "flow_dribbles": "{} small additions",
    "orig_pkts": "{} packets sent",
    "orig_bytes": "{} bytes sent",
    "orig_replies": "{} packets back",
    "orig_flows": "{} flows begun",
    "orig_peers": "{} new hosts",
    "orig_services": "{} new services",
    "orig_refused": "{} refused flows",
    "orig_unanswered": "{} unanswered flows",
    "orig_syns": "{} SYNs",
    "orig_odd_probes": "{} odd packets",
    "orig_echoes": "{} pings",
    "orig_unsolicited": "{} unasked flows",
    "resp_pkts": "{} packets received",
    "resp_bytes": "{} bytes received",
    "resp_replies": "{} packets back",
    "resp_flows": "{} flows received",
    "resp_peers": "{} new senders",
    "resp_services": "{} new ports",
    "resp_refused": "{} refused flows",
    "resp_unanswered": "{} unanswered flows",
    "resp_half_open": "{} half-open connections",
    "resp_echoes": "{} pings received",
    "pair_orig_pkts": "{} packets to this host",
    "pair_resp_pkts": "{} packets back",
    "pair_orig_bytes": "{} bytes to this host",
    "pair_resp_bytes": "{} bytes back",
    "pair_flows": "{} flows to this host",
    "pair_ports": "{} ports",
    "pair_refused": "{} refused flows",
    "pair_unanswered": "{} unanswered flows",
    "pair_age_s": "{} s since they first met",
    "pair_orig_share": "{} of the pair's bytes sent",
    "service_flows": "{} connections",
    "service_short_flows": "{} short connections",
    "service_login_refused": "{} refused logins",
    "service_requests": "{} requests",
    "service_new_targets": "{} new paths",
    "service_http_errors": "{} errors",
    "service_open": "{} open connections",
    "service_flow_orig_bytes": "{} bytes sent a flow",
    "service_flow_resp_bytes": "{} bytes back a flow",
    "service_flow_size_cv": "spread {} of the mean size",
    "service_start_gap_mean_s": "{} s between starts",
    "service_start_gap_cv": "spread {} of the mean gap",
    "service_starts": "{} connections so far",
    "service_call_gap_mean_s": "{} s between calls",
    "service_call_gap_cv": "spread {} of the mean gap",
    "service_calls": "{} calls so far",
    "service_call_size_cv": "spread {} of the mean size",
    "target_pkts": "{} packets to the port",
    "target_bytes": "{} bytes to the port",
    "target_flows": "{} flows to the port",
    "target_peers": "{} new clients",
    "target_half_open": "{} half-open connections",
    "target_open": "{} open connections",
    "target_unfinished": "{} unfinished requests",
    "dns_queries": "{} queries",
    "dns_new_names": "{} new names",
    "dns_failures": "{} failed answers",
    "dns_odd_types": "{} odd queries",
    "dns_server_queries": "{} queries received",
    "dns_server_names": "{} new names",
    "dns_server_failures": "{} failed answers",
    "zone_queries": "{} queries under the domain",
    "zone_names": "{} new names under the domain",
    "zone_name_length": "names of {} bytes",
    "zone_name_entropy": "{} bits a byte",
    "zone_longest_label": "labels of {} bytes",
    "zone_odd_share": "{} odd query types",
    "zone_answer_bytes": "{} bytes an answer",
    "arp_requests": "{} ARP requests",
    "arp_targets": "{} new addresses",
    "arp_replies": "{} ARP replies",
    "arp_unasked": "{} unasked replies",
    "arp_takeovers": "{} contested claims",
    "arp_claimed": "{} claimed addresses",
}
"""Field, without its window, to words; a field that is missing here is told by its unit."""

_WINDOWS: Final = {window: "10 min" if window == 600.0 else f"{window:.0f} s" for window in WINDOWS_S}
_ENDS: Final = "in|of|to|at|on|over|from|with|and|or|by|for|that|between|since|s"
"""Words that no counted noun stands behind."""
_ONE: Final = re.compile(rf"^(1 (?:(?!(?:{_ENDS})\b)[\w-]+ )*?)([\w-]*\w)s\b")
_SAME: Final = ("s", "u", "i")
"""A word on -ss, -us or -is is no plural."""


def measured(field: str, value: float) -> str:
    """A value of a context field: ``982 ports in 60 s``, ``87 % of the flow's bytes sent``."""
    base, window = split(field)
    unit = FIELDS[POSITION[field]].unit
    text = singular(WORDS.get(base, f"{{}} {unit}").format(amount(field, value)))
    return f"{text} in {_WINDOWS[window]}" if window else text


def amount(field: str, value: float) -> str:
    """The number alone; shares as per cent."""
    share = FIELDS[POSITION[field]].unit == SHARE
    return f"{value * 100.0:.0f} %" if share else number(value)


def split(field: str) -> tuple[str, float]:
    """``pair_ports_60s`` is (``pair_ports``, 60.0); 0.0 where the field has no window."""
    for window in WINDOWS_S:
        base = field.removesuffix(window_name("", window))
        if base != field:
            return base, window
    return field, 0.0


def number(value: float) -> str:
    """A measured value with no more digits than it deserves: ``0.03``, ``2.5``, ``17``, ``3,012``."""
    if abs(value) >= 9.95:
        return f"{value:,.0f}"
    return f"{value:.2g}"


def singular(text: str) -> str:
    """``1 short connections to`` is ``1 short connection to``; text that does not begin with a lone 1 stays.

    >>> singular("1 DNS queries in"), singular("1 packets"), singular("1 in 3 seconds"), singular("21 ports")
    ('1 DNS query in', '1 packet', '1 in 3 seconds', '21 ports')
    """
    match = _ONE.match(text)
    if match is None or match[2].endswith(_SAME):
        return text
    stem = match[2]
    if stem.endswith("ie"):
        stem = f"{stem[:-2]}y"
    elif stem.endswith(("sse", "she", "che", "xe")):
        stem = stem[:-1]
    return match[1] + stem + text[match.end() :]
