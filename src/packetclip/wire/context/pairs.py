"""What this originator did lately with this responder, over all ports."""

from __future__ import annotations

from typing import Any, Final

from numba import njit

from packetclip.wire.context.memory import entry, put_excess
from packetclip.wire.context.schema import Field, Sum, fields_of, windowed

SUMS: Final = (
    Sum("orig_pkts", windowed("pair_orig_pkts", "packets", "packets from the originator to the responder")),
    Sum("resp_pkts", windowed("pair_resp_pkts", "packets", "packets from the responder back to the originator")),
    Sum("orig_bytes", windowed("pair_orig_bytes", "bytes", "payload bytes from the originator to the responder")),
    Sum("resp_bytes", windowed("pair_resp_bytes", "bytes", "payload bytes from the responder back to the originator")),
    Sum("flows", windowed("pair_flows", "flows", "flows that the originator began with the responder")),
    Sum(
        "ports",
        windowed(
            "pair_ports", "ports", "ports of the responder that the originator had not tried in the last ten minutes"
        ),
    ),
    Sum("refused", windowed("pair_refused", "flows", "flows of the pair that were refused")),
    Sum("answered", windowed("pair_unanswered", "flows", "flows of the pair begun less those that were answered")),
)
FIELDS: Final = (
    *fields_of(SUMS),
    Field("pair_age_s", "seconds", "time since the pair was first seen", "0 at its first packet"),
    Field(
        "pair_orig_share",
        "share",
        "originator's share of the pair's payload bytes, weighted over 60 s",
        "0.5 before any payload",
        log=False,
    ),
)

# spoken_ns: the pair's last packet other than ARP, which precedes the first one on every local network.
PAIR: Final = entry({"pair": SUMS}, numbers=["spoken_ns"], clocks=["first_ns"])


@njit(cache=True, nogil=True, forceinline=True)
def write(pair: Any, now: int, line: Any) -> None:
    """Write FIELDS."""
    line.pair = pair.pair
    put_excess(pair.flows, pair.answered, line.pair_unanswered)
    line.pair_age_s = max(now - pair.first_ns, 0) * 1e-9
    sent, received = pair.orig_bytes[2], pair.resp_bytes[2]
    line.pair_orig_share = sent / (sent + received) if sent + received > 0 else 0.5
