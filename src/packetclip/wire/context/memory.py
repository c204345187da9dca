"""Bounded memory for decaying sums: a set-associative table that forgets what is least missed in a full set.

Every entry belongs to a 64-bit key and holds sums, each over the four windows of :data:`schema.WINDOWS_S`, and some
plain numbers, by name. A key can stand in one of :data:`WAYS` neighbouring slots only, so that finding, adding and
forgetting all touch as much memory whatever the traffic, and no table grows.

Nothing here is a set that grows or a sketch. "Not seen in the last ten minutes" means that the key is not in its table:
exact while the sets of the table have room, and an old peer is called new once its entry has given way
(docs/decisions/0008-bounded-memory.md has the measured error). Two keys with the same 64 bits are taken for one.

A set is one record, and so is an entry. Kernels hand records to each other, never tables: numba counts every array
that is handed on in and out with atomic operations, which took more time than everything else together.
What kernels call is compiled into them (``forceinline``): handing arguments over took a tenth of the time.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from packetclip.wire.context.rooms import zeros
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
MOST_TOUCHES: Final = np.uint32(0xFFFFFFFF)
"""Where counting touches ends."""
NEW: Final = np.int64(-1)
"""In place of a silence: the entry is new."""
SET: Final = np.dtype([("keys", "u8", WAYS), ("last_ns", "i8", WAYS), ("touches", "u4", WAYS), ("slots", "u4", WAYS)])
"""Three cache lines: whose the entries are, when and how often they were touched, and where they lie."""
FILL: Final = np.dtype([("used", "i8"), ("forgotten", "i8")])
"""Slots that were ever taken, and how often one changed hands."""
FADE: Final = np.dtype([("silence_ns", "i8"), ("factors", "f4", 4 * MOST_SUMS)])
"""By how much the sums of an entry fade over a silence."""
FADES: Final = np.dtype([("recent", FADE, 16)])
"""Most entries of a packet were silent for the same time, and exponentials are dear: the last ones are kept."""


def entry(
    sums: Mapping[str, Sequence[Sum]] | None = None,
    running: Sequence[str] = (),
    numbers: Sequence[str] = (),
    words: Sequence[str] = (),
    clocks: Sequence[str] = (),
) -> np.dtype[Any]:
    """The record of an entry: every sum by its name (4,) float32, and each table of sums as one block by its own.

    ``running`` are statistics of three float64 (count, mean, variance), ``numbers`` single float64, ``words`` uint64,
    ``clocks`` int64. Entries begin with a cache line.
    """
    blocks = sums or {}
    kept = [name for block in blocks.values() for name in (part.name for part in block)]
    assert len(kept) <= MOST_SUMS
    fields: list[tuple[str, Any, int]] = [("sums", ("f4", 4 * len(kept)), 0)]
    at = 0
    for name, block in blocks.items():
        fields.append((name, ("f4", (len(block), 4)), at))
        for part in block:
            fields.append((part.name, ("f4", 4), at))
            at += 16
    for name, kind, size in (
        *((name, ("f8", 3), 24) for name in running),
        *((name, "f8", 8) for name in numbers),
        *((name, "u8", 8) for name in words),
        *((name, "i8", 8) for name in clocks),
    ):
        fields.append((name, kind, at))
        at += size
    at = max(-(-at // CACHE_LINE), 1) * CACHE_LINE
    fields.append(("everything", ("u8", at // 8), 0))
    names, formats, offsets = zip(*fields, strict=True)
    return np.dtype({"names": names, "formats": formats, "offsets": offsets, "itemsize": at})


class Table(NamedTuple):
    """A table of entries of one kind, empty at first."""

    sets: NDArray[Any]
    """(capacity // WAYS,) of SET."""
    entries: NDArray[Any]
    """(capacity,) of the kind, in the order in which slots were first taken: what is in use lies together."""
    fill: NDArray[Any]
    """(1,) of FILL."""


def make_memory(*wanted: tuple[int, np.dtype[Any]]) -> list[Table]:
    """Tables of so many slots (a power of two) for entries of a kind each, in one piece of memory.

    Sets lie anywhere in a table, so all sets come first, together; entries follow.
    """
    sizes = [slots // WAYS * SET.itemsize for slots, _ in wanted] + [slots * kind.itemsize for slots, kind in wanted]
    ends = np.cumsum(sizes)
    room = zeros(int(ends[-1]))
    parts = [room[end - size : end] for size, end in zip(sizes, ends, strict=True)]
    return [
        Table(sets.view(SET), entries.view(kind), np.zeros(1, FILL))
        for (_, kind), sets, entries in zip(wanted, parts, parts[len(wanted) :], strict=False)
    ]


@njit(cache=True, nogil=True, forceinline=True)
def mix(a: Any, b: Any) -> Any:
    """One 64-bit key from two (the finaliser of SplitMix64 over their combination); never 0."""
    x = np.uint64(a) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(b)
    x ^= x >> np.uint64(30)
    x *= np.uint64(0xBF58476D1CE4E5B9)
    x ^= x >> np.uint64(27)
    x *= np.uint64(0x94D049BB133111EB)
    x ^= x >> np.uint64(31)
    return x | np.uint64(1)


@njit(cache=True, nogil=True, forceinline=True)
def place(key: Any, sets: int) -> Any:
    """Which of a table's sets the key belongs to."""
    return (key >> np.uint64(8)) & np.uint64(sets - 1)


@njit(cache=True, nogil=True, forceinline=True)
def find(of_set: Any, key: Any) -> int:
    """The position of the key's entry, or -1."""
    for way in range(WAYS):
        if of_set.keys[way] == key:
            return int(of_set.slots[way])
    return -1


@njit(cache=True, nogil=True, forceinline=True)
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


@njit(cache=True, nogil=True, forceinline=True)
def least_missed(of_set: Any, now: int, summed: bool) -> int:
    """The way that a newcomer takes: a free one, else the one whose silence is greatest for how often it was touched.

    Forged addresses come once; what is known of a host that has spoken n times outlasts them n * n times over, though
    never for longer than MEMORY_NS. Entries without sums have less to lose: there, 32 touches count as one.
    """
    if of_set.keys[WAYS - 1] == 0:  # ways fill from the first on
        for way in range(WAYS):
            if of_set.keys[way] == 0:
                return way
    found = 0
    most = -1.0
    for way in range(WAYS):
        silence = abs(float(now - of_set.last_ns[way]))
        if silence <= MEMORY_NS:
            touches = of_set.touches[way]
            worth = touches if summed else np.uint32(1) + touches // np.uint32(32)
            if worth > 1:  # most are 1 in a flood, and divisions are dear
                silence /= float(worth) * float(worth)
        if silence > most:
            found, most = way, silence
    return found


@njit(cache=True, nogil=True, forceinline=True)
def seek(of_set: Any, fill: Any, key: Any, now: int, summed: bool) -> Any:
    """Position of the key's entry, and for how long it was silent: ns, 0 when the clock stepped back, or NEW.

    The entry must be handed to :func:`renew` then. It is NEW after ten minutes of silence, too.
    """
    for way in range(WAYS):
        if of_set.keys[way] == key:
            slot = np.int64(of_set.slots[way])
            silence = now - of_set.last_ns[way]
            if silence > MEMORY_NS or silence < -MEMORY_NS:  # a clock that jumps far back begins anew, too
                of_set.last_ns[way] = now
                of_set.touches[way] = 1
                return slot, NEW
            touches = of_set.touches[way]
            of_set.touches[way] = touches + (touches != MOST_TOUCHES)
            if silence > 0:
                of_set.last_ns[way] = now
                return slot, silence
            return slot, np.int64(0)
    way = least_missed(of_set, now, summed)
    if of_set.keys[way] != 0:
        fill.forgotten += 1
        slot = np.int64(of_set.slots[way])
    else:
        slot = fill.used
        fill.used += 1
        of_set.slots[way] = slot
    of_set.keys[way] = key
    of_set.last_ns[way] = now
    of_set.touches[way] = 1
    return slot, NEW


@njit(cache=True, nogil=True, forceinline=True)
def first_seen(of_set: Any, fill: Any, key: Any, now: int) -> bool:
    """Whether the key is new in a table that keeps no entries."""
    return bool(seek(of_set, fill, key, now, False)[1] == NEW)


@njit(cache=True, nogil=True, forceinline=True)
def expect(of_set: Any, fill: Any, key: Any, now: int, summed: bool) -> Any:
    """The position that :func:`seek` is about to return, if nothing happens to the set until then."""
    for way in range(WAYS):
        if of_set.keys[way] == key:
            return np.int64(of_set.slots[way])
    way = least_missed(of_set, now, summed)
    if of_set.keys[way] == 0:
        return fill.used
    return np.int64(of_set.slots[way])


@njit(cache=True, nogil=True, forceinline=True)
def renew(entry: Any, silence: int, fades: Any) -> Any:
    """The entry, its sums decayed over a silence of :func:`seek`, or all zero when it is NEW."""
    if silence < 0:
        for k in range(len(entry.everything)):
            entry.everything[k] = 0
    elif silence > 0:
        sums = entry.sums
        if len(sums) > 0:
            by = factors(fades, silence).factors
            for k in range(len(sums)):
                sums[k] *= by[k]
    return entry


@njit(cache=True, nogil=True, forceinline=True)
def add(sums: Any, amount: float) -> None:
    """Add to a sum (4,) in every window."""
    for w in range(4):
        sums[w] += np.float32(amount)


@njit(cache=True, nogil=True, forceinline=True)
def put_excess(more: Any, less: Any, out: Any) -> None:
    """Write sum ``more`` less sum ``less``, at least 0, to four columns ``out``."""
    for w in range(4):
        out[w] = max(more[w] - less[w], np.float32(0.0))


@njit(cache=True, nogil=True, forceinline=True)
def learn(running: Any, value: float) -> None:
    """Update count, mean and variance (3,); the newest value weighs at least a tenth."""
    running[COUNT] += 1.0
    weight = max(1.0 / running[COUNT], 0.1)
    delta = value - running[MEAN]
    running[MEAN] += weight * delta
    running[VARIANCE] = (1.0 - weight) * (running[VARIANCE] + weight * delta * delta)


@njit(cache=True, nogil=True, forceinline=True)
def spread(running: Any) -> float:
    """Standard deviation over mean of what :func:`learn` saw; 0 before two values."""
    if running[COUNT] < 2.0 or running[MEAN] <= 0.0:
        return 0.0
    return float(min(math.sqrt(max(running[VARIANCE], 0.0)) / running[MEAN], MOST_SPREAD))
