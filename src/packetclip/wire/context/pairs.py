"""What this originator did lately with this responder, over all ports."""
from __future__ import annotations
from typing import Final
from packetclip.wire.context.schema import Field, windowed

FIELDS: Final = (
    *windowed("pair_orig_pkts", "packets", "packets from the originator to the responder"),
    *windowed("pair_resp_pkts", "packets", "packets from the responder back to the originator"),
    *windowed("pair_orig_bytes", "bytes", "payload bytes from the originator to the responder"),
    *windowed("pair_resp_bytes", "bytes", "payload bytes from the responder back to the originator"),
    *windowed("pair_flows", "flows", "flows that the originator began with the responder"),
    *windowed("pair_ports", "ports", "ports of the responder that the originator had not tried in the last ten minutes"),
    *windowed("pair_refused", "flows", "flows of the pair that were refused"),
    *windowed("pair_unanswered", "flows", "flows of the pair begun less those that were answered"),
    Field("pair_age_s", "seconds", "time since the pair was first seen", "0 at its first packet"),
    Field("pair_orig_share", "share", "originator's share of the pair's payload bytes, weighted over 60 s", "0.5 before any payload", log=False),
)
