"""FNV-1a, 64 bits: names become numbers that can be compared but not read back.

Source: G. Fowler, L. C. Noll, K.-P. Vo, D. Eastlake, "The FNV Non-Cryptographic Hash Algorithm".
"""

from __future__ import annotations

from typing import Final

import numpy as np

from packetclip.wire.packets.kernel import kernel

FNV_START: Final = np.uint64(0xCBF29CE484222325)
FNV_PRIME: Final = np.uint64(0x100000001B3)


@kernel
def fnv_step(state: np.uint64, byte: int) -> np.uint64:
    """The hash after one more byte; begin with FNV_START."""
    return np.uint64((state ^ np.uint64(byte)) * FNV_PRIME)
