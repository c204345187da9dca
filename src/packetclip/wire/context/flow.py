"""What the packet's own flow has done so far."""
from __future__ import annotations
from typing import Final
from packetclip.wire.context.schema import Field

FIELDS: Final = (
    Field("flow_pkts", "packets", "packets of the flow so far"),
    Field("flow_orig_pkts", "packets", "packets of the originator so far"),
    Field("flow_resp_pkts", "packets", "packets of the responder so far"),
    Field("flow_orig_bytes", "bytes", "payload bytes of the originator so far"),
    Field("flow_resp_bytes", "bytes", "payload bytes of the responder so far"),
    Field("flow_orig_share", "share", "originator's share of the flow's payload bytes", "0.5 before any payload", log=False),
    Field("flow_age_s", "seconds", "time since the flow's first packet"),
    Field("flow_gap_s", "seconds", "time since the flow's previous packet", "0 at the first packet"),
    Field("flow_gap_mean_s", "seconds", "mean gap between the flow's packets", "0 at the first packet"),
    Field("flow_gap_cv", "ratio", "standard deviation of those gaps over their mean", "0 before three packets"),
    Field("flow_rate", "packets/s", "packets a second since the flow began", "0 at the first packet"),
    Field("flow_orig_size_mean", "bytes", "mean payload of the originator's packets that carry any"),
    Field("flow_resp_size_mean", "bytes", "mean payload of the responder's packets that carry any"),
    Field("flow_orig_size_cv", "ratio", "spread of the originator's payload sizes over their mean"),
    Field("flow_answered", "flag", "both sides have spoken", log=False),
    Field("flow_established", "flag", "the TCP handshake has ended", log=False),
    Field("flow_rejected", "flag", "refused before it began: RST, or ICMP unreachable", log=False),
    Field("flow_closed", "flag", "both sides have ended the connection", log=False),
    Field("flow_unfinished_request", "flag", "the originator has begun a web request, its header has no end yet, and the responder has not answered", log=False),
    Field("flow_dribbles", "packets", "packets of at most 64 payload bytes that the originator added to an unfinished request"),
)
