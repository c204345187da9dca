"""ICMP (RFC 792), ICMPv6 (RFC 4443), and the datagram that their errors quote.

| offset | width | meaning |
|---|---|---|
| 0 | 1 | type |
| 1 | 1 | code |
| 2 | 2 | checksum (not verified) |
| 4 | 4 | of the message: identifier and sequence number of echoes, unused, MTU, ... |
| 8 | | errors: the datagram that caused them, from its IP header on, as far as it fits |

Errors are ICMP 3 unreachable, 4 source quench, 5 redirect, 11 time exceeded, 12 parameter problem; ICMPv6 1 to 127.
Of a quoted ICMP message the columns for ports hold type and code.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from packetclip.wire.packets.ipv6 import follow_extensions
from packetclip.wire.packets.kernel import kernel
from packetclip.wire.packets.reading import Row, mapped, u8, u16, u64
from packetclip.wire.packets.tables import BAD_QUOTE, ICMP, ICMPV6, SCTP, TCP, UDP

HEADER_BYTES = 8


@kernel
def icmp(row: Row, data: NDArray[np.uint8], at: int, end: int) -> int:
    """Fill the ICMP and quote columns; returns where the payload begins, or -1 when the header is cut."""
    if end - at < HEADER_BYTES:
        return -1
    kind = u8(data, at)
    row.icmp_type = kind
    row.icmp_code = data[at + 1]
    if row.protocol == ICMPV6:
        if 1 <= kind <= 127 and not quoted_ipv6(row, data, at + HEADER_BYTES, end):
            row.weird |= BAD_QUOTE
    elif kind in (3, 4, 5, 11, 12) and not quoted_ipv4(row, data, at + HEADER_BYTES, end):
        row.weird |= BAD_QUOTE
    return at + HEADER_BYTES


@kernel
def quoted_ipv4(row: Row, data: NDArray[np.uint8], at: int, end: int) -> bool:
    """Fill the quote columns from an IPv4 datagram; False when no header is there."""
    if end - at < 20:
        return False
    header = (u8(data, at) & 15) * 4
    if data[at] >> 4 != 4 or header < 20:
        return False
    row.quoted_protocol = data[at + 9]
    row.quoted_src_lo = mapped(data, at + 12)
    row.quoted_dst_lo = mapped(data, at + 16)
    if u16(data, at + 6) & 0x1FFF == 0:
        quoted_ports(row, data, at + header, end)
    return True


@kernel
def quoted_ipv6(row: Row, data: NDArray[np.uint8], at: int, end: int) -> bool:
    """Fill the quote columns from an IPv6 datagram; False when no header is there."""
    if end - at < 40 or data[at] >> 4 != 6:
        return False
    row.quoted_src_hi = u64(data, at + 8)
    row.quoted_src_lo = u64(data, at + 16)
    row.quoted_dst_hi = u64(data, at + 24)
    row.quoted_dst_lo = u64(data, at + 32)
    number, transport, fragment, whole, _ = follow_extensions(data, at + 40, end, u8(data, at + 6))
    row.quoted_protocol = number
    if whole and fragment < 8:
        quoted_ports(row, data, transport, end)
    return True


@kernel
def quoted_ports(row: Row, data: NDArray[np.uint8], at: int, end: int) -> None:
    """Ports of the quoted datagram, or type and code, when those bytes were quoted."""
    protocol = row.quoted_protocol
    if protocol in (TCP, UDP, SCTP) and end - at >= 4:
        row.quoted_src_port = u16(data, at)
        row.quoted_dst_port = u16(data, at + 2)
    elif protocol in (ICMP, ICMPV6) and end - at >= 2:
        row.quoted_src_port = data[at]
        row.quoted_dst_port = data[at + 1]
