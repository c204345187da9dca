"""What the originator asked of DNS lately, in all and under one parent name."""

from __future__ import annotations

from typing import Any, Final

from numba import njit

from packetclip.wire.context.header import is_odd_question, within
from packetclip.wire.context.memory import MEAN, add, entry, learn
from packetclip.wire.context.schema import Field, Sum, fields_of, windowed

ASKER_SUMS: Final = (
    Sum("queries", windowed("dns_queries", "queries", "DNS queries of the originator")),
    Sum(
        "new_names",
        windowed("dns_new_names", "names", "names that the originator had not asked for in the last ten minutes"),
    ),
    Sum("failures", windowed("dns_failures", "responses", "DNS responses to the originator with an error code")),
    Sum(
        "odd_types",
        windowed("dns_odd_types", "queries", "DNS queries of the originator of types that clients seldom ask"),
    ),
)
"""Kept of an originator."""
SERVER_SUMS: Final = (
    Sum("server_queries", windowed("dns_server_queries", "queries", "DNS queries of anyone to this responder")),
    Sum(
        "server_names",
        windowed(
            "dns_server_names",
            "names",
            "names asked of this responder that nobody had asked it in the last ten minutes",
        ),
    ),
    Sum(
        "server_failures",
        windowed("dns_server_failures", "responses", "DNS responses of this responder with an error code"),
    ),
)
"""Kept of a responder."""
ZONE_SUMS: Final = (
    Sum(
        "queries",
        windowed("zone_queries", "queries", "DNS queries of the originator under this name's last two labels"),
    ),
    Sum("names", windowed("zone_names", "names", "new names of the originator under this name's last two labels")),
)
"""Kept of an originator's queries under one parent name."""
ZONE_FIELDS: Final = (
    *fields_of(ZONE_SUMS),
    Field(
        "zone_name_length",
        "bytes",
        "mean length of names asked for under the parent (recent ones count more)",
        "0 outside DNS",
    ),
    Field("zone_name_entropy", "bits", "mean entropy of those names, bits a byte", "0 outside DNS", log=False),
    Field("zone_longest_label", "bytes", "mean length of the longest label of those names", "0 outside DNS"),
    Field("zone_odd_share", "share", "share of odd question types under the parent", "0 outside DNS", log=False),
    Field("zone_answer_bytes", "bytes", "mean payload of responses under the parent", "0 outside DNS"),
)

FIELDS: Final = (*fields_of(ASKER_SUMS), *fields_of(SERVER_SUMS), *ZONE_FIELDS)

ZONE: Final = entry({"zone": ZONE_SUMS}, running=["length", "entropy", "label", "odd", "answer"])


@njit(cache=True, nogil=True, forceinline=True)
def learn_question(row: Any, orig: Any, resp: Any, zone: Any, new_to_orig: bool, new_to_resp: bool) -> None:
    """Take a DNS query in."""
    odd = is_odd_question(row.dns_qtype)
    add(orig.queries, 1.0)
    add(resp.server_queries, 1.0)
    add(zone.queries, 1.0)
    if odd:
        add(orig.odd_types, 1.0)
    if new_to_orig:
        add(orig.new_names, 1.0)
        add(zone.names, 1.0)
    if new_to_resp:
        add(resp.server_names, 1.0)
    learn(zone.length, float(row.dns_name_length))
    learn(zone.entropy, within(row.dns_entropy, 8.0))
    learn(zone.label, float(row.dns_longest_label))
    learn(zone.odd, 1.0 if odd else 0.0)


@njit(cache=True, nogil=True, forceinline=True)
def learn_answer(row: Any, orig: Any, resp: Any, zone: Any) -> None:
    """Take a DNS response in."""
    if row.dns_rcode > 0:
        add(orig.failures, 1.0)
        add(resp.server_failures, 1.0)
    learn(zone.answer, float(max(row.payload_length, 0)))


@njit(cache=True, nogil=True, forceinline=True)
def write(orig: Any, resp: Any, line: Any) -> None:
    """Write FIELDS of originator and responder."""
    line.asker = orig.asker
    line.server = resp.server


@njit(cache=True, nogil=True, forceinline=True)
def write_zone(zone: Any, line: Any) -> None:
    """Write FIELDS of the zone."""
    line.zone = zone.zone
    line.zone_name_length = zone.length[MEAN]
    line.zone_name_entropy = zone.entropy[MEAN]
    line.zone_longest_label = zone.label[MEAN]
    line.zone_odd_share = zone.odd[MEAN]
    line.zone_answer_bytes = zone.answer[MEAN]


@njit(cache=True, nogil=True, forceinline=True)
def write_no_zone(line: Any) -> None:
    """Write FIELDS of a packet other than DNS."""
    for k in range(len(line.about_zone)):
        line.about_zone[k] = 0.0
