"""No link header at all: LINKTYPE_RAW (also written as 12 and 14). LINKTYPE_IPV4 and LINKTYPE_IPV6 say the version.

| offset | width | meaning |
|---|---|---|
| 0 | 1 | upper four bits: IP version |

Source: https://www.tcpdump.org/linktypes.html
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from packetclip.wire.packets.kernel import kernel
from packetclip.wire.packets.tables import TYPE_IPV4, TYPE_IPV6


@kernel
def raw_ip(data: NDArray[np.uint8], at: int, end: int) -> tuple[int, int]:
    """(EtherType by the version, 0 for others; where the network header begins, or -1 for an empty frame)."""
    if end - at < 1:
        return 0, -1
    version = data[at] >> 4
    if version == 4:
        return TYPE_IPV4, at
    return TYPE_IPV6 if version == 6 else 0, at
