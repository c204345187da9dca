"""Linux cooked capture version 2, LINKTYPE_LINUX_SLL2.

| offset | width | meaning |
|---|---|---|
| 0 | 2 | EtherType |
| 2 | 2 | reserved |
| 4 | 4 | index of the interface |
| 8 | 2 | ARPHRD_ type of the device |
| 10 | 1 | 0 to us, 1 broadcast, 2 multicast, 3 to another host, 4 from us |
| 11 | 1 | length of the sender's link address |
| 12 | 8 | the sender's link address, zero padded |

Source: https://www.tcpdump.org/linktypes/LINKTYPE_LINUX_SLL2.html
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from packetclip.wire.packets.kernel import kernel
from packetclip.wire.packets.reading import u16

HEADER_BYTES = 20


@kernel
def linux_sll2(data: NDArray[np.uint8], at: int, end: int) -> tuple[int, int, int]:
    """(EtherType, where its header begins, where the sender's address stands); -1 for what is cut or not there."""
    if end - at < HEADER_BYTES:
        return 0, -1, -1
    return u16(data, at), at + HEADER_BYTES, at + 12 if data[at + 11] == 6 else -1
