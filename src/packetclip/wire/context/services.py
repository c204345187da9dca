"""What the originator did lately with one port of one responder, and what everyone did there."""
from __future__ import annotations
from typing import Final
from packetclip.wire.context.schema import Field, windowed

SERVICE: Final = (
    *windowed("service_flows", "flows", "flows that the originator began with this port of the responder"),
    *windowed("service_short_flows", "flows", "of those, connections that were answered, carried payload and ended (or gave way to the next) with less than 5,000 payload bytes each way"),
    *windowed("service_login_refused", "replies", "logins that the service refused in words (FTP and mail replies)"),
    *windowed("service_requests", "requests", "web requests to this service"),
    *windowed("service_new_targets", "requests", "of those, for a method and path not asked for in the last ten minutes"),
    *windowed("service_http_errors", "responses", "web responses of this service with a status of 400 or above"),
    Field("service_open", "flows", "connections to this service that are established and not ended"),
    Field("service_flow_orig_bytes", "bytes", "mean payload of the originator in a flow that ended (weighted, recent flows count more)", "0 before one ended"),
    Field("service_flow_resp_bytes", "bytes", "mean payload of the responder in a flow that ended", "0 before one ended"),
    Field("service_flow_size_cv", "ratio", "spread of the payload a flow over its mean: near 0 when every flow is alike", "0 before two ended"),
    Field("service_start_gap_mean_s", "seconds", "mean time between starts of flows to this service", "0 before two starts"),
    Field("service_start_gap_cv", "ratio", "spread of those times over their mean: near 0 when starts are regular", "0 before three starts"),
    Field("service_starts", "flows", "flows begun with this service since it was first seen"),
    Field("service_call_gap_mean_s", "seconds", "mean time between calls: payload of the originator after a second or more of its silence, in any flow to this service", "0 before two calls"),
    Field("service_call_gap_cv", "ratio", "spread of those times over their mean: near 0 when calls are regular", "0 before three calls"),
    Field("service_calls", "calls", "such calls since the service was first seen"),
    Field("service_call_size_cv", "ratio", "spread of the first payload of a call over its mean: near 0 when calls are alike", "0 before two calls"),
)
TARGET: Final = (
    *windowed("target_pkts", "packets", "packets that anyone sent to this port of the responder"),
    *windowed("target_bytes", "bytes", "payload bytes that anyone sent to this port of the responder"),
    *windowed("target_flows", "flows", "flows that anyone began with this port of the responder"),
    *windowed("target_peers", "hosts", "originators that had not used this port of the responder in the last ten minutes"),
    *windowed("target_half_open", "flows", "connection requests to this port less handshakes that ended"),
    Field("target_open", "flows", "connections of anyone to this port that are established and not ended"),
    Field("target_unfinished", "flows", "connections of anyone to this port whose web request has begun and has no end"),
)
FIELDS: Final = (*SERVICE, *TARGET)
