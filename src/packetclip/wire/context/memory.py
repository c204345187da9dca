"""Bounded memory for decaying sums: a set-associative table that forgets what is least missed in a full set.

Every entry belongs to a 64-bit key and holds sums, each over the four windows of :data:`schema.WINDOWS_S`, and some
plain numbers, by name. A key can stand in one of :data:`WAYS` neighbouring slots only, so that finding, adding and
forgetting all touch as much memory whatever the traffic, and no table grows.

Nothing here is a set that grows or a sketch. "Not seen in the last ten minutes" means that the key is not in its table:
exact while the sets of the table have room, and an old peer is called new once its entry has given way
(docs/decisions/0008-bounded-memory.md has the measured error). Two keys with the same 64 bits are taken for one.

A table is an array of sets, and a set is one record. Kernels hand records to each other, never tables: numba counts
every array that is handed on in and out with atomic operations, which took more time than everything else together.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from numba import njit
from numpy.typing import NDArray

from packetclip.wire.context.schema import WINDOWS_S, Sum

WAYS: Final = 8
"""Slots in which a key can stand."""
MEMORY_NS: Final = 600_000_000_000
"""What was silent for longer than this counts as new again."""

MOST_SPREAD: Final = 1000.0
"""Where :func:`spread` ends: a mean that fades towards 0 would make it grow without end."""

W0, W1, W2, W3 = (1.0 / window for window in WINDOWS_S)
COUNT, MEAN, VARIANCE = range(3)
"""Positions in the running statistics of :func:`learn`."""

CACHE_LINE: Final = 64
MOST_SUMS: Final = 16
FADE: Final = np.dtype([("silence_ns", "i8"), ("factors", "f4", 4 * MOST_SUMS)])
"""By how much the sums of an entry fade over a silence."""
FADES: Final = np.dtype([("recent", FADE, 16)])
"""Most entries of a packet were silent for the same time, and exponentials are dear: the last ones are kept."""


def entry(
    sums: Mapping[str, Sequence[Sum]] | None = None,
    running: Sequence[str] = (),
    numbers: Sequence[str] = (),
    words: Sequence[str] = (),
) -> np.dtype[Any]:
    """The record of an entry: every sum by its name (4,) float32, and each table of sums as one block by its own.

    ``running`` are statistics of three float64 (count, mean, variance), ``numbers`` single float64, ``words`` uint64.
    """
    blocks = sums or {}
    kept = [name for block in blocks.values() for name in (part.name for part in block)]
    assert len(kept) <= MOST_SUMS
    fields: list[tuple[str, Any, int]] = [("first_ns", "i8", 0), ("fresh", "i8", 8)]
    at = 16
    fields.append(("sums", ("f4", 4 * len(kept)), at))
    for name, block in blocks.items():
        fields.append((name, ("f4", (len(block), 4)), at))
        for part in block:
            fields.append((part.name, ("f4", 4), at))
            at += 16
    for name, kind, size in (
        *((name, ("f8", 3), 24) for name in running),
        *((name, "f8", 8) for name in numbers),
        *((name, "u8", 8) for name in words),
    ):
        fields.append((name, kind, at))
        at += size
    fields.append(("everything", ("u8", at // 8), 0))
    names, formats, offsets = zip(*fields, strict=True)
    return np.dtype({"names": names, "formats": formats, "offsets": offsets, "itemsize": at})


def make_memory(capacity: int, kind: np.dtype[Any]) -> NDArray[Any]:
    """A table of ``capacity`` slots (a power of two) for entries of one kind: (capacity // WAYS,) records of a set."""
    parts = [
        ("keys", "u8", WAYS),
        ("last_ns", "i8", WAYS),
        ("touches", "i8", WAYS),
        ("entries", kind, WAYS),
        ("forgotten", "i8"),
    ]
    size = sum(np.dtype([part]).itemsize for part in parts)
    pad = -size % CACHE_LINE
    of_set = np.dtype([*parts, ("pad", "u1", pad)] if pad else parts)
    count = capacity // WAYS
    # Keys and times fill one cache line each, if the first set begins with one.
    room = np.zeros(count * of_set.itemsize + CACHE_LINE, np.uint8)
    begin = -room.ctypes.data % CACHE_LINE
    return room[begin : begin + count * of_set.itemsize].view(of_set)


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
def place(key: Any, sets: int) -> Any:
    """Which of a table's sets the key belongs to."""
    return (key >> np.uint64(8)) & np.uint64(sets - 1)


@njit(cache=True, nogil=True)
def find(of_set: Any, key: Any) -> int:
    """The key's slot in its set, or -1."""
    for way in range(WAYS):
        if of_set.keys[way] == key:
            return way
    return -1


@njit(cache=True, nogil=True)
def factors(fades: Any, silence: int) -> Any:
    """The FADE of a silence (ns, > 0)."""
    fade = fades.recent[(np.uint64(silence) * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(60)]
    if fade.silence_ns != silence:
        fade.silence_ns = silence
        seconds = silence * 1e-9
        d0 = np.float32(math.exp(-seconds * W0))
        d1 = np.float32(math.exp(-seconds * W1))
        d2 = np.float32(math.exp(-seconds * W2))
        d3 = np.float32(math.exp(-seconds * W3))
        for k in range(0, 4 * MOST_SUMS, 4):
            fade.factors[k] = d0
            fade.factors[k + 1] = d1
            fade.factors[k + 2] = d2
            fade.factors[k + 3] = d3
    return fade


@njit(cache=True, nogil=True)
def least_missed(of_set: Any, now: int) -> int:
    """The slot that a newcomer takes: a free one, else the one whose silence is greatest for how often it was touched.

    Forged addresses come once; what is known of a host that has spoken n times outlasts them n * n times over, though
    never for longer than MEMORY_NS. Entries without sums have less to lose: there, 32 touches count as one.
    """
    found = 0
    most = -1.0
    for way in range(WAYS):
        if of_set.keys[way] == 0:
            return way
        silence = abs(float(now - of_set.last_ns[way]))
        if silence <= MEMORY_NS:
            touches = of_set.touches[way]
            worth = float(touches if len(of_set.entries[way].sums) > 0 else 1 + touches // 32)
            silence /= worth * worth
        if silence > most:
            found, most = way, silence
    return found


@njit(cache=True, nogil=True)
def touch(of_set: Any, key: Any, now: int, fades: Any) -> Any:
    """The key's entry, its sums decayed to ``now``; ``fresh`` is 1 when it is new (or was silent for ten minutes)."""
    for way in range(WAYS):
        if of_set.keys[way] == key:
            known = of_set.entries[way]
            silence = now - of_set.last_ns[way]
            if silence > MEMORY_NS or silence < -MEMORY_NS:  # a clock that jumps far back begins anew, too
                of_set.last_ns[way] = now
                of_set.touches[way] = 1
                begin(known, now)
                return known
            known.fresh = 0
            of_set.touches[way] += 1
            if silence > 0:
                of_set.last_ns[way] = now
                sums = known.sums
                if len(sums) > 0:
                    by = factors(fades, silence).factors
                    for k in range(len(sums)):
                        sums[k] *= by[k]
            return known
    way = least_missed(of_set, now)
    if of_set.keys[way] != 0:
        of_set.forgotten += 1
    of_set.keys[way] = key
    of_set.last_ns[way] = now
    of_set.touches[way] = 1
    taken = of_set.entries[way]
    begin(taken, now)
    return taken


@njit(cache=True, nogil=True)
def begin(entry: Any, now: int) -> None:
    """Make an entry new."""
    for k in range(len(entry.everything)):
        entry.everything[k] = 0
    entry.first_ns = now
    entry.fresh = 1


@njit(cache=True, nogil=True)
def add(sums: Any, amount: float) -> None:
    """Add to a sum (4,) in every window."""
    for w in range(4):
        sums[w] += np.float32(amount)


@njit(cache=True, nogil=True)
def put_excess(more: Any, less: Any, out: Any) -> None:
    """Write sum ``more`` less sum ``less``, at least 0, to four columns ``out``."""
    for w in range(4):
        out[w] = max(more[w] - less[w], np.float32(0.0))


@njit(cache=True, nogil=True)
def learn(running: Any, value: float) -> None:
    """Update count, mean and variance (3,); the newest value weighs at least a tenth."""
    running[COUNT] += 1.0
    weight = max(1.0 / running[COUNT], 0.1)
    delta = value - running[MEAN]
    running[MEAN] += weight * delta
    running[VARIANCE] = (1.0 - weight) * (running[VARIANCE] + weight * delta * delta)


@njit(cache=True, nogil=True)
def spread(running: Any) -> float:
    """Standard deviation over mean of what :func:`learn` saw; 0 before two values."""
    if running[COUNT] < 2.0 or running[MEAN] <= 0.0:
        return 0.0
    return float(min(math.sqrt(max(running[VARIANCE], 0.0)) / running[MEAN], MOST_SPREAD))
