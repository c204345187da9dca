"""Who is who in a packet's flow: the keys under which the packet's context is remembered."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numba import njit

from packetclip.wire.context.memory import mix

WORDS: Final = (
    "orig", "resp", "pair", "service", "target", "port", "protocol", "orig_hi", "orig_lo", "resp_hi", "resp_lo",
)  # fmt: skip
"""Keys of those who take part in a flow, the responder's port, and the addresses."""


@njit(cache=True, nogil=True, forceinline=True)
def assign(row: Any, step: Any, flow: Any) -> None:
    """Write WORDS into the entry of a flow, from one of its packets and its step."""
    if step.is_orig == 1:
        flow.orig_hi, flow.orig_lo = row.src_hi, row.src_lo
        flow.resp_hi, flow.resp_lo = row.dst_hi, row.dst_lo
        port = np.uint64(row.dst_port)
    else:
        flow.orig_hi, flow.orig_lo = row.dst_hi, row.dst_lo
        flow.resp_hi, flow.resp_lo = row.src_hi, row.src_lo
        port = np.uint64(row.src_port)
    protocol = np.uint64(row.protocol)
    flow.port = port
    flow.protocol = protocol
    flow.orig = mix(flow.orig_hi, flow.orig_lo)
    flow.resp = mix(flow.resp_hi, flow.resp_lo)
    flow.pair = mix(flow.orig, flow.resp)
    door = (protocol << np.uint64(16)) | port
    flow.service = mix(flow.pair, door)
    flow.target = mix(flow.resp, door)
