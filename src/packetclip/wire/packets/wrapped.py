"""Frames behind a header that names their link type: PPI (what a radio says) and PKTAP (``-i any`` on macOS).

| | offset | width | meaning, little-endian |
|---|---|---|---|
| PPI | 2 | 2 | length of the header |
| | 4 | 4 | LINKTYPE_ number |
| PKTAP | 0 | 4 | length of the header |
| | 8 | 4 | LINKTYPE_ number |

Source: https://www.tcpdump.org/linktypes.html
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from packetclip.wire.packets.kernel import kernel
from packetclip.wire.packets.reading import u8

PPI_BYTES = 8
PKTAP_BYTES = 12


@kernel
def u32_little(data: NDArray[np.uint8], at: int) -> int:
    """32 bits at ``at``, little-endian."""
    return int(u8(data, at) | (u8(data, at + 1) << 8) | (u8(data, at + 2) << 16) | (u8(data, at + 3) << 24))


@kernel
def ppi(data: NDArray[np.uint8], at: int, end: int) -> tuple[int, int]:
    """(Link type, where the frame begins); the latter -1 when cut."""
    if end - at < PPI_BYTES:
        return 0, -1
    size = u32_little(data, at) >> 16
    if size < PPI_BYTES or end - at < size:
        return 0, -1
    return u32_little(data, at + 4), at + size


@kernel
def pktap(data: NDArray[np.uint8], at: int, end: int) -> tuple[int, int]:
    """As :func:`ppi`."""
    if end - at < PKTAP_BYTES:
        return 0, -1
    size = u32_little(data, at)
    if size < PKTAP_BYTES or end - at < size:
        return 0, -1
    return u32_little(data, at + 8), at + size
