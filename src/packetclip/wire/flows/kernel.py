"""The compiled walk over packets: which flow each belongs to, who began it, and what it is by then.

Everything that lasts between calls is in the arrays of :class:`packetclip.wire.flows.tracker.FlowTracker`; how they
hold the open flows is in :mod:`packetclip.wire.flows.slots`. The oracle in :mod:`packetclip.wire.flows.oracle` says the
same in plain Python, one packet at a time.

The originator is decided at a flow's first packet, by Zeek's rules:

- TCP with SYN and without ACK: its sender.
- TCP with SYN and ACK: its receiver. (Zeek: only when the sender's port is a likely server's and the receiver's is not,
  and otherwise once the SYN that was late has come.)
- Other TCP and UDP: the sender, unless its port is a likely server's and the receiver's is not. When both are, TCP that
  was joined midway is begun from the higher port, UDP by the sender. What is sent to 255.255.255.255 is never turned.
- ICMP: the sender, of a message that is only ever an answer the receiver. Everything else: the sender.

A turned flow has ``^`` at the start of its history. Likely servers' ports are in
:mod:`packetclip.wire.flows.likely`; Zeek's list holds the ports of its own analyzers.

Other differences from Zeek, beside those of :mod:`packetclip.wire.flows.states`: a flow ends by silence, eviction or a
new SYN after FIN or RST, never by Zeek's short timers for attempts and closed connections; fragments are not
reassembled, later ones only counted to the flow of their first. Fragments are matched by addresses and protocol, not by
the datagram's identification: where two hosts have several fragmented datagrams under way, the latest first gets them.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numba import njit

from packetclip.wire.flows import states
from packetclip.wire.flows.ahead import (
    FAR,
    NEAR,
    RING,
    ask_for_bucket,
    ask_for_flow,
    ask_for_next_to_end,
    prefetch,
)
from packetclip.wire.flows.borrowing import borrowed
from packetclip.wire.flows.endings import IDLE, REUSE
from packetclip.wire.flows.icmp import ANSWERS_ONLY, COUNTERPART, ICMP, ICMPV6
from packetclip.wire.flows.segments import add_letter, append_letter, segment
from packetclip.wire.flows.slots import (
    ALONE,
    ARP_KIND,
    CACHED,
    FREE,
    FRESH,
    JOINED,
    LATER,
    LEFT,
    LIVE,
    MASK,
    NEVER,
    NEXT_FLOW,
    NOW,
    ONE_SIDED,
    ORDINAL,
    TAIL,
    crowded,
    end_an_idle_flow,
    end_flow,
    evict,
    find,
    hash_of,
    idle,
    join_queue,
    leave_queue,
    mix,
    put,
    spread,
)
from packetclip.wire.flows.states import udp_conn_state
from packetclip.wire.flows.steps import ANSWERED, BEGUN, ORIG_DATA, REJECTED, RESP_DATA

TCP: Final = 6
UDP: Final = 17
BROADCAST: Final = np.uint64(0xFFFF_FFFFFFFF)
"""255.255.255.255 in its IPv6 form: nobody's address, so nobody who could have asked."""
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


@njit(cache=True, nogil=True, forceinline=True)
def fragment_entry(src_hi: Any, src_lo: Any, dst_hi: Any, dst_lo: Any, protocol: Any) -> Any:
    """Where the first fragment of such a datagram is remembered."""
    return np.int64(mix(0, src_hi, src_lo, dst_hi, dst_lo, protocol) & np.uint64(FRAGMENT_MEMORY - 1))


@njit(cache=True, nogil=True)
def track(
    rows: Any,
    steps: Any,
    flows: Any,
    links: Any,
    buckets: Any,
    queues: Any,
    counters: Any,
    fragments: Any,
    leaving: Any,
    likely: Any,
    timeouts: Any,
    secrets: Any,
) -> None:
    """Fill ``steps`` (N,) of STEP for ``rows`` (N,) of PACKET and carry the state on. Never raises.

    Flows that end are appended to ``leaving``, which has room for ENDED_A_PACKET times N or for all that live and N.
    """
    rows, steps, leaving, fragments = borrowed(rows), borrowed(steps), borrowed(leaving), borrowed(fragments)
    flows, links, buckets, queues = borrowed(flows), borrowed(links), borrowed(buckets), borrowed(queues)
    counters, likely, timeouts, secrets = borrowed(counters), borrowed(likely), borrowed(timeouts), borrowed(secrets)
    counters[LEFT] = 0
    hashes = np.empty(RING, np.int64)
    many = counters[LIVE] > CACHED
    if many:
        for i in range(min(FAR, len(rows))):
            ask_for_bucket(rows[i], i, hashes, buckets, counters[MASK], secrets)
    for i in range(len(rows)):
        row = rows[i]
        if many:
            prefetch(rows, i + 2 * FAR)
            prefetch(steps, i + NEAR)
            prefetch(leaving, counters[LEFT] + NEAR)
            if i + FAR < len(rows):
                ask_for_bucket(rows[i + FAR], i + FAR, hashes, buckets, counters[MASK], secrets)
            if i + NEAR < len(rows):
                ask_for_flow(hashes[(i + NEAR) & (RING - 1)], flows, links, buckets, counters[MASK])
            if i & (NEAR - 1) == 0:
                ask_for_next_to_end(row.time_ns, flows, links, buckets, queues, counters, timeouts)
        step = steps[i]
        arp = row.ip_version == 0 and row.arp_operation != 0
        if row.dropped != 0 or (row.ip_version == 0 and not arp):
            _outside(step)
            continue
        now = row.time_ns
        counters[ORDINAL] += 1
        counters[NOW] = now
        end_an_idle_flow(now, timeouts, flows, links, buckets, queues, counters, leaving)

        protocol = 0 if arp else np.int64(row.protocol)
        later_fragment = not arp and row.fragment_offset != 0
        icmp = protocol in (ICMP, ICMPV6)
        v6 = 1 if protocol == ICMPV6 else 0
        queue = 0 if protocol == TCP else (1 if protocol == UDP else 2)

        event = 0
        step.quoted_flow = -1
        if icmp and not later_fragment and row.quoted_protocol != 0:
            quoted = _quoted(row, flows, buckets, counters[MASK], secrets)
            if quoted >= 0 and not idle(now, flows[quoted].last_ns, timeouts[flows[quoted].queue]):
                step.quoted_flow = flows[quoted].flow
                # "Fragmentation needed" refuses a size, not the flow.
                unreachable = row.icmp_type == (1 if v6 == 1 else 3) and (v6 == 1 or row.icmp_code != 4)
                if unreachable and flows[quoted].resp_pkts == 0 and flows[quoted].happened & REJECTED == 0:
                    flows[quoted].happened |= REJECTED
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
                and flows[first.slot].used == 1
                and flows[first.slot].flow == first.flow
            ):
                slot = first.slot
                joined = np.int64(first.is_orig)
                if idle(now, flows[slot].last_ns, timeouts[queue]):
                    end_flow(slot, IDLE, flows, links, buckets, queues, counters, leaving)
                    slot = -1
                    joined = -1
            counters[JOINED if joined >= 0 else ALONE] += 1
        elif icmp:
            src_port = np.int64(row.icmp_type)
            dst_port = np.int64(COUNTERPART[v6, row.icmp_type])
            if dst_port < 0:
                dst_port = np.int64(row.icmp_code)
                kind |= ONE_SIDED
        elif not arp:
            src_port, dst_port = np.int64(row.src_port), np.int64(row.dst_port)
        flags = np.int64(row.tcp_flags)
        tcp = protocol == TCP and not later_fragment
        hashed: Any = 0
        if slot < 0:
            if many and not (arp or icmp or later_fragment):
                hashed = hashes[i & (RING - 1)]
            else:
                hashed = hash_of(kind, row.src_hi, row.src_lo, src_port, row.dst_hi, row.dst_lo, dst_port, secrets)
            slot = find(
                buckets, counters[MASK], flows, hashed, kind,
                row.src_hi, row.src_lo, src_port, row.dst_hi, row.dst_lo, dst_port,
            )  # fmt: skip
            if slot >= 0:
                known = flows[slot]
                stale = idle(now, known.last_ns, timeouts[queue])
                reason = IDLE if stale else REUSE
                if tcp and flags & (states.SYN | states.ACK | states.FIN | states.RST) == states.SYN:
                    over = known.orig_state >= states.CLOSED_END or known.resp_state >= states.CLOSED_END
                    stale = stale or over
                if stale:
                    end_flow(slot, reason, flows, links, buckets, queues, counters, leaving)
                    slot = -1

        if slot < 0:
            end_an_idle_flow(now, timeouts, flows, links, buckets, queues, counters, leaving)
            if counters[LIVE] >= len(flows):
                evict(flows, links, buckets, queues, counters, leaving)
            slot = counters[FREE]
            if slot >= 0:
                counters[FREE] = links[slot, LATER]
            else:
                slot = counters[FRESH]
                counters[FRESH] += 1
            counters[LIVE] += 1
            if crowded(counters[LIVE], counters[MASK] + 1):
                spread(buckets, flows, counters)
            _begin(row, flows[slot], counters, src_port, dst_port, kind, hashed, queue)
            flip = False
            if later_fragment or arp:
                pass
            elif icmp:
                flip = ANSWERS_ONLY[v6, row.icmp_type]
            elif tcp and flags & states.SYN != 0:
                flip = flags & states.ACK != 0
            elif protocol in (TCP, UDP):
                flip = likely[src_port] and (not likely[dst_port] or (tcp and src_port < dst_port))
                flip = flip and not (row.dst_hi == 0 and row.dst_lo == BROADCAST)
            if flip:
                _flip(flows[slot])
                if tcp or protocol == UDP:
                    append_letter(flows[slot], states.CHAR_FLIPPED)
            put(buckets, counters[MASK], hashed, slot)
            join_queue(queues, links, queue, slot)
            event |= BEGUN
            gap = -1
        else:
            if queues[queue, TAIL] != slot:
                leave_queue(queues, links, queue, slot)
                join_queue(queues, links, queue, slot)
            gap = max(0, now - flows[slot].last_ns)

        flow = flows[slot]
        flow.touched = counters[ORDINAL]
        if joined >= 0:
            is_orig = joined == 1
        else:
            is_orig = flow.orig_lo == row.src_lo and flow.orig_hi == row.src_hi and np.int64(flow.orig_port) == src_port
        payload: Any = 0 if arp else max(0, np.int64(row.payload_length))
        ip_bytes: Any = 0
        if not arp:
            ip_bytes = max(0, np.int64(row.payload_start) - np.int64(row.network_start) + payload)
        flow.last_ns = max(flow.last_ns, now)
        if is_orig:
            side_last = flow.orig_last_ns
            flow.orig_last_ns = now
            flow.orig_pkts += 1
            flow.orig_ip_bytes += ip_bytes
            if payload > 0 and flow.happened & ORIG_DATA == 0:
                event |= ORIG_DATA
            flow.orig_bytes += payload
        else:
            side_last = flow.resp_last_ns
            flow.resp_last_ns = now
            flow.resp_pkts += 1
            flow.resp_ip_bytes += ip_bytes
            if flow.resp_pkts == 1:
                event |= ANSWERED
            if payload > 0 and flow.happened & RESP_DATA == 0:
                event |= RESP_DATA
            flow.resp_bytes += payload
        if tcp:
            event |= segment(row, flow, is_orig, payload)
            flow.happened |= event
        else:
            # REJECTED stands on an ICMP row for the flow that it quotes.
            flow.happened |= event & ~REJECTED
            if protocol == UDP:
                add_letter(flow, is_orig, states.BIT_D, states.CHAR_D)
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


@njit(cache=True, nogil=True, forceinline=True)
def _outside(step: Any) -> None:
    step.flow, step.gap_ns, step.side_gap_ns, step.quoted_flow = -1, -1, -1, -1
    step.is_orig, step.event, step.number, step.orig_pkts, step.resp_pkts = 0, 0, 0, 0, 0
    step.orig_bytes, step.resp_bytes, step.age_ns, step.state = 0, 0, 0, 0


@njit(cache=True, nogil=True, forceinline=True)
def _quoted(row: Any, flows: Any, buckets: Any, mask: Any, secrets: Any) -> Any:
    protocol = np.int64(row.quoted_protocol)
    src_hi, src_lo, src_port = row.quoted_src_hi, row.quoted_src_lo, np.int64(row.quoted_src_port)
    dst_hi, dst_lo, dst_port = row.quoted_dst_hi, row.quoted_dst_lo, np.int64(row.quoted_dst_port)
    kind = protocol
    if protocol in (ICMP, ICMPV6):
        other = np.int64(COUNTERPART[1 if protocol == ICMPV6 else 0, src_port & 255])
        if other >= 0:
            dst_port = other
        else:
            kind |= ONE_SIDED
    hashed = hash_of(kind, src_hi, src_lo, src_port, dst_hi, dst_lo, dst_port, secrets)
    slot = find(buckets, mask, flows, hashed, kind, src_hi, src_lo, src_port, dst_hi, dst_lo, dst_port)
    if slot < 0 and kind & ONE_SIDED != 0:
        # Whoever quotes a one-sided message may be the one that it was sent to.
        hashed = hash_of(kind, dst_hi, dst_lo, src_port, src_hi, src_lo, dst_port, secrets)
        slot = find(buckets, mask, flows, hashed, kind, dst_hi, dst_lo, src_port, src_hi, src_lo, dst_port)
    return slot


@njit(cache=True, nogil=True, forceinline=True)
def _begin(
    row: Any, flow: Any, counters: Any, src_port: Any, dst_port: Any, kind: Any, hashed: Any, queue: Any
) -> None:
    flow.orig_hi, flow.orig_lo, flow.orig_port = row.src_hi, row.src_lo, src_port
    flow.resp_hi, flow.resp_lo, flow.resp_port = row.dst_hi, row.dst_lo, dst_port
    flow.last_ns = row.time_ns
    flow.kind, flow.hash, flow.queue, flow.used = kind, hashed, queue, 1
    flow.happened, flow.handshake, flow.attempt, flow.letters = 0, 0, 0, 0
    flow.orig_state, flow.resp_state, flow.orig_before, flow.resp_before = 0, 0, 0, 0
    flow.orig_numbered, flow.resp_numbered, flow.orig_next, flow.resp_next = 0, 0, 0, 0
    flow.conn_state = states.OTH
    flow.flow = counters[NEXT_FLOW]
    counters[NEXT_FLOW] += 1
    flow.first_ns = row.time_ns
    flow.orig_last_ns, flow.resp_last_ns = NEVER, NEVER
    flow.orig_pkts, flow.resp_pkts = 0, 0
    flow.orig_seen, flow.resp_seen = 0, 0
    flow.ether_type, flow.protocol, flow.end_reason = row.ether_type, row.protocol, 0
    flow.orig_bytes, flow.resp_bytes, flow.orig_ip_bytes, flow.resp_ip_bytes = 0, 0, 0, 0
    flow.history_lo, flow.history_hi = 0, 0
    flow.vlan = row.vlan


@njit(cache=True, nogil=True, forceinline=True)
def _flip(flow: Any) -> None:
    hi, lo, port = flow.orig_hi, flow.orig_lo, flow.orig_port
    flow.orig_hi, flow.orig_lo, flow.orig_port = flow.resp_hi, flow.resp_lo, flow.resp_port
    flow.resp_hi, flow.resp_lo, flow.resp_port = hi, lo, port
