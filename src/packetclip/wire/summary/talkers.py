"""Who talks most, in a table of bounded size: a frequent-items sketch.

Each host has an entry with what it sent and received. When :data:`MOST` are there, the lower half by bytes is
forgotten, and the bytes of the largest of these are the *floor*: no host that is absent, or was for a time, has lost
more. So what stands in an entry is exact until the first is forgotten, and short by at most its ``missed`` after that;
the floor is at most 2 / MOST of all bytes counted (each end of a packet counts them once), for each purge takes the
floor's rise from MOST / 2 entries. Source: J. Misra, D. Gries, "Finding repeated elements" (1982); the purge by the
median: D. Anderson et al., "A high-performance algorithm for identifying frequent items in data streams" (2017).
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numba import njit
from numpy.typing import NDArray

SLOTS: Final = 1 << 14
MOST: Final = SLOTS * 3 // 4
"""Hosts remembered at a time."""

TALKER: Final = np.dtype(
    [
        ("hi", "u8"), ("lo", "u8"), ("missed", "i8"),
        ("sent_packets", "i8"), ("sent_bytes", "i8"), ("received_packets", "i8"), ("received_bytes", "i8"),
        ("used", "i8"),
    ]
)  # fmt: skip

_M1, _M2 = np.uint64(0xFF51AFD7ED558CCD), np.uint64(0xC4CEB9FE1A85EC53)
_S33: Final = np.uint64(33)
_IPV4: Final = np.uint64(0)
"""Upper half of all IPv4 addresses."""


@njit(cache=True, nogil=True)
def stir(word: Any) -> Any:
    """The finisher of MurmurHash3 (A. Appleby): every bit of the word moves every bit of the result."""
    word ^= word >> _S33
    word *= _M1
    word ^= word >> _S33
    word *= _M2
    return word ^ (word >> _S33)


@njit(cache=True, nogil=True)
def place_of(table: Any, seed: Any, hi: Any, lo: Any) -> Any:
    """The slot of an address, or the empty one where it belongs; ``seed`` is random, lest someone craft collisions."""
    mask = np.uint64(len(table) - 1)
    word = stir(seed ^ hi) ^ lo if hi != _IPV4 else seed ^ lo
    place = stir(word) & mask
    while table[place].used != 0 and (table[place].lo != lo or table[place].hi != hi):
        place = (place + np.uint64(1)) & mask
    return place


@njit(cache=True, nogil=True)
def _enter(table: Any, kept: Any, seed: Any) -> None:
    for i in range(len(kept)):
        table[place_of(table, seed, kept[i].hi, kept[i].lo)] = kept[i]


def listed(table: NDArray[Any]) -> NDArray[Any]:
    """(N,) of TALKER: the entries, most bytes first, ties by address."""
    rows: NDArray[Any] = table[table["used"] != 0]
    found: NDArray[Any] = rows[np.lexsort((rows["lo"], rows["hi"], -total_bytes(rows)))]
    return found


def total_bytes(rows: NDArray[Any]) -> NDArray[np.int64]:
    """Bytes either way, as far as counted."""
    total: NDArray[np.int64] = rows["sent_bytes"] + rows["received_bytes"]
    return total


def forget(table: NDArray[Any], seed: np.uint64) -> tuple[int, int]:
    """Make room by dropping the lower half; returns how many entries stay and the new floor in bytes."""
    used = table["used"] != 0
    most = total_bytes(table) + table["missed"]
    inside = np.sort(most[used])
    floor = int(inside[len(inside) // 2])
    kept = table[used & (most > floor)]
    table.view(np.uint8)[:] = 0
    _enter(table, kept, seed)
    return len(kept), floor
