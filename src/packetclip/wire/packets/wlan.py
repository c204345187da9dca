"""IEEE 802.11 data frames: LINKTYPE_IEEE802_11, alone or behind what a radio says of them.

| offset | width | meaning |
|---|---|---|
| 0 | 1 | version (2 bits), type (2; 2 is data), subtype (4: 4 without data, 8 with quality of service) |
| 1 | 1 | flags: 1 to the distribution system, 2 from it, 0x40 protected, 0x80 order |
| 2 | 2 | duration |
| 4 | 18 | three addresses of six bytes, which is which by the two lowest flags |
| 22 | 2 | sequence control |
| 24 | 6 | fourth address, when both lowest flags are set |
| | 2 | quality of service, by subtype; bit 7 of its first byte: an aggregate, each part with addresses and length |
| | 4 | high throughput control, with quality of service and the flag for order |

Behind it LLC and SNAP name the EtherType. Some access points swap the first two bytes when they send frames on.

Ahead of it, in little-endian order: radiotap (https://www.radiotap.org) has version, padding, length (2 at offset 2)
and words of presence (4 each, bit 31: another follows), of which flags may say that the 802.11 header is padded to
words; Prism has its length at offset 4; AVS, big-endian, too.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from packetclip.wire.packets.kernel import kernel
from packetclip.wire.packets.reading import u8, u16
from packetclip.wire.packets.tables import TRUNCATED_LINK, WLAN_NO_DATA, WLAN_PROTECTED

HEADER_BYTES = 24
AGGREGATE_BYTES = 14


@kernel
def wlan(data: NDArray[np.uint8], at: int, end: int, padded: bool) -> tuple[int, int, int]:
    """(where LLC begins, or minus the position in DROPS; where the destination's address stands; the source's)."""
    if end - at < HEADER_BYTES:
        return -TRUNCATED_LINK, -1, -1
    control, flags = u8(data, at), u8(data, at + 1)
    if control & 3 != 0 and flags & 3 == 0:
        control, flags = flags, control
    if control & 0x0F != 8 or control & 0x40 != 0:
        return -WLAN_NO_DATA, -1, -1
    target, source = at + 4, at + 10
    size = HEADER_BYTES
    if flags & 1 != 0:
        target = at + 16
    if flags & 2 != 0:
        source = at + 16
    if flags & 3 == 3:
        source = at + 24
        size += 6
    aggregate = False
    if control & 0x80 != 0:
        if end - at < size + 2:
            return -TRUNCATED_LINK, -1, -1
        aggregate = data[at + size] & 0x80 != 0
        size += 2
        if flags & 0x80 != 0:
            size += 4
    if padded:
        size = (size + 3) // 4 * 4
    if aggregate:
        target, source = at + size, at + size + 6
        size += AGGREGATE_BYTES
    if end - at < size:
        return -TRUNCATED_LINK, -1, -1
    if flags & 0x40 != 0:
        return -WLAN_PROTECTED, target, source
    return at + size, target, source


@kernel
def radiotap(data: NDArray[np.uint8], at: int, end: int) -> tuple[int, bool]:
    """(Where 802.11 begins, or -1 when cut; whether its header is padded to words)."""
    if end - at < 8:
        return -1, False
    size = u8(data, at + 2) | (u8(data, at + 3) << 8)
    if size < 8 or end - at < size:
        return -1, False
    present = u8(data, at + 4)
    field = at + 4
    while field + 4 <= at + size and data[field + 3] & 0x80 != 0:
        field += 4
    field += 4
    if present & 1 != 0:  # a clock of eight bytes, aligned
        field = at + (field - at + 7) // 8 * 8 + 8
    padded = present & 2 != 0 and field < at + size and data[field] & 0x20 != 0
    return at + size, padded


@kernel
def prism(data: NDArray[np.uint8], at: int, end: int) -> int:
    """Where 802.11 begins behind a header of Prism or AVS, or -1 when cut."""
    if end - at < 8:
        return -1
    size = u16(data, at + 6)  # AVS: the lower half of a big-endian length
    if u16(data, at) == 0x8021:
        return at + size if 8 <= size <= end - at else -1
    size = u8(data, at + 4) | (u8(data, at + 5) << 8)
    return at + size if 8 <= size <= end - at else -1
