"""No link header at all: LINKTYPE_RAW (also written as 12 and 14), LINKTYPE_IPV4, LINKTYPE_IPV6.

| offset | width | meaning |
|---|---|---|
| 0 | 1 | upper four bits: IP version |

Source: https://www.tcpdump.org/linktypes.html
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from packetclip.wire.packets.reading import Row
from packetclip.wire.packets.tables import TYPE_IPV4, TYPE_IPV6


@njit(cache=True, nogil=True)
def raw_ip(row: Row, data: NDArray[np.uint8], at: int, end: int) -> int:
    """Where the network header begins, or -1 for an empty frame; ``ether_type`` stays 0 for other versions."""
    if end - at < 1:
        return -1
    version = data[at] >> 4
    if version == 4:
        row.ether_type = TYPE_IPV4
    elif version == 6:
        row.ether_type = TYPE_IPV6
    return at
