"""PPPoE in its session stage (RFC 2516), also by itself as LINKTYPE_PPP_ETHER.

| offset | width | meaning |
|---|---|---|
| 0 | 1 | version 1 (4 bits), type 1 (4) |
| 1 | 1 | code, 0 in a session |
| 2 | 2 | session id |
| 4 | 2 | bytes that follow the header |
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from packetclip.wire.packets.kernel import kernel
from packetclip.wire.packets.tables import TYPE_PPP, TYPE_PPPOE

HEADER_BYTES = 6


@kernel
def pppoe(data: NDArray[np.uint8], at: int, end: int) -> tuple[int, int]:
    """(TYPE_PPP, where PPP begins); the latter -1 when cut, the former TYPE_PPPOE when it is no session's data."""
    if end - at < HEADER_BYTES:
        return TYPE_PPPOE, -1
    if data[at] != 0x11 or data[at + 1] != 0:
        return TYPE_PPPOE, at
    return TYPE_PPP, at + HEADER_BYTES
