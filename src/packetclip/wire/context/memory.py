"""Bounded memory for decaying sums: a set-associative table that forgets the longest silent entry of a full set.

Every entry belongs to a 64-bit key and holds K sums, each over the four windows of :data:`schema.WINDOWS_S`, and X
plain numbers. A key can stand in one of :data:`WAYS` neighbouring slots only, so that finding, adding and forgetting
all cost the same whatever the traffic: a flood of a million forged addresses neither grows the table nor slows a packet
down.
"""

from __future__ import annotations

import math
from typing import Any, Final, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from packetclip.wire.context.schema import WINDOWS_S

WAYS: Final = 8
"""Slots in which a key can stand."""
MEMORY_NS: Final = 600_000_000_000
"""What was silent for longer than this counts as new again."""

MOST_SPREAD: Final = 1000.0
"""Where :func:`spread` ends: a mean that fades towards 0 would make it grow without end."""

W0, W1, W2, W3 = (1.0 / window for window in WINDOWS_S)


class Memory(NamedTuple):
    """One table; kernels take it as a tuple of arrays."""

    keys: NDArray[np.uint64]
    """(capacity,); 0 marks a free slot."""
    last: NDArray[np.int64]
    """(capacity,) time of the last touch, nanoseconds."""
    first: NDArray[np.int64]
    """(capacity,) time at which the key was taken in, nanoseconds."""
    sums: NDArray[np.float32]
    """(capacity, K, 4) decaying sums."""
    extra: NDArray[np.float64]
    """(capacity, X) numbers that do not decay."""
    forgotten: NDArray[np.int64]
    """(1,) entries that gave way to others."""


def make_memory(capacity: int, sums: int, extra: int) -> Memory:
    """A table of ``capacity`` slots (a power of two)."""
    return Memory(
        keys=np.zeros(capacity, np.uint64),
        last=np.zeros(capacity, np.int64),
        first=np.zeros(capacity, np.int64),
        sums=np.zeros((capacity, sums, len(WINDOWS_S)), np.float32),
        extra=np.zeros((capacity, extra), np.float64),
        forgotten=np.zeros(1, np.int64),
    )


@njit(cache=True, nogil=True)
def mix(a: Any, b: Any) -> Any:
    """One 64-bit key from two (the finaliser of SplitMix64 over their combination); never 0."""
    x = np.uint64(a) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(b)
    x ^= x >> np.uint64(30)
    x *= np.uint64(0xBF58476D1CE4E5B9)
    x ^= x >> np.uint64(27)
    x *= np.uint64(0x94D049BB133111EB)
    x ^= x >> np.uint64(31)
    return x | np.uint64(1)


@njit(cache=True, nogil=True)
def find(memory: Any, key: Any) -> int:
    """The key's slot, or -1."""
    base = int(np.int64((key >> np.uint64(8)) & np.uint64(len(memory.keys) // WAYS - 1))) * WAYS
    for slot in range(base, base + WAYS):
        if memory.keys[slot] == key:
            return slot
    return -1


@njit(cache=True, nogil=True)
def touch(memory: Any, key: Any, now: int) -> tuple[int, bool]:
    """The key's slot with its sums decayed to ``now``, and whether the key is new (or was silent for ten minutes)."""
    base = int(np.int64((key >> np.uint64(8)) & np.uint64(len(memory.keys) // WAYS - 1))) * WAYS
    oldest = base
    for slot in range(base, base + WAYS):
        if memory.keys[slot] == key:
            silence = now - memory.last[slot]
            if silence > MEMORY_NS or silence < -MEMORY_NS:  # a clock that jumps far back begins anew, too
                memory.first[slot] = now
                memory.last[slot] = now
                memory.sums[slot] = 0.0
                memory.extra[slot] = 0.0
                return slot, True
            if silence > 0:
                seconds = silence * 1e-9
                d0 = np.float32(math.exp(-seconds * W0))
                d1 = np.float32(math.exp(-seconds * W1))
                d2 = np.float32(math.exp(-seconds * W2))
                d3 = np.float32(math.exp(-seconds * W3))
                for k in range(memory.sums.shape[1]):
                    memory.sums[slot, k, 0] *= d0
                    memory.sums[slot, k, 1] *= d1
                    memory.sums[slot, k, 2] *= d2
                    memory.sums[slot, k, 3] *= d3
                memory.last[slot] = now
            return slot, False
        if memory.keys[slot] == 0:
            if memory.keys[oldest] != 0:
                oldest = slot
        elif memory.keys[oldest] != 0 and memory.last[slot] < memory.last[oldest]:
            oldest = slot
    if memory.keys[oldest] != 0:
        memory.forgotten[0] += 1
    memory.keys[oldest] = key
    memory.first[oldest] = now
    memory.last[oldest] = now
    memory.sums[oldest] = 0.0
    memory.extra[oldest] = 0.0
    return oldest, True


@njit(cache=True, nogil=True)
def add(memory: Any, slot: int, k: int, amount: float) -> None:
    """Add to sum ``k`` in every window."""
    for w in range(4):
        memory.sums[slot, k, w] += np.float32(amount)


@njit(cache=True, nogil=True)
def put(memory: Any, slot: int, k: int, out: Any, at: int) -> None:
    """Write sum ``k`` to four columns of ``out``."""
    for w in range(4):
        out[at + w] = memory.sums[slot, k, w]


@njit(cache=True, nogil=True)
def put_excess(memory: Any, slot: int, more: int, less: int, out: Any, at: int) -> None:
    """Write sum ``more`` less sum ``less``, at least 0, to four columns of ``out``."""
    for w in range(4):
        out[at + w] = max(memory.sums[slot, more, w] - memory.sums[slot, less, w], np.float32(0.0))


@njit(cache=True, nogil=True)
def learn(extra: Any, at: int, value: float) -> None:
    """Update count, mean and variance at ``extra[at : at + 3]``; the newest value weighs at least a tenth."""
    extra[at] += 1.0
    weight = max(1.0 / extra[at], 0.1)
    delta = value - extra[at + 1]
    extra[at + 1] += weight * delta
    extra[at + 2] = (1.0 - weight) * (extra[at + 2] + weight * delta * delta)


@njit(cache=True, nogil=True)
def spread(extra: Any, at: int) -> float:
    """Standard deviation over mean of what :func:`learn` saw; 0 before two values."""
    if extra[at] < 2.0 or extra[at + 1] <= 0.0:
        return 0.0
    return float(min(math.sqrt(max(extra[at + 2], 0.0)) / extra[at + 1], MOST_SPREAD))
