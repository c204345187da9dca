"""Authentication header (RFC 4302): who holds the key sent this packet as it is. What it guards follows in the open.

| offset | width | meaning |
|---|---|---|
| 0 | 1 | next header |
| 1 | 1 | length in 4 bytes, the first 8 bytes not counted |
| 4 | 4 | security parameters' index |
| 8 | 4 | sequence number; the check value follows |
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from packetclip.wire.packets.kernel import kernel
from packetclip.wire.packets.reading import u8
from packetclip.wire.packets.tables import AUTHENTICATION

HEADER_BYTES = 8


@kernel
def authentication(data: NDArray[np.uint8], at: int, end: int) -> tuple[int, int]:
    """(Next header, where it begins) behind all such headers at ``at``; (AUTHENTICATION, ...) of one that is cut."""
    number = AUTHENTICATION
    while number == AUTHENTICATION and end - at >= HEADER_BYTES:
        size = (u8(data, at + 1) + 2) * 4
        if end - at < size:
            break
        number = u8(data, at)
        at += size
    return number, at
