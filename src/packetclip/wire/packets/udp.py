"""UDP (RFC 768), and SCTP's ports (RFC 9260).

| offset | width | meaning |
|---|---|---|
| 0 | 2 | source port |
| 2 | 2 | destination port |
| 4 | 2 | UDP: length, header included; SCTP: verification tag, 4 bytes |
| 6 | 2 | UDP: checksum (not verified) |
| 8 | 4 | SCTP: checksum |
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from packetclip.wire.packets.kernel import kernel
from packetclip.wire.packets.reading import Row, u16
from packetclip.wire.packets.tables import BAD_UDP_LENGTH

HEADER_BYTES = 8
SCTP_HEADER_BYTES = 12


@kernel
def udp(row: Row, data: NDArray[np.uint8], at: int, end: int, stop: int) -> tuple[int, int]:
    """Fill the ports; returns where the payload begins (-1 when the header is cut) and where it ends by its length."""
    if end - at < HEADER_BYTES:
        return -1, stop
    row.src_port = u16(data, at)
    row.dst_port = u16(data, at + 2)
    length = u16(data, at + 4)
    more_fragments = row.ip_flags & 2
    if length < HEADER_BYTES or (at + length > stop and not more_fragments):
        row.weird |= BAD_UDP_LENGTH
    else:
        stop = min(stop, at + length)
    return at + HEADER_BYTES, stop


@kernel
def sctp(row: Row, data: NDArray[np.uint8], at: int, end: int) -> int:
    """Fill the ports; returns where the first chunk begins, or -1 when the header is cut."""
    if end - at < SCTP_HEADER_BYTES:
        return -1
    row.src_port = u16(data, at)
    row.dst_port = u16(data, at + 2)
    return at + SCTP_HEADER_BYTES
