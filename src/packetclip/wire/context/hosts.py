"""What the originator, and the responder, did lately with everyone."""
from __future__ import annotations
from typing import Final
from packetclip.wire.context.schema import Field, windowed

ORIGINATOR: Final = (
    *windowed("orig_pkts", "packets", "packets that the originator sent in flows it began"),
    *windowed("orig_bytes", "bytes", "payload bytes that the originator sent in flows it began"),
    *windowed("orig_replies", "packets", "packets that came back to the originator in those flows"),
    *windowed("orig_flows", "flows", "flows that the originator began"),
    *windowed("orig_peers", "hosts", "responders that the originator had not spoken to in the last ten minutes"),
    *windowed("orig_services", "services", "pairs of responder and port that the originator had not tried in the last ten minutes"),
    *windowed("orig_refused", "flows", "flows of the originator that were refused (RST or ICMP unreachable)"),
    *windowed("orig_unanswered", "flows", "flows that the originator began less those that were answered"),
    *windowed("orig_syns", "packets", "connection requests (SYN) that the originator sent"),
    *windowed("orig_odd_probes", "packets", "packets of the originator with TCP flags that no stack sends"),
    *windowed("orig_echoes", "packets", "ICMP echo requests that the originator sent"),
    *windowed("orig_unsolicited", "flows", "flows toward the originator that began with an answer nobody had asked for"),
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
