"""Where open flows live: slots, a hash table from key to slot, and queues by age.

A live flow occupies one *slot*: ``flows[slot]`` is its public row, ``slots[slot]`` what only the kernel needs.
``buckets`` is an open-addressing table from key to slot (linear probing; slot + 1, 0 when empty; removal shifts later
entries back, so there are no tombstones). Each queue holds the slots of one timeout, least recently used first.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numba import njit

from packetclip.wire.flows.table import FLOW_COLUMNS

NEVER: Final = -(1 << 63)
"""The time of a side's last packet before its first."""
ARP_KIND: Final = 0x100
ONE_SIDED: Final = 0x200
"""Added to the protocol in the key of an ICMP message that nothing answers; its addresses are not swapped."""

KEY: Final = np.dtype(
    [
        ("kind", "u2"), ("a_port", "u2"), ("b_port", "u2"),
        ("a_hi", "u8"), ("a_lo", "u8"), ("b_hi", "u8"), ("b_lo", "u8"), ("hash", "u8"),
    ]
)  # fmt: skip
"""What makes packets one flow: protocol and the unordered pair of endpoints, the smaller as a."""

SLOT: Final = np.dtype(
    [
        *KEY.descr,
        ("touched", "i8"),  # ordinal of the packet that last used the slot
        ("orig_last_ns", "i8"),
        ("resp_last_ns", "i8"),
        ("earlier", "i4"),  # neighbours in the queue; `later` also chains free slots
        ("later", "i4"),
        ("queue", "u1"),
        ("used", "u1"),
        ("letters", "u1"),  # length of the history
        ("attempt", "u1"),  # 1: history begins with S; 2: and R came before any other letter of a connection
        ("orig_state", "u1"),
        ("resp_state", "u1"),
        ("orig_before", "u1"),  # state before the present one
        ("resp_before", "u1"),
        ("handshake", "u1"),  # 1: SYN of the originator, 2: SYN-ACK of the responder, 4: SYN of the responder
        ("orig_seen", "u2"),  # letters
        ("resp_seen", "u2"),
        ("happened", "u2"),  # events that happen once
        ("orig_numbered", "u1"),  # orig_next is known
        ("resp_numbered", "u1"),
        ("orig_next", "u4"),  # sequence number after the highest sent
        ("resp_next", "u4"),
    ]
)
FLOW_RAW: Final = np.dtype(
    [
        field
        for column in FLOW_COLUMNS
        for field in (
            (("history_lo", "u8"), ("history_hi", "u8")) if column.name == "history" else ((column.name, column.dtype),)
        )
    ]
)
"""FLOW with the history as two words, its first letter in the lowest byte."""
LIVE, NEXT_FLOW, ORDINAL, FREE, FRESH, EVICTED = range(6)
"""Positions in ``counters``: live flows, number of the next flow, packets seen, first free slot or -1, first slot never
used, flows that gave way to others because the table was full."""
HEAD, TAIL = 0, 1

_M1: Final = np.uint64(0xFF51AFD7ED558CCD)
_M2: Final = np.uint64(0xC4CEB9FE1A85EC53)
_S1: Final = np.uint64(32)
_S2: Final = np.uint64(29)


@njit(cache=True, nogil=True)
def _stir(state: Any, word: Any) -> Any:
    state = (state ^ word) * _M1
    state ^= state >> _S1
    state *= _M2
    return state ^ (state >> _S2)


@njit(cache=True, nogil=True)
def mix(seed: Any, a_hi: Any, a_lo: Any, b_hi: Any, b_lo: Any, rest: Any) -> Any:
    """A hash of five words; ``seed`` is random for the flow table, lest someone craft colliding flows."""
    state = _stir(np.uint64(seed), np.uint64(a_hi))
    state = _stir(state, np.uint64(a_lo))
    state = _stir(state, np.uint64(b_hi))
    state = _stir(state, np.uint64(b_lo))
    return _stir(state, np.uint64(rest))


@njit(cache=True, nogil=True)
def fill_key(
    key: Any, seed: Any, kind: Any, src_hi: Any, src_lo: Any, src_port: Any, dst_hi: Any, dst_lo: Any, dst_port: int
) -> None:
    """Write the key of a packet into ``key``, its hash included."""
    swap = False
    if kind & ONE_SIDED == 0:
        if src_hi != dst_hi:
            swap = src_hi > dst_hi
        elif src_lo != dst_lo:
            swap = src_lo > dst_lo
        else:
            swap = src_port > dst_port
    key.kind = kind
    if swap:
        key.a_hi, key.a_lo, key.a_port = dst_hi, dst_lo, dst_port
        key.b_hi, key.b_lo, key.b_port = src_hi, src_lo, src_port
    else:
        key.a_hi, key.a_lo, key.a_port = src_hi, src_lo, src_port
        key.b_hi, key.b_lo, key.b_port = dst_hi, dst_lo, dst_port
    rest = np.uint64(key.kind) << np.uint64(32) | np.uint64(key.a_port) << np.uint64(16) | np.uint64(key.b_port)
    key.hash = mix(seed, key.a_hi, key.a_lo, key.b_hi, key.b_lo, rest)


@njit(cache=True, nogil=True)
def find(buckets: Any, slots: Any, key: Any) -> Any:
    """The slot that has the key, or -1."""
    mask = len(buckets) - 1
    place = np.int64(key.hash & np.uint64(mask))
    while buckets[place] != 0:
        slot = buckets[place] - 1
        known = slots[slot]
        if (
            known.hash == key.hash
            and known.a_lo == key.a_lo
            and known.b_lo == key.b_lo
            and known.a_port == key.a_port
            and known.b_port == key.b_port
            and known.kind == key.kind
            and known.a_hi == key.a_hi
            and known.b_hi == key.b_hi
        ):
            return slot
        place = (place + 1) & mask
    return -1


@njit(cache=True, nogil=True)
def put(buckets: Any, hash_: Any, slot: Any) -> None:
    """Enter a slot whose key is not in the table."""
    mask = len(buckets) - 1
    place = np.int64(hash_ & np.uint64(mask))
    while buckets[place] != 0:
        place = (place + 1) & mask
    buckets[place] = slot + 1


@njit(cache=True, nogil=True)
def _take_out(buckets: Any, slots: Any, slot: Any) -> None:
    mask = len(buckets) - 1
    place = np.int64(slots[slot].hash & np.uint64(mask))
    while buckets[place] != slot + 1:
        place = (place + 1) & mask
    hole = place
    while True:
        place = (place + 1) & mask
        if buckets[place] == 0:
            break
        home = np.int64(slots[buckets[place] - 1].hash & np.uint64(mask))
        # An entry may fill the hole unless its home lies cyclically after the hole.
        if (place - home) & mask >= (place - hole) & mask:
            buckets[hole] = buckets[place]
            hole = place
    buckets[hole] = 0


@njit(cache=True, nogil=True)
def leave_queue(queues: Any, slots: Any, slot: Any) -> None:
    """Unlink a slot from the queue that it is in."""
    entry = slots[slot]
    if entry.earlier >= 0:
        slots[entry.earlier].later = entry.later
    else:
        queues[entry.queue, HEAD] = entry.later
    if entry.later >= 0:
        slots[entry.later].earlier = entry.earlier
    else:
        queues[entry.queue, TAIL] = entry.earlier


@njit(cache=True, nogil=True)
def join_queue(queues: Any, slots: Any, slot: Any) -> None:
    """Append a slot to its queue, as the one used last."""
    entry = slots[slot]
    tail = queues[entry.queue, TAIL]
    entry.earlier = tail
    entry.later = -1
    if tail >= 0:
        slots[tail].later = slot
    else:
        queues[entry.queue, HEAD] = slot
    queues[entry.queue, TAIL] = slot


@njit(cache=True, nogil=True)
def end_flow(slot: Any, flows: Any, slots: Any, buckets: Any, queues: Any, counters: Any, ended: Any) -> None:
    """Take a flow out of the table; its row stays in ``ended``, where ended flows are kept."""
    leave_queue(queues, slots, slot)
    _take_out(buckets, slots, slot)
    if len(ended) > 0:
        ended[flows[slot].flow] = flows[slot]
    slots[slot].used = 0
    slots[slot].later = counters[FREE]
    counters[FREE] = slot
    counters[LIVE] -= 1


@njit(cache=True, nogil=True)
def idle(now: Any, last: Any, timeout: Any) -> Any:
    """Whether a flow last seen at ``last`` is over at ``now``."""
    # Either way: a clock that jumps back is as much a new epoch as one that jumps ahead.
    return now - last > timeout or last - now > timeout


@njit(cache=True, nogil=True)
def expire(
    now: Any, timeouts: Any, flows: Any, slots: Any, buckets: Any, queues: Any, counters: Any, ended: Any
) -> None:
    """End flows at the heads of the queues whose time is over."""
    for queue in range(3):
        slot = queues[queue, HEAD]
        while slot >= 0 and idle(now, flows[slot].last_ns, timeouts[queue]):
            end_flow(slot, flows, slots, buckets, queues, counters, ended)
            slot = queues[queue, HEAD]


@njit(cache=True, nogil=True)
def evict(flows: Any, slots: Any, buckets: Any, queues: Any, counters: Any, ended: Any) -> None:
    """End the flow that has been silent for longest, and count it."""
    oldest = -1
    for queue in range(3):
        slot = queues[queue, HEAD]
        if slot >= 0 and (oldest < 0 or slots[slot].touched < slots[oldest].touched):
            oldest = slot
    counters[EVICTED] += 1
    end_flow(oldest, flows, slots, buckets, queues, counters, ended)
