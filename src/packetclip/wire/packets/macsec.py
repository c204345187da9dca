"""MACsec (IEEE 802.1AE): what it guards follows in the open, unless it is encrypted.

| offset | width | meaning |
|---|---|---|
| 0 | 1 | version (bit 7), ..., channel's id is there (5), ..., encrypted (3), changed (2), association (2 bits) |
| 1 | 1 | length, 0 when long |
| 2 | 4 | packet number |
| 6 | 8 | channel's id, when it is there |
| | 2 | EtherType, when neither encrypted nor changed |
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from packetclip.wire.packets.kernel import kernel
from packetclip.wire.packets.reading import u16
from packetclip.wire.packets.tables import TYPE_MACSEC


@kernel
def macsec(data: NDArray[np.uint8], at: int, end: int) -> tuple[int, int]:
    """(EtherType of what is guarded, where it begins); the latter -1 when cut, the former TYPE_MACSEC when hidden."""
    if end - at < 8:
        return TYPE_MACSEC, -1
    if data[at] & 0x0C != 0:
        return TYPE_MACSEC, at
    at += 14 if data[at] & 0x20 != 0 else 6
    if end - at < 2:
        return TYPE_MACSEC, -1
    return u16(data, at), at + 2
