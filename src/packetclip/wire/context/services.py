"""What the originator did lately with one port of one responder, and what everyone did there."""

from __future__ import annotations

from typing import Any, Final

from numba import njit

from packetclip.wire.context.memory import MEAN, entry, learn, put_excess, spread
from packetclip.wire.context.schema import Field, Sum, fields_of, windowed

SERVICE_SUMS: Final = (
    Sum("flows", windowed("service_flows", "flows", "flows that the originator began with this port of the responder")),
    Sum(
        "short_flows",
        windowed(
            "service_short_flows",
            "flows",
            "of those, connections that ended and had carried payload both ways, less than 5,000 bytes each",
        ),
    ),
    Sum(
        "login_refused",
        windowed("service_login_refused", "replies", "logins that the service refused in words (FTP and mail replies)"),
    ),
    Sum("requests", windowed("service_requests", "requests", "web requests to this service")),
    Sum(
        "new_targets",
        windowed(
            "service_new_targets", "requests", "of those, for a method and path not asked for in the last ten minutes"
        ),
    ),
    Sum(
        "http_errors",
        windowed("service_http_errors", "responses", "web responses of this service with a status of 400 or above"),
    ),
)
TARGET_SUMS: Final = (
    Sum("pkts", windowed("target_pkts", "packets", "packets that anyone sent to this port of the responder")),
    Sum("bytes", windowed("target_bytes", "bytes", "payload bytes that anyone sent to this port of the responder")),
    Sum("flows", windowed("target_flows", "flows", "flows that anyone began with this port of the responder")),
    Sum(
        "peers",
        windowed(
            "target_peers", "hosts", "originators that had not used this port of the responder in the last ten minutes"
        ),
    ),
    Sum("syns", windowed("target_half_open", "flows", "connection requests to this port less handshakes that ended")),
)
OPENED: Final = (Sum("opened", ()),)
"""Handshakes that ended at the port; no column shows them alone."""
SERVICE: Final = (
    *fields_of(SERVICE_SUMS),
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
    *fields_of(TARGET_SUMS),
    Field("target_open", "flows", "connections of anyone to this port that were established and not seen to end"),
    Field(
        "target_unfinished", "flows", "connections of anyone to this port whose web request has begun and has no end"
    ),
)
FIELDS: Final = (*SERVICE, *TARGET)

# Kept of a service and of a target.
OF_SERVICE: Final = entry(
    {"service": SERVICE_SUMS},
    running=["orig_bytes", "resp_bytes", "flow_bytes", "start_gap", "call_gap", "call_size"],
    numbers=["open", "starts", "last_start_ns", "calls", "last_call_ns", "last_data_ns"],
)
OF_TARGET: Final = entry({"target": TARGET_SUMS, "handshakes": OPENED}, numbers=["open", "unfinished"])

SHORT_BYTES = 5000
CALL_SILENCE_NS = 1_000_000_000
"""Payload after this much silence of the originator begins a call."""


@njit(cache=True, nogil=True, forceinline=True)
def learn_start(service: Any, now: int) -> None:
    """A flow to the service begins."""
    service.starts += 1.0
    if service.starts > 1.0:
        learn(service.start_gap, max(now - service.last_start_ns, 0.0) * 1e-9)
    service.last_start_ns = now


@njit(cache=True, nogil=True, forceinline=True)
def learn_end(service: Any, orig_bytes: float, resp_bytes: float) -> None:
    """A flow to the service ends."""
    learn(service.orig_bytes, orig_bytes)
    learn(service.resp_bytes, resp_bytes)
    learn(service.flow_bytes, orig_bytes + resp_bytes)


@njit(cache=True, nogil=True, forceinline=True)
def learn_call(service: Any, now: int, payload: int) -> None:
    """The originator sends payload."""
    if service.calls == 0.0 or now - service.last_data_ns >= CALL_SILENCE_NS:
        service.calls += 1.0
        if service.calls > 1.0:
            learn(service.call_gap, max(now - service.last_call_ns, 0.0) * 1e-9)
        learn(service.call_size, float(payload))
        service.last_call_ns = now
    service.last_data_ns = now


@njit(cache=True, nogil=True, forceinline=True)
def write(service: Any, target: Any, line: Any) -> None:
    """Write FIELDS."""
    line.service = service.service
    line.service_open = max(service.open, 0.0)
    line.service_flow_orig_bytes = service.orig_bytes[MEAN]
    line.service_flow_resp_bytes = service.resp_bytes[MEAN]
    line.service_flow_size_cv = spread(service.flow_bytes)
    line.service_start_gap_mean_s = service.start_gap[MEAN]
    line.service_start_gap_cv = spread(service.start_gap)
    line.service_starts = service.starts
    line.service_call_gap_mean_s = service.call_gap[MEAN]
    line.service_call_gap_cv = spread(service.call_gap)
    line.service_calls = service.calls
    line.service_call_size_cv = spread(service.call_size)
    line.target = target.target
    put_excess(target.syns, target.opened, line.target_half_open)
    line.target_open = max(target.open, 0.0)
    line.target_unfinished = max(target.unfinished, 0.0)
