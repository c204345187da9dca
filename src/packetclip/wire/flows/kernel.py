"""The compiled walk over packets: which flow each belongs to, who began it, and what it is by then.

Everything that lasts between calls is in the arrays of :class:`packetclip.wire.flows.tracker.FlowTracker`; how they
hold the open flows is in :mod:`packetclip.wire.flows.slots`. The oracle in :mod:`packetclip.wire.flows.oracle` says the
same in plain Python, one packet at a time.

Differences from Zeek, beside those of :mod:`packetclip.wire.flows.states`: a flow ends by silence, eviction or a new
SYN after FIN or RST, never by Zeek's short timers for attempts and closed connections; a SYN-ACK first always makes its
receiver the originator; fragments are not reassembled, later ones only counted.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numba import njit

from packetclip.wire.flows import states
from packetclip.wire.flows.icmp import ANSWERS_ONLY, COUNTERPART, ICMP, ICMPV6
from packetclip.wire.flows.segments import add_letter, append_letter, segment
from packetclip.wire.flows.slots import (
    ARP_KIND,
    FREE,
    FRESH,
    LIVE,
    NEVER,
    NEXT_FLOW,
    ONE_SIDED,
    ORDINAL,
    end_flow,
    evict,
    expire,
    fill_key,
    find,
    idle,
    join_queue,
    leave_queue,
    mix,
    put,
)
from packetclip.wire.flows.states import udp_conn_state
from packetclip.wire.flows.steps import ANSWERED, BEGUN, ORIG_DATA, REJECTED, RESP_DATA

TCP: Final = 6
UDP: Final = 17
FRAGMENT_MEMORY: Final = 4096
"""First fragments remembered, by a hash of addresses and protocol; a later one takes the place of an earlier."""
FRAGMENT_NS: Final = 30_000_000_000
"""How long a first fragment is remembered (Linux's net.ipv4.ipfrag_time)."""

FRAGMENT: Final = np.dtype(
    [
        ("src_hi", "u8"), ("src_lo", "u8"), ("dst_hi", "u8"), ("dst_lo", "u8"), ("protocol", "u1"),
        ("is_orig", "u1"), ("slot", "i4"), ("flow", "i8"), ("time_ns", "i8"),
    ]
)  # fmt: skip
"""A first fragment: flow is -1 in an empty entry."""


@njit(cache=True, nogil=True)
def fragment_entry(src_hi: Any, src_lo: Any, dst_hi: Any, dst_lo: Any, protocol: Any) -> Any:
    """Where the first fragment of such a datagram is remembered."""
    return np.int64(mix(0, src_hi, src_lo, dst_hi, dst_lo, protocol) & np.uint64(FRAGMENT_MEMORY - 1))


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
        expire(now, timeouts, flows, slots, buckets, queues, counters, ended)

        protocol = 0 if arp else np.int64(row.protocol)
        later_fragment = not arp and row.fragment_offset != 0
        icmp = protocol in (ICMP, ICMPV6)
        v6 = 1 if protocol == ICMPV6 else 0
        queue = 0 if protocol == TCP else (1 if protocol == UDP else 2)

        event = 0
        if icmp and not later_fragment and row.quoted_protocol != 0:
            quoted = _quoted(row, slots, buckets, key, seed)
            if quoted >= 0 and not idle(now, flows[quoted].last_ns, timeouts[slots[quoted].queue]):
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
                and not idle(now, first.time_ns, FRAGMENT_NS)
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
            fill_key(key, seed, kind, row.src_hi, row.src_lo, src_port, row.dst_hi, row.dst_lo, dst_port)
            slot = find(buckets, slots, key)
        flags = np.int64(row.tcp_flags)
        tcp = protocol == TCP and not later_fragment
        if slot >= 0:
            stale = idle(now, flows[slot].last_ns, timeouts[queue])
            if tcp and flags & (states.SYN | states.ACK | states.FIN | states.RST) == states.SYN:
                stale = (
                    stale or slots[slot].orig_state >= states.CLOSED_END or slots[slot].resp_state >= states.CLOSED_END
                )
            if stale:
                end_flow(slot, flows, slots, buckets, queues, counters, ended)
                if joined >= 0:
                    joined = -1
                    fill_key(key, seed, kind, row.src_hi, row.src_lo, src_port, row.dst_hi, row.dst_lo, dst_port)
                    slot = find(buckets, slots, key)
                    if slot >= 0 and idle(now, flows[slot].last_ns, timeouts[queue]):
                        end_flow(slot, flows, slots, buckets, queues, counters, ended)
                        slot = -1
                else:
                    slot = -1

        if slot < 0:
            if counters[LIVE] >= len(flows):
                evict(flows, slots, buckets, queues, counters, ended)
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
                    append_letter(flows[slot], slots[slot], states.CHAR_FLIPPED)
            put(buckets, key.hash, slot)
            join_queue(queues, slots, slot)
            event |= BEGUN
            gap = -1
        else:
            leave_queue(queues, slots, slot)
            join_queue(queues, slots, slot)
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
            event |= segment(row, flow, own, is_orig, payload)
            own.happened |= event
        else:
            # REJECTED stands on an ICMP row for the flow that it quotes.
            own.happened |= event & ~REJECTED
            if protocol == UDP:
                add_letter(flow, own, is_orig, states.BIT_D, states.CHAR_D)
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
    fill_key(
        key, seed, kind, row.quoted_src_hi, row.quoted_src_lo, src_port, row.quoted_dst_hi, row.quoted_dst_lo, dst_port
    )
    slot = find(buckets, slots, key)
    if slot < 0 and kind & ONE_SIDED != 0:
        fill_key(
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
        slot = find(buckets, slots, key)
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
