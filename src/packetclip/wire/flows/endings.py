"""Why a flow is over: the first thing that ended it.

A TCP flow that is closed or reset stays in the table until its timeout, so that late segments still find it; its reason
is known at once. IPFIX's flowEndReason (RFC 5102, section 5.11.3) has idle as 1, fin, rst and reused as 3 (end of flow
detected) and evicted as 5 (lack of resources). There is no active timeout: a long flow is one flow.
"""

from __future__ import annotations

from typing import Any, Final

from numba import njit

from packetclip.wire.flows.states import CLOSED_END, RESET_END

END_REASONS: Final = ("open", "idle", "fin", "rst", "evicted", "reused")
"""Names of the values of column ``end_reason``.

open: nothing has ended it. idle: it was silent for longer than its timeout. fin: both sides have sent FIN. rst: one
side has reset it. evicted: it was the one silent for longest when the table was full. reused: a SYN began another flow
between the same ports when only one side had closed this one.
"""
OPEN, IDLE, FIN_SENT, RST_SENT, EVICTION, REUSE = range(6)


@njit(cache=True, nogil=True)
def tcp_end_reason(orig: Any, resp: Any) -> int:
    """FIN_SENT, RST_SENT or OPEN by the states of both endpoints."""
    if orig == RESET_END or resp == RESET_END:
        return RST_SENT
    if orig == CLOSED_END and resp == CLOSED_END:
        return FIN_SENT
    return OPEN
