"""What the originator asked of DNS lately, in all and under one parent name."""

from __future__ import annotations

from typing import Any, Final

from numba import njit

from packetclip.wire.context import hosts
from packetclip.wire.context.header import is_odd_question, within
from packetclip.wire.context.memory import add, learn, mix, put, touch
from packetclip.wire.context.schema import Field, windowed

FIELDS: Final = (
    *windowed("dns_queries", "queries", "DNS queries of the originator"),
    *windowed("dns_new_names", "names", "names that the originator had not asked for in the last ten minutes"),
    *windowed("dns_failures", "responses", "DNS responses to the originator with an error code"),
    *windowed("dns_odd_types", "queries", "DNS queries of the originator of types that clients seldom ask"),
    *windowed("dns_server_queries", "queries", "DNS queries of anyone to this responder"),
    *windowed(
        "dns_server_names", "names", "names asked of this responder that nobody had asked it in the last ten minutes"
    ),
    *windowed("dns_server_failures", "responses", "DNS responses of this responder with an error code"),
    *windowed("zone_queries", "queries", "DNS queries of the originator under this name's last two labels"),
    *windowed("zone_names", "names", "new names of the originator under this name's last two labels"),
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


ZONE_QUERIES, ZONE_NAMES = range(2)
ZONE_SUMS = 2
# Numbers of a zone beside its sums: runs of count, mean, variance.
LENGTH, ENTROPY, LABEL, ODD, ANSWER = 0, 3, 6, 9, 12
ZONE_EXTRA = 15


@njit(cache=True, nogil=True)
def observe(
    row: Any,
    origs: Any,
    orig: int,
    resps: Any,
    resp: int,
    zones: Any,
    seen: Any,
    orig_key: Any,
    resp_key: Any,
    now: int,
) -> int:
    """Take a DNS message in; the slot of its zone."""
    zone, _ = touch(zones, mix(orig_key, row.dns_parent_hash), now)
    extra = zones.extra[zone]
    if row.dns_kind == 1:
        odd = is_odd_question(row.dns_qtype)
        add(origs, orig, hosts.QUERIES, 1.0)
        add(resps, resp, hosts.SERVER_QUERIES, 1.0)
        add(zones, zone, ZONE_QUERIES, 1.0)
        if odd:
            add(origs, orig, hosts.ODD_TYPES, 1.0)
        _, fresh = touch(seen, mix(orig_key, row.dns_name_hash), now)
        if fresh:
            add(origs, orig, hosts.NEW_NAMES, 1.0)
            add(zones, zone, ZONE_NAMES, 1.0)
        _, fresh = touch(seen, mix(row.dns_name_hash, resp_key), now)
        if fresh:
            add(resps, resp, hosts.SERVER_NAMES, 1.0)
        learn(extra, LENGTH, float(row.dns_name_length))
        learn(extra, ENTROPY, within(row.dns_entropy, 8.0))
        learn(extra, LABEL, float(row.dns_longest_label))
        learn(extra, ODD, 1.0 if odd else 0.0)
    else:
        if row.dns_rcode > 0:
            add(origs, orig, hosts.FAILURES, 1.0)
            add(resps, resp, hosts.SERVER_FAILURES, 1.0)
        learn(extra, ANSWER, float(max(row.payload_length, 0)))
    return int(zone)


@njit(cache=True, nogil=True)
def write(origs: Any, orig: int, resps: Any, resp: int, zones: Any, zone: int, out: Any, at: int) -> None:
    """Write FIELDS, in their order, to ``out[at:]``; ``zone`` is -1 outside DNS."""
    put(origs, orig, hosts.QUERIES, out, at)
    put(origs, orig, hosts.NEW_NAMES, out, at + 4)
    put(origs, orig, hosts.FAILURES, out, at + 8)
    put(origs, orig, hosts.ODD_TYPES, out, at + 12)
    put(resps, resp, hosts.SERVER_QUERIES, out, at + 16)
    put(resps, resp, hosts.SERVER_NAMES, out, at + 20)
    put(resps, resp, hosts.SERVER_FAILURES, out, at + 24)
    if zone < 0:
        for k in range(13):
            out[at + 28 + k] = 0.0
        return
    put(zones, zone, ZONE_QUERIES, out, at + 28)
    put(zones, zone, ZONE_NAMES, out, at + 32)
    extra = zones.extra[zone]
    out[at + 36] = extra[LENGTH + 1]
    out[at + 37] = extra[ENTROPY + 1]
    out[at + 38] = extra[LABEL + 1]
    out[at + 39] = extra[ODD + 1]
    out[at + 40] = extra[ANSWER + 1]
