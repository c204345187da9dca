"""Linux cooked capture, LINKTYPE_LINUX_SLL: what ``-i any`` wrote before 2018.

| offset | width | meaning |
|---|---|---|
| 0 | 2 | 0 to us, 1 broadcast, 2 multicast, 3 to another host, 4 from us |
| 2 | 2 | ARPHRD_ type of the device |
| 4 | 2 | length of the sender's link address |
| 6 | 8 | the sender's link address, zero padded |
| 14 | 2 | EtherType |

Source: https://www.tcpdump.org/linktypes/LINKTYPE_LINUX_SLL.html
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from packetclip.wire.packets.kernel import kernel
from packetclip.wire.packets.reading import u16

HEADER_BYTES = 16


@kernel
def linux_sll(data: NDArray[np.uint8], at: int, end: int) -> tuple[int, int, int]:
    """(EtherType, where its header begins, where the sender's address stands); -1 for what is cut or not there."""
    if end - at < HEADER_BYTES:
        return 0, -1, -1
    return u16(data, at + 14), at + HEADER_BYTES, at + 6 if u16(data, at + 4) == 6 else -1
