"""What the packet's own flow has done so far. The flow of an ICMP error is its own, not the one that it quotes."""

from __future__ import annotations

from typing import Any, Final

from numba import njit

from packetclip.wire.context.memory import learn, spread
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


# Numbers kept for each flow, beside its decaying sums (of which it has none).
GAP_SQUARES = 0
ORIG_COUNT = 1  # three numbers: count, mean, variance of the originator's payload sizes
RESP_COUNT = 4  # the same for the responder
UNFINISHED = 7
DRIBBLES = 8
IS_ESTABLISHED = 9
IS_ENDED = 10
IS_REJECTED = 11
EXTRA = 12

DRIBBLE_BYTES = 64
REQUEST_BYTES = 1000
"""A request this long may go on in the next segment without being slow."""


@njit(cache=True, nogil=True)
def learn_flow(row: Any, step: Any, extra: Any) -> int:
    """Take the packet in; +1 when a web request is left unfinished here, -1 when it comes to its end, else 0."""
    change = 0
    if step.gap_ns > 0:
        extra[GAP_SQUARES] += (step.gap_ns * 1e-9) ** 2
    if row.payload_length > 0:
        if step.is_orig == 1:
            learn(extra, ORIG_COUNT, float(row.payload_length))
            whole = row.payload_captured == row.payload_length
            if row.http_complete == 1:
                if extra[UNFINISHED] == 1.0:
                    change = -1
                extra[UNFINISHED] = 0.0
                extra[DRIBBLES] = 0.0
            elif row.http_method > 0 and whole and row.payload_length < REQUEST_BYTES:
                if extra[UNFINISHED] == 0.0:
                    change = 1
                extra[UNFINISHED] = 1.0
            elif extra[UNFINISHED] == 1.0 and row.payload_length <= DRIBBLE_BYTES:
                extra[DRIBBLES] += 1.0
        else:
            learn(extra, RESP_COUNT, float(row.payload_length))
            if extra[UNFINISHED] == 1.0:
                change = -1
            extra[UNFINISHED] = 0.0
            extra[DRIBBLES] = 0.0
    if step.event & ESTABLISHED:
        extra[IS_ESTABLISHED] = 1.0
    if step.event & REJECTED:
        extra[IS_REJECTED] = 1.0
    if step.event & (CLOSED | RESET | REJECTED) and extra[UNFINISHED] == 1.0:
        extra[UNFINISHED] = 0.0
        change -= 1
    return change


@njit(cache=True, nogil=True)
def write(step: Any, extra: Any, out: Any, at: int) -> None:
    """Write FIELDS, in their order, to ``out[at:]``."""
    age = max(step.age_ns, 0) * 1e-9
    number = max(step.number, 1)
    gaps = number - 1
    sent, received = float(max(step.orig_bytes, 0)), float(max(step.resp_bytes, 0))
    out[at] = number
    out[at + 1] = max(step.orig_pkts, 0)
    out[at + 2] = max(step.resp_pkts, 0)
    out[at + 3] = sent
    out[at + 4] = received
    out[at + 5] = sent / (sent + received) if sent + received > 0.0 else 0.5
    out[at + 6] = age
    out[at + 7] = max(step.gap_ns, 0) * 1e-9
    mean = age / gaps if gaps > 0 else 0.0
    out[at + 8] = mean
    if gaps > 1 and mean > 0.0:
        variance = extra[GAP_SQUARES] / gaps - mean * mean
        out[at + 9] = max(variance, 0.0) ** 0.5 / mean
    else:
        out[at + 9] = 0.0
    out[at + 10] = gaps / max(age, 1e-3) if gaps > 0 else 0.0
    out[at + 11] = extra[ORIG_COUNT + 1]
    out[at + 12] = extra[RESP_COUNT + 1]
    out[at + 13] = spread(extra, ORIG_COUNT)
    out[at + 14] = step.orig_pkts > 0 and step.resp_pkts > 0
    out[at + 15] = extra[IS_ESTABLISHED]
    out[at + 16] = extra[IS_REJECTED]
    out[at + 17] = extra[IS_ENDED]
    out[at + 18] = extra[UNFINISHED]
    out[at + 19] = extra[DRIBBLES]
