"""What this originator did lately with this responder, over all ports."""

from __future__ import annotations

from typing import Any, Final

from numba import njit

from packetclip.wire.context.memory import put, put_excess
from packetclip.wire.context.schema import Field, windowed

FIELDS: Final = (
    *windowed("pair_orig_pkts", "packets", "packets from the originator to the responder"),
    *windowed("pair_resp_pkts", "packets", "packets from the responder back to the originator"),
    *windowed("pair_orig_bytes", "bytes", "payload bytes from the originator to the responder"),
    *windowed("pair_resp_bytes", "bytes", "payload bytes from the responder back to the originator"),
    *windowed("pair_flows", "flows", "flows that the originator began with the responder"),
    *windowed(
        "pair_ports", "ports", "ports of the responder that the originator had not tried in the last ten minutes"
    ),
    *windowed("pair_refused", "flows", "flows of the pair that were refused"),
    *windowed("pair_unanswered", "flows", "flows of the pair begun less those that were answered"),
    Field("pair_age_s", "seconds", "time since the pair was first seen", "0 at its first packet"),
    Field(
        "pair_orig_share",
        "share",
        "originator's share of the pair's payload bytes, weighted over 60 s",
        "0.5 before any payload",
        log=False,
    ),
)


ORIG_PKTS, RESP_PKTS, ORIG_BYTES, RESP_BYTES, FLOWS, PORTS, REFUSED, ANSWERED = range(8)
SUMS = 8
SPOKEN_NS = 0  # the pair's last packet other than ARP, which precedes the first one on every local network
EXTRA = 1


@njit(cache=True, nogil=True)
def write(pairs: Any, pair: int, now: int, out: Any, at: int) -> None:
    """Write FIELDS, in their order, to ``out[at:]``."""
    put(pairs, pair, ORIG_PKTS, out, at)
    put(pairs, pair, RESP_PKTS, out, at + 4)
    put(pairs, pair, ORIG_BYTES, out, at + 8)
    put(pairs, pair, RESP_BYTES, out, at + 12)
    put(pairs, pair, FLOWS, out, at + 16)
    put(pairs, pair, PORTS, out, at + 20)
    put(pairs, pair, REFUSED, out, at + 24)
    put_excess(pairs, pair, FLOWS, ANSWERED, out, at + 28)
    out[at + 32] = max(now - pairs.first[pair], 0) * 1e-9
    sent, received = pairs.sums[pair, ORIG_BYTES, 2], pairs.sums[pair, RESP_BYTES, 2]
    out[at + 33] = sent / (sent + received) if sent + received > 0 else 0.5
