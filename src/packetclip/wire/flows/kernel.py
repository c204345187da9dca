"""The compiled walk over packets that keeps the flows: a hash table, three queues by age, and Zeek's rules.

Everything that lasts between calls is in the arrays of :class:`packetclip.wire.flows.tracker.FlowTracker`. A live flow
occupies one *slot*: ``flows[slot]`` is its public row, ``slots[slot]`` what only the kernel needs. ``buckets`` is the
open-addressing table from key to slot (linear probing, slot + 1, 0 when empty; removal shifts later entries back, so
there are no tombstones). Each queue holds the slots of one timeout, least recently used first.

The oracle in :mod:`packetclip.wire.flows.oracle` says the same in plain Python, one packet at a time.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numba import njit

from packetclip.wire.flows import states
from packetclip.wire.flows.icmp import ANSWERS_ONLY, COUNTERPART, ICMP, ICMPV6
from packetclip.wire.flows.states import endpoints_after, tcp_conn_state, udp_conn_state
from packetclip.wire.flows.steps import (
    ANSWERED,
    BEGUN,
    CLOSED,
    ESTABLISHED,
    ORIG_DATA,
    REJECTED,
    RESET,
    RESP_DATA,
    RETRANSMITTED,
)
from packetclip.wire.flows.table import FLOW_COLUMNS

TCP: Final = 6
UDP: Final = 17
ARP_KIND: Final = 0x100
ONE_SIDED: Final = 0x200
"""Added to the protocol in the key of an ICMP message that nothing answers; its addresses are not swapped."""

FRAGMENT_MEMORY: Final = 4096
"""First fragments remembered, by a hash of addresses and protocol; a later one takes the place of an earlier."""
FRAGMENT_NS: Final = 30_000_000_000
"""How long a first fragment is remembered (Linux's net.ipv4.ipfrag_time)."""
NEVER: Final = -(1 << 63)

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
FRAGMENT: Final = np.dtype(
    [
        ("src_hi", "u8"), ("src_lo", "u8"), ("dst_hi", "u8"), ("dst_lo", "u8"), ("protocol", "u1"),
        ("is_orig", "u1"), ("slot", "i4"), ("flow", "i8"), ("time_ns", "i8"),
    ]
)  # fmt: skip
"""A first fragment: flow is -1 in an empty entry."""

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
def fragment_entry(src_hi: Any, src_lo: Any, dst_hi: Any, dst_lo: Any, protocol: Any) -> Any:
    """Where the first fragment of such a datagram is remembered."""
    return np.int64(mix(0, src_hi, src_lo, dst_hi, dst_lo, protocol) & np.uint64(FRAGMENT_MEMORY - 1))


@njit(cache=True, nogil=True)
def _fill_key(
    key: Any, seed: Any, kind: Any, src_hi: Any, src_lo: Any, src_port: Any, dst_hi: Any, dst_lo: Any, dst_port: int
) -> None:
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
def _find(buckets: Any, slots: Any, key: Any) -> Any:
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
def _put(buckets: Any, hash_: Any, slot: Any) -> None:
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
def _leave_queue(queues: Any, slots: Any, slot: Any) -> None:
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
def _join_queue(queues: Any, slots: Any, slot: Any) -> None:
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
def _end(slot: Any, flows: Any, slots: Any, buckets: Any, queues: Any, counters: Any, ended: Any) -> None:
    """Take a flow out of the table; its row stays in ``ended``, where ended flows are kept."""
    _leave_queue(queues, slots, slot)
    _take_out(buckets, slots, slot)
    if len(ended) > 0:
        ended[flows[slot].flow] = flows[slot]
    slots[slot].used = 0
    slots[slot].later = counters[FREE]
    counters[FREE] = slot
    counters[LIVE] -= 1


@njit(cache=True, nogil=True)
def _idle(now: Any, last: Any, timeout: Any) -> Any:
    # Either way: a clock that jumps back is as much a new epoch as one that jumps ahead.
    return now - last > timeout or last - now > timeout


@njit(cache=True, nogil=True)
def _expire(
    now: Any, timeouts: Any, flows: Any, slots: Any, buckets: Any, queues: Any, counters: Any, ended: Any
) -> None:
    for queue in range(3):
        slot = queues[queue, HEAD]
        while slot >= 0 and _idle(now, flows[slot].last_ns, timeouts[queue]):
            _end(slot, flows, slots, buckets, queues, counters, ended)
            slot = queues[queue, HEAD]


@njit(cache=True, nogil=True)
def _evict(flows: Any, slots: Any, buckets: Any, queues: Any, counters: Any, ended: Any) -> None:
    oldest = -1
    for queue in range(3):
        slot = queues[queue, HEAD]
        if slot >= 0 and (oldest < 0 or slots[slot].touched < slots[oldest].touched):
            oldest = slot
    counters[EVICTED] += 1
    _end(oldest, flows, slots, buckets, queues, counters, ended)


@njit(cache=True, nogil=True)
def _letter(flow: Any, slot: Any, is_orig: bool, bit: Any, char: Any) -> None:
    if is_orig:
        if slot.orig_seen & bit != 0:
            return
        if bit == states.BIT_S and slot.orig_seen == 0 and slot.resp_seen == 0:
            slot.attempt = 1
        elif bit == states.BIT_R and slot.attempt == 1:
            others = states.BIT_H | states.BIT_A | states.BIT_F | states.BIT_I | states.BIT_Q
            if slot.orig_seen & others == 0:
                slot.attempt = 2
        slot.orig_seen |= bit
    else:
        if slot.resp_seen & bit != 0:
            return
        slot.resp_seen |= bit
        char += 32
    _append(flow, slot, char)


@njit(cache=True, nogil=True)
def _append(flow: Any, slot: Any, char: Any) -> None:
    at = slot.letters
    if at >= states.HISTORY_LENGTH:
        return
    if at < 8:
        flow.history_lo |= np.uint64(char) << np.uint64(8 * at)
    else:
        flow.history_hi |= np.uint64(char) << np.uint64(8 * (at - 8))
    slot.letters = at + 1


@njit(cache=True, nogil=True)
def _tcp(row: Any, flow: Any, slot: Any, is_orig: bool, payload: Any) -> Any:
    """Bring a TCP flow up to this segment; packets and bytes are already counted. Returns events."""
    event = 0
    flags = np.int64(row.tcp_flags)
    syn, fin = flags & states.SYN != 0, flags & states.FIN != 0
    rst, ack = flags & states.RST != 0, flags & states.ACK != 0

    if np.int64(syn) + np.int64(fin) + np.int64(rst) > 1:
        if fin and rst:
            _letter(flow, slot, is_orig, states.BIT_I, states.CHAR_I)
        else:
            _letter(flow, slot, is_orig, states.BIT_Q, states.CHAR_Q)
    elif syn and ack:
        _letter(flow, slot, is_orig, states.BIT_H, states.CHAR_H)
    elif syn:
        _letter(flow, slot, is_orig, states.BIT_S, states.CHAR_S)
    elif fin:
        _letter(flow, slot, is_orig, states.BIT_F, states.CHAR_F)
    elif rst:
        _letter(flow, slot, is_orig, states.BIT_R, states.CHAR_R)
    elif payload > 0:
        _letter(flow, slot, is_orig, states.BIT_D, states.CHAR_D)
    elif ack:
        _letter(flow, slot, is_orig, states.BIT_A, states.CHAR_A)

    own = np.int64(slot.orig_state) if is_orig else np.int64(slot.resp_state)
    peer = np.int64(slot.resp_state) if is_orig else np.int64(slot.orig_state)
    peer_before = np.int64(slot.resp_before) if is_orig else np.int64(slot.orig_before)
    if row.tcp_window == 0 and not rst and peer != states.CLOSED_END and own != states.RESET_END:
        _letter(flow, slot, is_orig, states.BIT_W, states.CHAR_W)

    # Sequence numbers: SYN and FIN take one each; a RST is no part of the stream.
    span = payload + np.int64(syn) + np.int64(fin)
    if span > 0 and not rst:
        end = np.uint32(row.tcp_seq) + np.uint32(span)
        numbered = slot.orig_numbered if is_orig else slot.resp_numbered
        following = slot.orig_next if is_orig else slot.resp_next
        ahead = np.int32(np.uint32(end) - np.uint32(following))
        if numbered == 1 and (ahead == 0 if syn else ahead <= 0):
            event |= RETRANSMITTED
            if payload > 0:
                _letter(flow, slot, is_orig, states.BIT_T, states.CHAR_T)
        elif is_orig:
            slot.orig_next, slot.orig_numbered = end, 1
        else:
            slot.resp_next, slot.resp_numbered = end, 1

    # Events of the handshake and the end.
    if rst:
        established = slot.happened & ESTABLISHED != 0
        spoken = flow.resp_pkts > (0 if is_orig else 1) and flow.orig_pkts > (1 if is_orig else 0)
        midstream = slot.handshake == 0 and spoken
        if slot.happened & (REJECTED | RESET) == 0:
            if established or midstream:
                event |= RESET
            elif not is_orig and flow.orig_pkts > 0:
                event |= REJECTED
    elif syn:
        if is_orig:
            slot.handshake |= 1
        else:
            slot.handshake |= 2 if ack else 4
    elif is_orig and ack and slot.handshake & 2 != 0 and slot.happened & (ESTABLISHED | REJECTED | RESET) == 0:
        event |= ESTABLISHED

    new_own, new_peer = endpoints_after(own, peer, peer_before, is_orig, flags, payload)
    if new_own != own:
        if is_orig:
            slot.orig_state, slot.orig_before = new_own, own
        else:
            slot.resp_state, slot.resp_before = new_own, own
    if new_peer != peer:
        if is_orig:
            slot.resp_state, slot.resp_before = new_peer, peer
        else:
            slot.orig_state, slot.orig_before = new_peer, peer
    if fin:
        slot.handshake |= 8 if is_orig else 16
        if slot.handshake & 24 == 24 and slot.happened & CLOSED == 0:
            event |= CLOSED
    empty = flow.orig_bytes == 0 and flow.resp_bytes == 0
    flow.conn_state = tcp_conn_state(np.int64(slot.orig_state), np.int64(slot.resp_state), empty, slot.attempt == 2)
    return event


@njit(cache=True, nogil=True)
def _link_header(link_type: Any, vlan: Any) -> Any:
    """Bytes before the IP header, as far as the columns tell: one VLAN tag is seen, a second is not."""
    if link_type == 1:
        return 18 if vlan >= 0 else 14
    if link_type == 113:
        return 16
    if link_type == 276:
        return 20
    if link_type == 0 or link_type == 108:
        return 4
    return 0


@njit(cache=True, nogil=True)
def track(
    rows: Any,
    steps: Any,
    flows: Any,
    slots: Any,
    buckets: Any,
    queues: Any,
    counters: Any,
    fragments: Any,
    ended: Any,
    key: Any,
    likely: Any,
    timeouts: Any,
    seed: Any,
) -> None:
    """Fill ``steps`` (N,) of STEP for ``rows`` (N,) of PACKET and carry the state on. Never raises."""
    for i in range(len(rows)):
        row = rows[i]
        step = steps[i]
        step.flow = -1
        step.gap_ns = -1
        step.side_gap_ns = -1
        step.quoted_flow = -1
        arp = row.ip_version == 0 and row.arp_operation != 0
        if row.dropped != 0 or (row.ip_version == 0 and not arp):
            continue
        now = row.time_ns
        counters[ORDINAL] += 1
        _expire(now, timeouts, flows, slots, buckets, queues, counters, ended)

        protocol = 0 if arp else np.int64(row.protocol)
        later_fragment = not arp and row.fragment_offset != 0
        icmp = protocol in (ICMP, ICMPV6)
        v6 = 1 if protocol == ICMPV6 else 0
        queue = 0 if protocol == TCP else (1 if protocol == UDP else 2)

        event = 0
        if icmp and not later_fragment and row.quoted_protocol != 0:
            quoted = _quoted(row, slots, buckets, key, seed)
            if quoted >= 0 and not _idle(now, flows[quoted].last_ns, timeouts[slots[quoted].queue]):
                step.quoted_flow = flows[quoted].flow
                # "Fragmentation needed" refuses a size, not the flow.
                unreachable = row.icmp_type == (1 if v6 == 1 else 3) and (v6 == 1 or row.icmp_code != 4)
                if unreachable and flows[quoted].resp_pkts == 0 and slots[quoted].happened & REJECTED == 0:
                    slots[quoted].happened |= REJECTED
                    event = REJECTED

        # The key, and the slot that has it.
        kind = ARP_KIND if arp else protocol
        src_port: Any = 0
        dst_port: Any = 0
        slot: Any = -1
        joined: Any = -1
        if later_fragment:
            place = fragment_entry(row.src_hi, row.src_lo, row.dst_hi, row.dst_lo, protocol)
            first = fragments[place]
            if (
                first.flow >= 0
                and first.protocol == protocol
                and first.src_hi == row.src_hi
                and first.src_lo == row.src_lo
                and first.dst_hi == row.dst_hi
                and first.dst_lo == row.dst_lo
                and not _idle(now, first.time_ns, FRAGMENT_NS)
                and slots[first.slot].used == 1
                and flows[first.slot].flow == first.flow
            ):
                slot = first.slot
                joined = np.int64(first.is_orig)
        elif icmp:
            src_port = np.int64(row.icmp_type)
            dst_port = np.int64(COUNTERPART[v6, row.icmp_type])
            if dst_port < 0:
                dst_port = np.int64(row.icmp_code)
                kind |= ONE_SIDED
        elif not arp:
            src_port, dst_port = np.int64(row.src_port), np.int64(row.dst_port)
        if slot < 0:
            _fill_key(key, seed, kind, row.src_hi, row.src_lo, src_port, row.dst_hi, row.dst_lo, dst_port)
            slot = _find(buckets, slots, key)
        flags = np.int64(row.tcp_flags)
        tcp = protocol == TCP and not later_fragment
        if slot >= 0:
            stale = _idle(now, flows[slot].last_ns, timeouts[queue])
            if tcp and flags & (states.SYN | states.ACK | states.FIN | states.RST) == states.SYN:
                stale = (
                    stale or slots[slot].orig_state >= states.CLOSED_END or slots[slot].resp_state >= states.CLOSED_END
                )
            if stale:
                _end(slot, flows, slots, buckets, queues, counters, ended)
                if joined >= 0:
                    joined = -1
                    _fill_key(key, seed, kind, row.src_hi, row.src_lo, src_port, row.dst_hi, row.dst_lo, dst_port)
                    slot = _find(buckets, slots, key)
                    if slot >= 0 and _idle(now, flows[slot].last_ns, timeouts[queue]):
                        _end(slot, flows, slots, buckets, queues, counters, ended)
                        slot = -1
                else:
                    slot = -1

        if slot < 0:
            if counters[LIVE] >= len(flows):
                _evict(flows, slots, buckets, queues, counters, ended)
            slot = counters[FREE]
            if slot >= 0:
                counters[FREE] = slots[slot].later
            else:
                slot = counters[FRESH]
                counters[FRESH] += 1
            counters[LIVE] += 1
            _begin(slot, row, flows[slot], slots[slot], key, counters, src_port, dst_port, queue)
            flip = False
            if later_fragment or arp:
                pass
            elif icmp:
                flip = ANSWERS_ONLY[v6, row.icmp_type]
            elif tcp and flags & states.SYN != 0:
                flip = flags & states.ACK != 0
            elif protocol in (TCP, UDP):
                flip = likely[src_port] and not likely[dst_port]
            if flip:
                _flip(flows[slot])
                if tcp or protocol == UDP:
                    _append(flows[slot], slots[slot], states.CHAR_FLIPPED)
            _put(buckets, key.hash, slot)
            _join_queue(queues, slots, slot)
            event |= BEGUN
            gap = -1
        else:
            _leave_queue(queues, slots, slot)
            _join_queue(queues, slots, slot)
            gap = max(0, now - flows[slot].last_ns)

        flow = flows[slot]
        own = slots[slot]
        own.touched = counters[ORDINAL]
        if joined >= 0:
            is_orig = joined == 1
        else:
            is_orig = flow.orig_lo == row.src_lo and flow.orig_hi == row.src_hi and np.int64(flow.orig_port) == src_port
        payload: Any = 0 if arp else max(0, np.int64(row.payload_length))
        ip_bytes: Any = 0
        if not arp:
            ip_bytes = max(
                0, np.int64(row.payload_start) + payload - _link_header(np.int64(row.link_type), np.int64(row.vlan))
            )
        flow.last_ns = max(flow.last_ns, now)
        if is_orig:
            side_last = own.orig_last_ns
            own.orig_last_ns = now
            flow.orig_pkts += 1
            flow.orig_ip_bytes += ip_bytes
            if payload > 0 and own.happened & ORIG_DATA == 0:
                event |= ORIG_DATA
            flow.orig_bytes += payload
        else:
            side_last = own.resp_last_ns
            own.resp_last_ns = now
            flow.resp_pkts += 1
            flow.resp_ip_bytes += ip_bytes
            if flow.resp_pkts == 1:
                event |= ANSWERED
            if payload > 0 and own.happened & RESP_DATA == 0:
                event |= RESP_DATA
            flow.resp_bytes += payload
        if tcp:
            event |= _tcp(row, flow, own, is_orig, payload)
            own.happened |= event
        else:
            # REJECTED stands on an ICMP row for the flow that it quotes.
            own.happened |= event & ~REJECTED
            if protocol == UDP:
                _letter(flow, own, is_orig, states.BIT_D, states.CHAR_D)
                flow.conn_state = udp_conn_state(flow.orig_pkts, flow.resp_pkts)
        if not arp and not later_fragment and row.ip_flags & 2 != 0:
            place = fragment_entry(row.src_hi, row.src_lo, row.dst_hi, row.dst_lo, protocol)
            first = fragments[place]
            first.src_hi, first.src_lo = row.src_hi, row.src_lo
            first.dst_hi, first.dst_lo = row.dst_hi, row.dst_lo
            first.protocol, first.is_orig = protocol, is_orig
            first.slot, first.flow, first.time_ns = slot, flow.flow, now

        step.flow = flow.flow
        step.is_orig = is_orig
        step.event = event
        step.number = flow.orig_pkts + flow.resp_pkts
        step.orig_pkts = flow.orig_pkts
        step.resp_pkts = flow.resp_pkts
        step.orig_bytes = flow.orig_bytes
        step.resp_bytes = flow.resp_bytes
        step.age_ns = max(0, now - flow.first_ns)
        step.gap_ns = gap
        step.side_gap_ns = -1 if side_last == NEVER else max(0, now - side_last)
        step.state = flow.conn_state


@njit(cache=True, nogil=True)
def _quoted(row: Any, slots: Any, buckets: Any, key: Any, seed: Any) -> Any:
    protocol = np.int64(row.quoted_protocol)
    src_port, dst_port = np.int64(row.quoted_src_port), np.int64(row.quoted_dst_port)
    kind = protocol
    if protocol in (ICMP, ICMPV6):
        other = np.int64(COUNTERPART[1 if protocol == ICMPV6 else 0, src_port & 255])
        if other >= 0:
            dst_port = other
        else:
            kind |= ONE_SIDED
    _fill_key(
        key, seed, kind, row.quoted_src_hi, row.quoted_src_lo, src_port, row.quoted_dst_hi, row.quoted_dst_lo, dst_port
    )
    slot = _find(buckets, slots, key)
    if slot < 0 and kind & ONE_SIDED != 0:
        _fill_key(
            key,
            seed,
            kind,
            row.quoted_dst_hi,
            row.quoted_dst_lo,
            src_port,
            row.quoted_src_hi,
            row.quoted_src_lo,
            dst_port,
        )
        slot = _find(buckets, slots, key)
    return slot


@njit(cache=True, nogil=True)
def _begin(
    slot: Any, row: Any, flow: Any, own: Any, key: Any, counters: Any, src_port: Any, dst_port: Any, queue: int
) -> None:
    flow.flow = counters[NEXT_FLOW]
    counters[NEXT_FLOW] += 1
    flow.first_ns = row.time_ns
    flow.last_ns = row.time_ns
    flow.orig_hi, flow.orig_lo, flow.orig_port = row.src_hi, row.src_lo, src_port
    flow.resp_hi, flow.resp_lo, flow.resp_port = row.dst_hi, row.dst_lo, dst_port
    flow.orig_bytes, flow.resp_bytes, flow.orig_ip_bytes, flow.resp_ip_bytes = 0, 0, 0, 0
    flow.history_lo, flow.history_hi = 0, 0
    flow.orig_pkts, flow.resp_pkts = 0, 0
    flow.vlan = row.vlan
    flow.ether_type = row.ether_type
    flow.protocol = row.protocol
    flow.conn_state = states.OTH
    own.kind, own.hash, own.a_port, own.b_port = key.kind, key.hash, key.a_port, key.b_port
    own.a_hi, own.a_lo, own.b_hi, own.b_lo = key.a_hi, key.a_lo, key.b_hi, key.b_lo
    own.queue = queue
    own.used = 1
    own.orig_last_ns, own.resp_last_ns = NEVER, NEVER
    own.letters, own.attempt, own.handshake = 0, 0, 0
    own.orig_state, own.resp_state, own.orig_before, own.resp_before = 0, 0, 0, 0
    own.orig_seen, own.resp_seen, own.happened = 0, 0, 0
    own.orig_numbered, own.resp_numbered, own.orig_next, own.resp_next = 0, 0, 0, 0


@njit(cache=True, nogil=True)
def _flip(flow: Any) -> None:
    hi, lo, port = flow.orig_hi, flow.orig_lo, flow.orig_port
    flow.orig_hi, flow.orig_lo, flow.orig_port = flow.resp_hi, flow.resp_lo, flow.resp_port
    flow.resp_hi, flow.resp_lo, flow.resp_port = hi, lo, port
