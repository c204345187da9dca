"""What the originator did lately with one port of one responder, and what everyone did there."""

from __future__ import annotations

from typing import Any, Final

from numba import njit

from packetclip.wire.context.memory import learn, put, put_excess, spread
from packetclip.wire.context.schema import Field, windowed

SERVICE: Final = (
    *windowed("service_flows", "flows", "flows that the originator began with this port of the responder"),
    *windowed(
        "service_short_flows",
        "flows",
        "of those, connections that ended and had carried payload both ways, less than 5,000 bytes each",
    ),
    *windowed("service_login_refused", "replies", "logins that the service refused in words (FTP and mail replies)"),
    *windowed("service_requests", "requests", "web requests to this service"),
    *windowed(
        "service_new_targets", "requests", "of those, for a method and path not asked for in the last ten minutes"
    ),
    *windowed("service_http_errors", "responses", "web responses of this service with a status of 400 or above"),
    Field(
        "service_open",
        "flows",
        "connections to this service that were established and not seen to end",
    ),
    Field(
        "service_flow_orig_bytes",
        "bytes",
        "mean payload of the originator in a flow that ended (weighted, recent flows count more)",
        "0 before one ended",
    ),
    Field("service_flow_resp_bytes", "bytes", "mean payload of the responder in such a flow", "0 before one ended"),
    Field(
        "service_flow_size_cv",
        "ratio",
        "spread of the payload a flow over its mean: near 0 when every flow is alike",
        "0 before two ended",
    ),
    Field(
        "service_start_gap_mean_s",
        "seconds",
        "mean time between starts of flows to this service",
        "0 before two starts",
    ),
    Field(
        "service_start_gap_cv",
        "ratio",
        "spread of those times over their mean: near 0 when starts are regular",
        "0 before three starts",
    ),
    Field("service_starts", "flows", "flows begun with this service since it was first seen"),
    Field(
        "service_call_gap_mean_s",
        "seconds",
        "mean time between calls: payload of the originator after a second or more of its silence, "
        "in any flow to this service",
        "0 before two calls",
    ),
    Field(
        "service_call_gap_cv",
        "ratio",
        "spread of those times over their mean: near 0 when calls are regular",
        "0 before three calls",
    ),
    Field("service_calls", "calls", "such calls since the service was first seen"),
    Field(
        "service_call_size_cv",
        "ratio",
        "spread of the first payload of a call over its mean: near 0 when calls are alike",
        "0 before two calls",
    ),
)
TARGET: Final = (
    *windowed("target_pkts", "packets", "packets that anyone sent to this port of the responder"),
    *windowed("target_bytes", "bytes", "payload bytes that anyone sent to this port of the responder"),
    *windowed("target_flows", "flows", "flows that anyone began with this port of the responder"),
    *windowed(
        "target_peers", "hosts", "originators that had not used this port of the responder in the last ten minutes"
    ),
    *windowed("target_half_open", "flows", "connection requests to this port less handshakes that ended"),
    Field("target_open", "flows", "connections of anyone to this port that were established and not seen to end"),
    Field(
        "target_unfinished", "flows", "connections of anyone to this port whose web request has begun and has no end"
    ),
)
FIELDS: Final = (*SERVICE, *TARGET)


FLOWS, SHORT_FLOWS, LOGIN_REFUSED, REQUESTS, NEW_TARGETS, HTTP_ERRORS = range(6)
SERVICE_SUMS = 6
# Numbers of a service beside its sums; runs of three are count, mean, variance.
OPEN = 0
ORIG_BYTES = 1
RESP_BYTES = 4
FLOW_BYTES = 7
START_GAP = 10
LAST_START_NS = 13
STARTS = 14
CALL_GAP = 15
CALL_SIZE = 18
LAST_CALL_NS = 21
LAST_DATA_NS = 22
CALLS = 23
SERVICE_EXTRA = 24

PKTS, BYTES, T_FLOWS, PEERS, SYNS, OPENED = range(6)
TARGET_SUMS = 6
T_OPEN = 0
T_UNFINISHED = 1
TARGET_EXTRA = 2

SHORT_BYTES = 5000
CALL_SILENCE_NS = 1_000_000_000
"""Payload after this much silence of the originator begins a call."""


@njit(cache=True, nogil=True)
def learn_start(extra: Any, now: int) -> None:
    """A flow to the service begins."""
    extra[STARTS] += 1.0
    if extra[STARTS] > 1.0:
        learn(extra, START_GAP, max(now - extra[LAST_START_NS], 0.0) * 1e-9)
    extra[LAST_START_NS] = now


@njit(cache=True, nogil=True)
def learn_end(extra: Any, orig_bytes: float, resp_bytes: float) -> None:
    """A flow to the service ends."""
    learn(extra, ORIG_BYTES, orig_bytes)
    learn(extra, RESP_BYTES, resp_bytes)
    learn(extra, FLOW_BYTES, orig_bytes + resp_bytes)


@njit(cache=True, nogil=True)
def learn_call(extra: Any, now: int, payload: int) -> None:
    """The originator sends payload."""
    if extra[CALLS] == 0.0 or now - extra[LAST_DATA_NS] >= CALL_SILENCE_NS:
        extra[CALLS] += 1.0
        if extra[CALLS] > 1.0:
            learn(extra, CALL_GAP, max(now - extra[LAST_CALL_NS], 0.0) * 1e-9)
        learn(extra, CALL_SIZE, float(payload))
        extra[LAST_CALL_NS] = now
    extra[LAST_DATA_NS] = now


@njit(cache=True, nogil=True)
def write(services: Any, service: int, targets: Any, target: int, out: Any, at: int) -> None:
    """Write FIELDS, in their order, to ``out[at:]``."""
    for k in range(SERVICE_SUMS):
        put(services, service, k, out, at + 4 * k)
    extra = services.extra[service]
    out[at + 24] = max(extra[OPEN], 0.0)
    out[at + 25] = extra[ORIG_BYTES + 1]
    out[at + 26] = extra[RESP_BYTES + 1]
    out[at + 27] = spread(extra, FLOW_BYTES)
    out[at + 28] = extra[START_GAP + 1]
    out[at + 29] = spread(extra, START_GAP)
    out[at + 30] = extra[STARTS]
    out[at + 31] = extra[CALL_GAP + 1]
    out[at + 32] = spread(extra, CALL_GAP)
    out[at + 33] = extra[CALLS]
    out[at + 34] = spread(extra, CALL_SIZE)
    put(targets, target, PKTS, out, at + 35)
    put(targets, target, BYTES, out, at + 39)
    put(targets, target, T_FLOWS, out, at + 43)
    put(targets, target, PEERS, out, at + 47)
    put_excess(targets, target, SYNS, OPENED, out, at + 51)
    out[at + 55] = max(targets.extra[target, T_OPEN], 0.0)
    out[at + 56] = max(targets.extra[target, T_UNFINISHED], 0.0)
