"""Big-endian numbers out of bytes; callers have checked that the bytes are there.

Places are made unsigned, since those that might be negative keep the compiler from reading more than a byte at once.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from packetclip.wire.packets.kernel import kernel

Row = Any
"""One record of PACKET as a kernel sees it: fields by name, written in place."""


@kernel
def u8(data: NDArray[np.uint8], at: int) -> int:
    """8 bits at ``at``, signed like all the others: numba's arithmetic of uint64 with int64 is in floats."""
    return int(np.int64(data[np.uint64(at)]))


@kernel
def u16(data: NDArray[np.uint8], at: int) -> int:
    """16 bits at ``at``."""
    first = np.uint64(at)
    return int((np.int64(data[first]) << 8) | np.int64(data[first + np.uint64(1)]))


@kernel
def u32(data: NDArray[np.uint8], at: int) -> int:
    """32 bits at ``at``."""
    first = np.uint64(at)
    a, b = np.int64(data[first]), np.int64(data[first + np.uint64(1)])
    c, d = np.int64(data[first + np.uint64(2)]), np.int64(data[first + np.uint64(3)])
    return int((a << 24) | (b << 16) | (c << 8) | d)


@kernel
def u48(data: NDArray[np.uint8], at: int) -> int:
    """48 bits at ``at``: a hardware address."""
    return int((u16(data, at) << 32) | u32(data, at + 2))


@kernel
def u64(data: NDArray[np.uint8], at: int) -> np.uint64:
    """64 bits at ``at``: half an IPv6 address; unsigned, for the top bit."""
    return np.uint64((np.uint64(u32(data, at)) << np.uint64(32)) | np.uint64(u32(data, at + 4)))


@kernel
def mapped(data: NDArray[np.uint8], at: int) -> np.uint64:
    """Lower half of the IPv6 form of the IPv4 address at ``at`` (the upper half is 0)."""
    return np.uint64(0xFFFF00000000 | u32(data, at))
