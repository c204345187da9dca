"""What the originator, and the responder, did lately with everyone."""

from __future__ import annotations

from typing import Any, Final

from numba import njit

from packetclip.wire.context.memory import put_excess
from packetclip.wire.context.schema import Sum, fields_of, windowed

ORIGINATOR_SUMS: Final = (
    Sum("pkts", windowed("orig_pkts", "packets", "packets that the originator sent in flows it began")),
    Sum("bytes", windowed("orig_bytes", "bytes", "payload bytes that the originator sent in flows it began")),
    Sum("replies", windowed("orig_replies", "packets", "packets that came back to the originator in those flows")),
    Sum("flows", windowed("orig_flows", "flows", "flows that the originator began")),
    Sum(
        "peers",
        windowed("orig_peers", "hosts", "responders that the originator had not spoken to in the last ten minutes"),
    ),
    Sum(
        "services",
        windowed(
            "orig_services",
            "services",
            "pairs of responder and port that the originator had not tried in the last ten minutes",
        ),
    ),
    Sum(
        "refused",
        windowed("orig_refused", "flows", "flows of the originator that were refused (RST or ICMP unreachable)"),
    ),
    Sum(
        "answered",
        windowed("orig_unanswered", "flows", "flows that the originator began less those that were answered"),
    ),
    Sum("syns", windowed("orig_syns", "packets", "connection requests (SYN) that the originator sent")),
    Sum(
        "odd_probes",
        windowed("orig_odd_probes", "packets", "packets of the originator with TCP flags that no stack sends"),
    ),
    Sum("echoes", windowed("orig_echoes", "packets", "ICMP echo requests that the originator sent")),
    Sum(
        "unsolicited",
        windowed(
            "orig_unsolicited", "flows", "flows toward the originator that began with an answer nobody had asked for"
        ),
    ),
)
RESPONDER_SUMS: Final = (
    Sum("pkts", windowed("resp_pkts", "packets", "packets sent to the responder in flows that others began")),
    Sum("bytes", windowed("resp_bytes", "bytes", "payload bytes sent to the responder in flows that others began")),
    Sum("replies", windowed("resp_replies", "packets", "packets that the responder sent back")),
    Sum("flows", windowed("resp_flows", "flows", "flows that others began with the responder")),
    Sum(
        "peers",
        windowed("resp_peers", "hosts", "originators that had not spoken to the responder in the last ten minutes"),
    ),
    Sum(
        "ports",
        windowed("resp_services", "ports", "ports of the responder that nobody had tried in the last ten minutes"),
    ),
    Sum("refused", windowed("resp_refused", "flows", "flows that the responder refused")),
    Sum("answered", windowed("resp_unanswered", "flows", "flows begun with the responder less those that it answered")),
    Sum("syns", windowed("resp_half_open", "flows", "connection requests to the responder less handshakes that ended")),
    Sum("echoes", windowed("resp_echoes", "packets", "ICMP echo requests sent to the responder")),
)
OPENED: Final = (Sum("opened", ()),)
"""Handshakes with the responder that ended; no column shows them alone."""
ORIGINATOR: Final = fields_of(ORIGINATOR_SUMS)
RESPONDER: Final = fields_of(RESPONDER_SUMS)
FIELDS: Final = (*ORIGINATOR, *RESPONDER)


@njit(cache=True, nogil=True, forceinline=True)
def write(orig: Any, resp: Any, line: Any) -> None:
    """Write FIELDS."""
    line.originator = orig.originator
    put_excess(orig.flows, orig.answered, line.orig_unanswered)
    line.responder = resp.responder
    put_excess(resp.flows, resp.answered, line.resp_unanswered)
    put_excess(resp.syns, resp.opened, line.resp_half_open)
