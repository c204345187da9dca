"""Where open flows live: slots, a hash table from key to slot, and queues by age.

A live flow occupies one *slot*: ``flows[slot]`` is everything known of it, three cache lines, what most packets need in
the first. ``buckets`` is an open-addressing table from key to slot (linear probing; the key's hash and slot + 1 in one
word, 0 when empty; removal shifts later entries back, so there are no tombstones): a slot is read when its hash is the
right one, no other. Only the first buckets are used while flows are few, so that they stay in the cache. Each queue
holds the slots of one timeout, least recently used first; ``links`` are its neighbours, apart from the flows because a
packet moves two flows that it has nothing to do with.

All functions here are compiled into the kernel that calls them (``forceinline``): handing over so many arguments took a
quarter of its time.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numba import njit
from numpy.typing import NDArray

from packetclip.wire.flows.endings import EVICTION, IDLE
from packetclip.wire.flows.table import FLOW_COLUMNS

NEVER: Final = -(1 << 63)
"""The time of a side's last packet before its first."""
ARP_KIND: Final = 0x100
ONE_SIDED: Final = 0x200
"""Added to the protocol in the key of an ICMP message that nothing answers; its addresses are not swapped."""

LINE: Final = 64
"""Bytes of a cache line."""
LIVE_FLOW: Final = np.dtype(
    [
        # What finds the flow and times it out.
        ("orig_hi", "u8"), ("orig_lo", "u8"), ("resp_hi", "u8"), ("resp_lo", "u8"),
        ("last_ns", "i8"),
        ("kind", "u2"),  # protocol, with ARP_KIND or ONE_SIDED
        ("orig_port", "u2"), ("resp_port", "u2"),
        ("happened", "u2"),  # events that happen once
        ("hash", "u4"),
        ("queue", "u1"),
        ("used", "u1"),
        ("orig_state", "u1"), ("resp_state", "u1"),
        ("orig_before", "u1"), ("resp_before", "u1"),  # state before the present one
        ("handshake", "u1"),  # 1: SYN of the originator, 2: SYN-ACK of the responder, 4: its SYN, 8, 16: FINs
        ("attempt", "u1"),  # 1: history begins with S; 2: and R came before any other letter of a connection
        ("letters", "u1"),  # length of the history
        ("orig_numbered", "u1"), ("resp_numbered", "u1"),  # orig_next, resp_next are known
        ("conn_state", "u1"),
        # What every packet counts.
        ("flow", "i8"),
        ("first_ns", "i8"),
        ("touched", "i8"),  # ordinal of the packet that last used the slot
        ("orig_last_ns", "i8"), ("resp_last_ns", "i8"),
        ("orig_pkts", "i4"), ("resp_pkts", "i4"),
        ("orig_next", "u4"), ("resp_next", "u4"),  # sequence number after the highest sent
        ("orig_seen", "u2"), ("resp_seen", "u2"),  # letters
        ("ether_type", "u2"),
        ("protocol", "u1"),
        ("end_reason", "u1"),
        # The rest.
        ("orig_bytes", "i8"), ("resp_bytes", "i8"), ("orig_ip_bytes", "i8"), ("resp_ip_bytes", "i8"),
        ("history_lo", "u8"), ("history_hi", "u8"),
        ("vlan", "i4"),
        ("spare", "u4", 3),
    ],
    align=True,
)  # fmt: skip
"""A flow in its slot: the columns of FLOW, and what only the kernel needs."""
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
LIVE, NEXT_FLOW, ORDINAL, FREE, FRESH, EVICTED, LEFT, JOINED, ALONE, MASK, NOW = range(11)
"""Positions in ``counters``: live flows, number of the next flow, packets seen, first free slot or -1, first slot never
used, flows that gave way to others because the table was full; flows that ended in this batch; later fragments that
joined the flow of their first, and those whose first is not known; buckets in use, less one; the last packet's time."""
HEAD, TAIL = 0, 1
EARLIER, LATER = 0, 1
"""Columns of ``links``; LATER also chains free slots."""

_M1: Final = np.uint64(0xFF51AFD7ED558CCD)
_M2: Final = np.uint64(0xC4CEB9FE1A85EC53)
_S1: Final = np.uint64(32)
_S2: Final = np.uint64(29)
_S3: Final = np.uint64(33)
_LOW: Final = np.uint64(0xFFFFFFFF)
FEW_BUCKETS: Final = 1 << 10
CACHED: Final = 8192
"""Open flows that a processor's own cache holds."""
ENDED_A_PACKET: Final = 4
"""Flows that can end at a packet: two idle ones, that of a fragment's first, that whose key it has. One gives way to
others only when none of these did."""
SECRETS: Final = 7
"""Random odd words that a table's hashes are made with, lest someone craft colliding flows."""


def empty_slots(count: int) -> NDArray[Any]:
    """(count,) of LIVE_FLOW, zeros, each on cache lines of its own; memory is taken as slots are used."""
    room = np.zeros(count * LIVE_FLOW.itemsize + LINE, np.uint8)
    start = -room.ctypes.data % LINE
    return room[start : start + count * LIVE_FLOW.itemsize].view(LIVE_FLOW)


def buckets_for(flows: int) -> int:
    """A power of two, so many that this many flows do not crowd."""
    return max(FEW_BUCKETS, 1 << ((2 if flows <= CACHED else 4) * flows - 1).bit_length())


@njit(cache=True, nogil=True, forceinline=True)
def crowded(flows: Any, buckets: Any) -> Any:
    """Whether more buckets should be used.

    Where entries are close, a processor guesses wrongly where a search among them ends. While everything is cached,
    being small matters more.
    """
    return (2 if flows <= CACHED else 4) * flows > buckets


@njit(cache=True, nogil=True, forceinline=True)
def _stir(state: Any, word: Any) -> Any:
    state = (state ^ word) * _M1
    state ^= state >> _S1
    state *= _M2
    return state ^ (state >> _S2)


@njit(cache=True, nogil=True, forceinline=True)
def mix(seed: Any, a_hi: Any, a_lo: Any, b_hi: Any, b_lo: Any, rest: Any) -> Any:
    """A hash of five words."""
    state = _stir(np.uint64(seed), np.uint64(a_hi))
    state = _stir(state, np.uint64(a_lo))
    state = _stir(state, np.uint64(b_hi))
    state = _stir(state, np.uint64(b_lo))
    return _stir(state, np.uint64(rest))


@njit(cache=True, nogil=True, forceinline=True)
def _endpoint(hi: Any, lo: Any, port: Any, secrets: Any) -> Any:
    # Multilinear hashing of 32-bit words: the upper half of the sum is universal, whatever the words.
    word = secrets[0] * (hi & _LOW) + secrets[1] * (hi >> _S1)
    word += secrets[2] * (lo & _LOW) + secrets[3] * (lo >> _S1) + secrets[4] * np.uint64(port) + secrets[5]
    return (word ^ (word >> _S1)) * _M1


@njit(cache=True, nogil=True, forceinline=True)
def hash_of(
    kind: Any, src_hi: Any, src_lo: Any, src_port: Any, dst_hi: Any, dst_lo: Any, dst_port: Any, secrets: Any
) -> Any:
    """31 bits that are the same for both directions."""
    both = _endpoint(src_hi, src_lo, src_port, secrets) + _endpoint(dst_hi, dst_lo, dst_port, secrets)
    both += secrets[6] * np.uint64(kind)
    both = (both ^ (both >> _S2)) * _M2
    return np.int64(both >> _S3)


@njit(cache=True, nogil=True, forceinline=True)
def find(
    buckets: Any,
    mask: Any,
    flows: Any,
    hashed: Any,
    kind: Any,
    src_hi: Any,
    src_lo: Any,
    src_port: Any,
    dst_hi: Any,
    dst_lo: Any,
    dst_port: Any,
) -> Any:
    """The slot that has the key, or -1. Endpoints may be either way round unless the kind is one-sided."""
    place = hashed & mask
    while True:
        entry = buckets[place]
        if entry == 0:
            return -1
        if entry >> 32 == hashed:
            slot = (entry & 0xFFFFFFFF) - 1
            known = flows[slot]
            if known.kind == kind:
                if (
                    known.orig_lo == src_lo
                    and known.resp_lo == dst_lo
                    and known.orig_port == src_port
                    and known.resp_port == dst_port
                    and known.orig_hi == src_hi
                    and known.resp_hi == dst_hi
                ):
                    return slot
                if (
                    kind & ONE_SIDED == 0
                    and known.orig_lo == dst_lo
                    and known.resp_lo == src_lo
                    and known.orig_port == dst_port
                    and known.resp_port == src_port
                    and known.orig_hi == dst_hi
                    and known.resp_hi == src_hi
                ):
                    return slot
        place = (place + 1) & mask


@njit(cache=True, nogil=True, forceinline=True)
def put(buckets: Any, mask: Any, hashed: Any, slot: Any) -> None:
    """Enter a slot whose key is not in the table."""
    place = hashed & mask
    while buckets[place] != 0:
        place = (place + 1) & mask
    buckets[place] = (hashed << 32) | (slot + 1)


@njit(cache=True, nogil=True, forceinline=True)
def spread(buckets: Any, flows: Any, counters: Any) -> None:
    """Use twice as many buckets."""
    mask = 2 * counters[MASK] + 1
    counters[MASK] = mask
    buckets[: mask + 1] = 0
    for slot in range(counters[FRESH]):
        if flows[slot].used == 1:
            put(buckets, mask, np.int64(flows[slot].hash), slot)


@njit(cache=True, nogil=True, forceinline=True)
def _take_out(buckets: Any, mask: Any, hashed: Any, slot: Any) -> None:
    place = hashed & mask
    while buckets[place] & 0xFFFFFFFF != slot + 1:
        place = (place + 1) & mask
    hole = place
    while True:
        place = (place + 1) & mask
        if buckets[place] == 0:
            break
        home = (buckets[place] >> 32) & mask
        # An entry may fill the hole unless its home lies cyclically after the hole.
        if (place - home) & mask >= (place - hole) & mask:
            buckets[hole] = buckets[place]
            hole = place
    buckets[hole] = 0


@njit(cache=True, nogil=True, forceinline=True)
def leave_queue(queues: Any, links: Any, queue: Any, slot: Any) -> None:
    """Unlink a slot from the queue that it is in."""
    earlier, later = links[slot, EARLIER], links[slot, LATER]
    if earlier >= 0:
        links[earlier, LATER] = later
    else:
        queues[queue, HEAD] = later
    if later >= 0:
        links[later, EARLIER] = earlier
    else:
        queues[queue, TAIL] = earlier


@njit(cache=True, nogil=True, forceinline=True)
def join_queue(queues: Any, links: Any, queue: Any, slot: Any) -> None:
    """Append a slot to a queue, as the one used last."""
    tail = queues[queue, TAIL]
    links[slot, EARLIER] = tail
    links[slot, LATER] = -1
    if tail >= 0:
        links[tail, LATER] = slot
    else:
        queues[queue, HEAD] = slot
    queues[queue, TAIL] = slot


@njit(cache=True, nogil=True, forceinline=True)
def _file(row: Any, flow: Any) -> None:
    row.flow, row.first_ns, row.last_ns = flow.flow, flow.first_ns, flow.last_ns
    row.orig_hi, row.orig_lo, row.resp_hi, row.resp_lo = flow.orig_hi, flow.orig_lo, flow.resp_hi, flow.resp_lo
    row.orig_bytes, row.resp_bytes = flow.orig_bytes, flow.resp_bytes
    row.orig_ip_bytes, row.resp_ip_bytes = flow.orig_ip_bytes, flow.resp_ip_bytes
    row.history_lo, row.history_hi = flow.history_lo, flow.history_hi
    row.orig_pkts, row.resp_pkts = flow.orig_pkts, flow.resp_pkts
    row.vlan, row.ether_type, row.protocol = flow.vlan, flow.ether_type, flow.protocol
    row.orig_port, row.resp_port = flow.orig_port, flow.resp_port
    row.conn_state, row.end_reason = flow.conn_state, flow.end_reason


@njit(cache=True, nogil=True, forceinline=True)
def end_flow(
    slot: Any, reason: Any, flows: Any, links: Any, buckets: Any, queues: Any, counters: Any, leaving: Any
) -> None:
    """Take a flow out of the table and append its row to ``leaving``; an earlier reason stands."""
    flow = flows[slot]
    leave_queue(queues, links, flow.queue, slot)
    _take_out(buckets, counters[MASK], np.int64(flow.hash), slot)
    if flow.end_reason == 0:
        flow.end_reason = reason
    _file(leaving[counters[LEFT]], flow)
    counters[LEFT] += 1
    flow.used = 0
    links[slot, LATER] = counters[FREE]
    counters[FREE] = slot
    counters[LIVE] -= 1


@njit(cache=True, nogil=True, forceinline=True)
def idle(now: Any, last: Any, timeout: Any) -> Any:
    """Whether a flow last seen at ``last`` is over at ``now``."""
    # Either way: a clock that jumps back is as much a new epoch as one that jumps ahead.
    return now - last > timeout or last - now > timeout


@njit(cache=True, nogil=True, forceinline=True)
def end_an_idle_flow(
    now: Any, timeouts: Any, flows: Any, links: Any, buckets: Any, queues: Any, counters: Any, leaving: Any
) -> None:
    """End the first flow at the head of a queue whose time is over, if there is one.

    A packet asks once, and once more when it begins a flow: so those whose time is over become fewer with every packet,
    and no packet pays for many. Nobody sees that the rest wait: who looks for a flow asks whether it is idle, and no
    flow gives way to others while one of them is left.
    """
    for queue in range(3):
        slot = queues[queue, HEAD]
        if slot >= 0 and idle(now, flows[slot].last_ns, timeouts[queue]):
            end_flow(slot, IDLE, flows, links, buckets, queues, counters, leaving)
            break


@njit(cache=True, nogil=True, forceinline=True)
def overdue(now: Any, timeouts: Any, flows: Any, links: Any, queues: Any, found: Any) -> Any:
    """Fill ``found`` with the slots of flows whose time is over and whose turn to end has not come; how many."""
    count = 0
    for queue in range(3):
        slot = queues[queue, HEAD]
        while slot >= 0 and idle(now, flows[slot].last_ns, timeouts[queue]):
            found[count] = slot
            count += 1
            slot = np.int64(links[slot, LATER])
    return count


@njit(cache=True, nogil=True, forceinline=True)
def evict(flows: Any, links: Any, buckets: Any, queues: Any, counters: Any, leaving: Any) -> None:
    """End the flow that has been silent for longest, and count it."""
    oldest = -1
    for queue in range(3):
        slot = queues[queue, HEAD]
        if slot >= 0 and (oldest < 0 or flows[slot].touched < flows[oldest].touched):
            oldest = slot
    counters[EVICTED] += 1
    end_flow(oldest, EVICTION, flows, links, buckets, queues, counters, leaving)
