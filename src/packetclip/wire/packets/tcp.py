"""TCP (RFC 9293) and the kinds of its options.

| offset | width | meaning |
|---|---|---|
| 0 | 2 | source port |
| 2 | 2 | destination port |
| 4 | 4 | sequence number |
| 8 | 4 | acknowledgement number |
| 12 | 1 | header length in 32-bit words (4 bits), reserved (3), AE (1) |
| 13 | 1 | CWR, ECE, URG, ACK, PSH, RST, SYN, FIN |
| 14 | 2 | window |
| 16 | 2 | checksum (not verified) |
| 18 | 2 | urgent pointer |
| 20 | | options: kind, length, value (0 ends them and 1 pads, both without length) |
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from packetclip.wire.packets.kernel import kernel
from packetclip.wire.packets.reading import Row, u8, u16, u32
from packetclip.wire.packets.tables import BAD_TCP_HEADER, BAD_TCP_OPTIONS, CUT_TRANSPORT_HEADER

HEADER_BYTES = 20


@kernel
def tcp(row: Row, data: NDArray[np.uint8], at: int, end: int, stop: int) -> int:
    """Fill the TCP columns; returns where the payload begins, or -1 when less than 20 bytes are there.

    ``end`` is where readable bytes end, ``stop`` where the IP packet does.
    """
    if end - at < HEADER_BYTES:
        return -1
    row.src_port = u16(data, at)
    row.dst_port = u16(data, at + 2)
    row.tcp_seq = u32(data, at + 4)
    row.tcp_ack = u32(data, at + 8)
    row.tcp_flags = u16(data, at + 12) & 0x1FF
    row.tcp_window = u16(data, at + 14)
    header = (u8(data, at + 12) >> 4) * 4
    if header < HEADER_BYTES or at + header > stop:
        row.weird |= BAD_TCP_HEADER
        # With an impossible header length there is no saying what is payload: none is claimed.
        return stop
    if at + header > end:
        row.weird |= CUT_TRANSPORT_HEADER
    options(row, data, at + HEADER_BYTES, min(at + header, end), at + header)
    return int(at + header)


@kernel
def options(row: Row, data: NDArray[np.uint8], at: int, end: int, stop: int) -> None:
    """Note which options are there; ``stop`` is where they end by the header, ``end`` where readable bytes do."""
    seen = 0
    while at < end:
        kind = u8(data, at)
        if kind == 0:
            break
        if kind == 1:
            at += 1
            continue
        if at + 1 >= end:
            if at + 1 >= stop:
                row.weird |= BAD_TCP_OPTIONS
            break
        size = u8(data, at + 1)
        if size < 2 or at + size > stop:
            row.weird |= BAD_TCP_OPTIONS
            break
        if kind == 2 and size == 4:
            seen |= 1
            if at + 4 <= end:
                row.tcp_mss = u16(data, at + 2)
        elif kind == 3:
            seen |= 2
        elif kind == 4:
            seen |= 4
        elif kind == 8:
            seen |= 8
        elif kind == 5:
            seen |= 16
        else:
            seen |= 32
        at += size
    row.tcp_options = seen
