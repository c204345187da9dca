"""IP over InfiniBand (RFC 4391): LINKTYPE_IPOIB.

| offset | width | meaning |
|---|---|---|
| 0 | 40 | global routing header |
| 40 | 2 | EtherType |
| 42 | 2 | reserved |
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from packetclip.wire.packets.kernel import kernel
from packetclip.wire.packets.reading import u16

HEADER_BYTES = 44


@kernel
def ipoib(data: NDArray[np.uint8], at: int, end: int) -> tuple[int, int]:
    """(EtherType, where its header begins, or -1 when cut)."""
    if end - at < HEADER_BYTES:
        return 0, -1
    return u16(data, at + 40), at + HEADER_BYTES
