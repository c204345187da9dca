"""The TLS record that begins a TCP payload (RFC 8446 section 5.1, RFC 5246 section 6.2).

| offset | width | meaning |
|---|---|---|
| 0 | 1 | content type: 20 change cipher spec, 21 alert, 22 handshake, 23 application data, 24 heartbeat |
| 1 | 2 | version, 0x0301 to 0x0304 |
| 3 | 2 | length of what follows, 1 to 2^14 + 2048 |
| 5 | 1 | handshake: type, when not encrypted |
| 6 | 3 | handshake: length |

A handshake counts as unencrypted when its type is one that exists and its length fits its record.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from packetclip.wire.packets.kernel import kernel
from packetclip.wire.packets.reading import Row, u8, u16

HEADER_BYTES = 5
LONGEST_RECORD = (1 << 14) + 2048
HANDSHAKE = 22


@kernel
def tls(row: Row, data: NDArray[np.uint8], at: int, end: int) -> bool:
    """Fill the TLS columns; False, and no column touched, when no record begins here."""
    if end - at < HEADER_BYTES or not 20 <= data[at] <= 24:
        return False
    version = u16(data, at + 1)
    length = u16(data, at + 3)
    if not 0x0301 <= version <= 0x0304 or not 1 <= length <= LONGEST_RECORD:
        return False
    row.tls_type = data[at]
    row.tls_version = version
    row.tls_length = length
    if data[at] == HANDSHAKE and end - at >= HEADER_BYTES + 4:
        kind = u8(data, at + 5)
        size = (u8(data, at + 6) << 16) | u16(data, at + 7)
        if 1 <= kind <= 24 and size + 4 <= length:
            row.tls_handshake = kind
    return True
