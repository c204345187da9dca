"""What the originator, and the responder, did lately with everyone."""

from __future__ import annotations

from typing import Any, Final

from numba import njit

from packetclip.wire.context.memory import put, put_excess
from packetclip.wire.context.schema import windowed

ORIGINATOR: Final = (
    *windowed("orig_pkts", "packets", "packets that the originator sent in flows it began"),
    *windowed("orig_bytes", "bytes", "payload bytes that the originator sent in flows it began"),
    *windowed("orig_replies", "packets", "packets that came back to the originator in those flows"),
    *windowed("orig_flows", "flows", "flows that the originator began"),
    *windowed("orig_peers", "hosts", "responders that the originator had not spoken to in the last ten minutes"),
    *windowed(
        "orig_services",
        "services",
        "pairs of responder and port that the originator had not tried in the last ten minutes",
    ),
    *windowed("orig_refused", "flows", "flows of the originator that were refused (RST or ICMP unreachable)"),
    *windowed("orig_unanswered", "flows", "flows that the originator began less those that were answered"),
    *windowed("orig_syns", "packets", "connection requests (SYN) that the originator sent"),
    *windowed("orig_odd_probes", "packets", "packets of the originator with TCP flags that no stack sends"),
    *windowed("orig_echoes", "packets", "ICMP echo requests that the originator sent"),
    *windowed(
        "orig_unsolicited", "flows", "flows toward the originator that began with an answer nobody had asked for"
    ),
)
RESPONDER: Final = (
    *windowed("resp_pkts", "packets", "packets sent to the responder in flows that others began"),
    *windowed("resp_bytes", "bytes", "payload bytes sent to the responder in flows that others began"),
    *windowed("resp_replies", "packets", "packets that the responder sent back"),
    *windowed("resp_flows", "flows", "flows that others began with the responder"),
    *windowed("resp_peers", "hosts", "originators that had not spoken to the responder in the last ten minutes"),
    *windowed("resp_services", "ports", "ports of the responder that nobody had tried in the last ten minutes"),
    *windowed("resp_refused", "flows", "flows that the responder refused"),
    *windowed("resp_unanswered", "flows", "flows begun with the responder less those that it answered"),
    *windowed("resp_half_open", "flows", "connection requests to the responder less handshakes that ended"),
    *windowed("resp_echoes", "packets", "ICMP echo requests sent to the responder"),
)
FIELDS: Final = (*ORIGINATOR, *RESPONDER)


# Sums of an originator; names.py adds its own after them.
PKTS, BYTES, REPLIES, FLOWS, PEERS, SERVICES, REFUSED, ANSWERED, SYNS, ODD_PROBES, ECHOES, UNSOLICITED = range(12)
QUERIES, NEW_NAMES, FAILURES, ODD_TYPES = range(12, 16)
ORIG_SUMS = 16

# Sums of a responder; names.py adds its own after them.
TO_PKTS, TO_BYTES, FROM_PKTS, TO_FLOWS, TO_PEERS, TO_PORTS, TO_REFUSED, TO_ANSWERED, TO_SYNS, TO_OPENED, TO_ECHOES = (
    range(11)
)
SERVER_QUERIES, SERVER_NAMES, SERVER_FAILURES = range(11, 14)
RESP_SUMS = 14


@njit(cache=True, nogil=True)
def write(origs: Any, orig: int, resps: Any, resp: int, out: Any, at: int) -> None:
    """Write FIELDS, in their order, to ``out[at:]``."""
    put(origs, orig, PKTS, out, at)
    put(origs, orig, BYTES, out, at + 4)
    put(origs, orig, REPLIES, out, at + 8)
    put(origs, orig, FLOWS, out, at + 12)
    put(origs, orig, PEERS, out, at + 16)
    put(origs, orig, SERVICES, out, at + 20)
    put(origs, orig, REFUSED, out, at + 24)
    put_excess(origs, orig, FLOWS, ANSWERED, out, at + 28)
    put(origs, orig, SYNS, out, at + 32)
    put(origs, orig, ODD_PROBES, out, at + 36)
    put(origs, orig, ECHOES, out, at + 40)
    put(origs, orig, UNSOLICITED, out, at + 44)
    put(resps, resp, TO_PKTS, out, at + 48)
    put(resps, resp, TO_BYTES, out, at + 52)
    put(resps, resp, FROM_PKTS, out, at + 56)
    put(resps, resp, TO_FLOWS, out, at + 60)
    put(resps, resp, TO_PEERS, out, at + 64)
    put(resps, resp, TO_PORTS, out, at + 68)
    put(resps, resp, TO_REFUSED, out, at + 72)
    put_excess(resps, resp, TO_FLOWS, TO_ANSWERED, out, at + 76)
    put_excess(resps, resp, TO_SYNS, TO_OPENED, out, at + 80)
    put(resps, resp, TO_ECHOES, out, at + 84)
