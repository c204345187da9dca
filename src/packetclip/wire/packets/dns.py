"""DNS messages: the header and the first question (RFC 1035 section 4; mDNS RFC 6762, LLMNR RFC 4795).

| offset | width | meaning |
|---|---|---|
| 0 | 2 | id |
| 2 | 2 | response (1 bit), opcode (4), AA, TC, RD, RA, Z, AD, CD, response code (4) |
| 4 | 2 | questions |
| 6 | 2 | answers |
| 8 | 2 | authority records |
| 10 | 2 | additional records |
| 12 | | first question: labels (length, bytes) up to an empty one; type, 2; class, 2 |

Well-formed is: opcode 0, Z clear, at most 4 questions (64 on mDNS's port), and, where there is a question, a name
without compression pointer of at most 255 bytes with type and class behind it, all captured. The name counted and
hashed is text in lower case, labels joined by dots; entropy and digits are taken over the labels' bytes alone, lower
case as well, since resolvers scramble case to ward off forgers. Without a question (mDNS) the name's columns are 0.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from packetclip.wire.packets.hashing import FNV_START, fnv_step
from packetclip.wire.packets.kernel import kernel
from packetclip.wire.packets.reading import Row, u8, u16

DNS, MDNS, LLMNR = 53, 5353, 5355
HEADER_BYTES = 12
LONGEST_NAME = 255
MOST_QUESTIONS, MOST_QUESTIONS_MDNS = 4, 64
DOT = 46

COUNTS: Final = np.arange(LONGEST_NAME + 1, dtype=np.float64)
COUNT_LOG_COUNT: Final = COUNTS * np.log2(np.maximum(COUNTS, 1))
LOG_COUNT: Final = np.log2(np.maximum(COUNTS, 1))


@kernel
def is_dns_port(port: int) -> bool:
    """Whether UDP on this port is DNS, mDNS or LLMNR."""
    return port in (DNS, MDNS, LLMNR)


@kernel
def lower(byte: int) -> int:
    """ASCII lower case of a byte."""
    return byte + 32 if 65 <= byte <= 90 else byte


@kernel
def dns(row: Row, data: NDArray[np.uint8], at: int, end: int, counts: NDArray[np.int64]) -> bool:
    """Fill the DNS columns; False, and no column touched, when the message is not well-formed.

    ``counts`` is (256,) of zeros, borrowed and given back as zeros.
    """
    if end - at < HEADER_BYTES:
        return False
    flags = u16(data, at + 2)
    questions = u16(data, at + 4)
    most = MOST_QUESTIONS_MDNS if row.src_port == MDNS or row.dst_port == MDNS else MOST_QUESTIONS
    if flags & 0x7840 != 0 or questions > most:
        return False
    if questions > 0:
        after = name_end(data, at + HEADER_BYTES, end)
        if after < 0 or end - after < 4:
            return False
        name(row, data, at + HEADER_BYTES, after - 1, counts)
        row.dns_qtype = u16(data, after)
    row.dns_kind = 1 + (flags >> 15)
    row.dns_rcode = flags & 15
    row.dns_answers = u16(data, at + 6)
    return True


@kernel
def name_end(data: NDArray[np.uint8], at: int, end: int) -> int:
    """Just behind the empty label that ends the name, or -1 when the name does not hold."""
    first = at
    while at < end and at - first < LONGEST_NAME:
        size = u8(data, at)
        if size == 0:
            return at + 1
        if size > 63:
            return -1
        at += size + 1
    return -1


@kernel
def name(row: Row, data: NDArray[np.uint8], at: int, stop: int, counts: NDArray[np.int64]) -> None:
    """Fill the name's columns from labels that :func:`name_end` has walked; ``stop`` is at the empty label."""
    first, parent, last = at, at, at
    labels, letters, longest, digits = 0, 0, 0, 0
    whole = FNV_START
    while at < stop:
        size = u8(data, at)
        parent, last = last, at
        labels += 1
        letters += size
        longest = max(longest, size)
        if at > first:
            whole = fnv_step(whole, DOT)
        for position in range(at + 1, at + 1 + size):
            byte = lower(u8(data, position))
            whole = fnv_step(whole, byte)
            counts[byte] += 1
            if 48 <= byte <= 57:
                digits += 1
        at += size + 1
    logs = 0.0
    at = first
    while at < stop:
        size = u8(data, at)
        for position in range(at + 1, at + 1 + size):
            byte = lower(u8(data, position))
            logs += COUNT_LOG_COUNT[counts[byte]]
            counts[byte] = 0
        at += size + 1
    row.dns_labels = labels
    row.dns_longest_label = longest
    row.dns_name_hash = whole
    row.dns_parent_hash = whole if labels <= 2 else labels_hash(data, parent, stop)
    if labels > 0:
        row.dns_name_length = letters + labels - 1
        row.dns_entropy = LOG_COUNT[letters] - logs / letters
        row.dns_digits = digits / letters


@kernel
def labels_hash(data: NDArray[np.uint8], at: int, stop: int) -> np.uint64:
    """Hash of the labels from ``at`` on, lower case, joined by dots."""
    first = at
    state = FNV_START
    while at < stop:
        size = u8(data, at)
        if at > first:
            state = fnv_step(state, DOT)
        for position in range(at + 1, at + 1 + size):
            state = fnv_step(state, lower(u8(data, position)))
        at += size + 1
    return state
