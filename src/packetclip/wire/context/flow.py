"""What the packet's own flow has done so far. The flow of an ICMP error is its own, not the one that it quotes."""

from __future__ import annotations

from typing import Any, Final

from numba import njit

from packetclip.wire.context import roles
from packetclip.wire.context.memory import MEAN, entry, learn, spread
from packetclip.wire.context.schema import Field
from packetclip.wire.flows.steps import CLOSED, ESTABLISHED, REJECTED, RESET

FIELDS: Final = (
    Field("flow_pkts", "packets", "packets of the flow so far"),
    Field("flow_orig_pkts", "packets", "packets of the originator so far"),
    Field("flow_resp_pkts", "packets", "packets of the responder so far"),
    Field("flow_orig_bytes", "bytes", "payload bytes of the originator so far"),
    Field("flow_resp_bytes", "bytes", "payload bytes of the responder so far"),
    Field(
        "flow_orig_share",
        "share",
        "originator's share of the flow's payload bytes",
        "0.5 before any payload",
        log=False,
    ),
    Field("flow_age_s", "seconds", "time since the flow's first packet"),
    Field("flow_gap_s", "seconds", "time since the flow's previous packet", "0 at the first packet"),
    Field("flow_gap_mean_s", "seconds", "mean gap between the flow's packets", "0 at the first packet"),
    Field("flow_gap_cv", "ratio", "standard deviation of those gaps over their mean", "0 before three packets"),
    Field("flow_rate", "packets/s", "packets a second since the flow began", "0 at the first packet"),
    Field(
        "flow_orig_size_mean",
        "bytes",
        "mean payload of the originator's packets that carry any (recent count more)",
    ),
    Field("flow_resp_size_mean", "bytes", "mean payload of the responder's packets that carry any (recent count more)"),
    Field("flow_orig_size_cv", "ratio", "standard deviation of the originator's payload sizes over their mean"),
    Field("flow_answered", "flag", "both sides have spoken", log=False),
    Field("flow_established", "flag", "the TCP handshake has ended", log=False),
    Field(
        "flow_rejected",
        "flag",
        "refused before it began: RST, or ICMP unreachable; of an ICMP error: it refused the flow that it quotes",
        log=False,
    ),
    Field("flow_closed", "flag", "the connection has ended: FIN of both sides, or RST of one", log=False),
    Field(
        "flow_unfinished_request",
        "flag",
        "the originator has begun a web request, its header has no end yet, and the responder has not answered",
        log=False,
    ),
    Field(
        "flow_dribbles",
        "packets",
        "packets of at most 64 payload bytes that the originator added to an unfinished request",
    ),
)


FLOW: Final = entry(
    running=["orig_size", "resp_size"],
    numbers=["gap_squares", "unfinished", "dribbles", "is_established", "is_ended", "is_rejected"],
    words=roles.WORDS,
)

DRIBBLE_BYTES = 64
REQUEST_BYTES = 1000
"""A request this long may go on in the next segment without being slow."""


@njit(cache=True, nogil=True, forceinline=True)
def learn_flow(row: Any, step: Any, flow: Any) -> int:
    """Take the packet in; +1 when a web request is left unfinished here, -1 when it comes to its end, else 0."""
    change = 0
    if step.gap_ns > 0:
        flow.gap_squares += (step.gap_ns * 1e-9) ** 2
    if row.payload_length > 0:
        if step.is_orig == 1:
            learn(flow.orig_size, float(row.payload_length))
            whole = row.payload_captured == row.payload_length
            if row.http_complete == 1:
                if flow.unfinished == 1.0:
                    change = -1
                flow.unfinished = 0.0
                flow.dribbles = 0.0
            elif row.http_method > 0 and whole and row.payload_length < REQUEST_BYTES:
                if flow.unfinished == 0.0:
                    change = 1
                flow.unfinished = 1.0
            elif flow.unfinished == 1.0 and row.payload_length <= DRIBBLE_BYTES:
                flow.dribbles += 1.0
        else:
            learn(flow.resp_size, float(row.payload_length))
            if flow.unfinished == 1.0:
                change = -1
            flow.unfinished = 0.0
            flow.dribbles = 0.0
    if step.event & ESTABLISHED:
        flow.is_established = 1.0
    if step.event & REJECTED:
        flow.is_rejected = 1.0
    if step.event & (CLOSED | RESET | REJECTED) and flow.unfinished == 1.0:
        flow.unfinished = 0.0
        change -= 1
    return change


@njit(cache=True, nogil=True, forceinline=True)
def write(step: Any, flow: Any, line: Any) -> None:
    """Write FIELDS."""
    age = max(step.age_ns, 0) * 1e-9
    number = max(step.number, 1)
    gaps = number - 1
    sent, received = float(max(step.orig_bytes, 0)), float(max(step.resp_bytes, 0))
    line.flow_pkts = number
    line.flow_orig_pkts = max(step.orig_pkts, 0)
    line.flow_resp_pkts = max(step.resp_pkts, 0)
    line.flow_orig_bytes = sent
    line.flow_resp_bytes = received
    line.flow_orig_share = sent / (sent + received) if sent + received > 0.0 else 0.5
    line.flow_age_s = age
    line.flow_gap_s = max(step.gap_ns, 0) * 1e-9
    mean = age / gaps if gaps > 0 else 0.0
    line.flow_gap_mean_s = mean
    if gaps > 1 and mean > 0.0:
        variance = flow.gap_squares / gaps - mean * mean
        line.flow_gap_cv = max(variance, 0.0) ** 0.5 / mean
    else:
        line.flow_gap_cv = 0.0
    line.flow_rate = gaps / max(age, 1e-3) if gaps > 0 else 0.0
    line.flow_orig_size_mean = flow.orig_size[MEAN]
    line.flow_resp_size_mean = flow.resp_size[MEAN]
    line.flow_orig_size_cv = spread(flow.orig_size)
    line.flow_answered = step.orig_pkts > 0 and step.resp_pkts > 0
    line.flow_established = flow.is_established
    line.flow_rejected = flow.is_rejected
    line.flow_closed = flow.is_ended
    line.flow_unfinished_request = flow.unfinished
    line.flow_dribbles = flow.dribbles
