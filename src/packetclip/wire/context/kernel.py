"""One pass over a batch: find who is who, take the packet in, write its row of context."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from packetclip.wire.context import claims, flow, header, hosts, names, pairs, roles, services
from packetclip.wire.context.ahead import AHEAD, prefetch
from packetclip.wire.context.memory import FADES, MEMORY_NS, add, entry, find, make_memory, mix, place, touch
from packetclip.wire.flows.steps import ANSWERED, BEGUN, CLOSED, ESTABLISHED, REJECTED, RESET

SERVER_SALT: Final = np.uint64(0x5E2E2)
FLOW_SALT: Final = np.uint64(7)

ORIG: Final = entry({"originator": hosts.ORIGINATOR_SUMS, "asker": names.ASKER_SUMS})
RESP: Final = entry({"responder": hosts.RESPONDER_SUMS, "handshakes": hosts.OPENED, "server": names.SERVER_SUMS})

SCRATCH: Final = np.dtype([("fades", FADES), ("coming", flow.FLOW)])


class State(NamedTuple):
    """Everything that context remembers between packets: tables of :func:`memory.make_memory`."""

    flows: NDArray[Any]
    origs: NDArray[Any]
    resps: NDArray[Any]
    pairs: NDArray[Any]
    services: NDArray[Any]
    targets: NDArray[Any]
    zones: NDArray[Any]
    claims: NDArray[Any]
    holders: NDArray[Any]
    asked: NDArray[Any]
    seen: NDArray[Any]
    """Names, paths and addresses that somebody has asked for: newness is all that is kept."""


def make_state(flows: int, others: int, addresses: int) -> State:
    """Empty tables: of ``flows`` slots for flows, pairs, services and what was seen; ``addresses`` for ARP's."""
    return State(
        flows=make_memory(flows, flow.FLOW),
        origs=make_memory(others, ORIG),
        resps=make_memory(others, RESP),
        pairs=make_memory(flows, pairs.PAIR),
        services=make_memory(flows, services.OF_SERVICE),
        targets=make_memory(others, services.OF_TARGET),
        zones=make_memory(others, names.ZONE),
        claims=make_memory(addresses, claims.CLAIMANT),
        holders=make_memory(addresses, claims.HOLDER),
        asked=make_memory(addresses, claims.ASKED),
        seen=make_memory(flows, claims.SEEN),
    )


@njit(cache=True, nogil=True)
def observe(rows: Any, steps: Any, state: Any, scratch: Any, lines: Any) -> None:
    """Fill ``lines`` (N,) of LINE from PACKET rows (N,) and STEP rows (N,); those of rows outside flows become 0.

    ``scratch`` (1,) of SCRATCH holds nothing that changes a result.
    """
    recent, coming = scratch[0].fades, scratch[0].coming
    for i in range(len(rows)):
        row, step, line = rows[i], steps[i], lines[i]
        if i + AHEAD < len(rows) and steps[i + AHEAD].event & BEGUN:
            key = mix(np.uint64(steps[i + AHEAD].flow), FLOW_SALT)
            roles.assign(rows[i + AHEAD], steps[i + AHEAD], coming)
            prefetch(state.flows[place(key, len(state.flows))])
            prefetch(state.origs[place(coming.orig, len(state.origs))])
            prefetch(state.resps[place(coming.resp, len(state.resps))])
            prefetch(state.pairs[place(coming.pair, len(state.pairs))])
            prefetch(state.services[place(coming.service, len(state.services))])
            prefetch(state.targets[place(coming.target, len(state.targets))])
        if row.dropped != 0 or step.flow < 0:
            for k in range(len(line.everything)):
                line.everything[k] = 0.0
            continue
        now = row.time_ns
        # A flow's number begins at 0, a key may not be 0.
        key = mix(np.uint64(step.flow), FLOW_SALT)
        own = touch(state.flows[place(key, len(state.flows))], key, now, recent)
        if own.fresh:
            roles.assign(row, step, own)
        who = own
        from_orig = step.is_orig == 1
        quoted = False
        if step.quoted_flow >= 0:
            # An ICMP error belongs to the conversation that it is about.
            key = mix(np.uint64(step.quoted_flow), FLOW_SALT)
            beside = state.flows[place(key, len(state.flows))]
            way = find(beside, key)
            if way >= 0:
                who = beside.entries[way]
                quoted = True
                from_orig = row.quoted_src_lo != who.orig_lo or row.quoted_src_hi != who.orig_hi
                if step.event & REJECTED:
                    who.is_rejected = 1.0
        orig = touch(state.origs[place(who.orig, len(state.origs))], who.orig, now, recent)
        resp = touch(state.resps[place(who.resp, len(state.resps))], who.resp, now, recent)
        pair = touch(state.pairs[place(who.pair, len(state.pairs))], who.pair, now, recent)
        service = touch(state.services[place(who.service, len(state.services))], who.service, now, recent)
        target = touch(state.targets[place(who.target, len(state.targets))], who.target, now, recent)
        change = flow.learn_flow(row, step, own)
        if change != 0:
            target.unfinished += change
        arp = row.arp_operation > 0
        if not arp:
            new_pair = pair.fresh or pair.spoken_ns == 0.0 or now - pair.spoken_ns > MEMORY_NS
            pair.spoken_ns = now
            payload = float(max(row.payload_length, 0))
            begun = (step.event & BEGUN) != 0 and not quoted
            syn = row.protocol == 6 and (row.tcp_flags & 18) == 2
            if begun and step.is_orig == 1:
                add(orig.flows, 1.0)
                add(resp.flows, 1.0)
                add(pair.flows, 1.0)
                add(service.flows, 1.0)
                add(target.flows, 1.0)
                services.learn_start(service, now)
                if new_pair:
                    add(orig.peers, 1.0)
                    add(resp.peers, 1.0)
                if service.fresh:
                    add(orig.services, 1.0)
                    add(pair.ports, 1.0)
                    add(target.peers, 1.0)
                if target.fresh:
                    add(resp.ports, 1.0)
            elif begun:
                add(orig.unsolicited, 1.0)
            if from_orig:
                add(orig.pkts, 1.0)
                add(orig.bytes, payload)
                add(resp.pkts, 1.0)
                add(resp.bytes, payload)
                add(pair.orig_pkts, 1.0)
                add(pair.orig_bytes, payload)
                add(target.pkts, 1.0)
                add(target.bytes, payload)
                if syn:
                    add(orig.syns, 1.0)
                    add(resp.syns, 1.0)
                    add(target.syns, 1.0)
                if header.is_odd_flags(row):
                    add(orig.odd_probes, 1.0)
                if (row.protocol == 1 and row.icmp_type == 8) or (row.protocol == 58 and row.icmp_type == 128):
                    add(orig.echoes, 1.0)
                    add(resp.echoes, 1.0)
                if row.payload_length > 0 and not quoted:
                    services.learn_call(service, now, row.payload_length)
                if row.http_method > 0:
                    add(service.requests, 1.0)
                    key = mix(who.service, row.request_hash)
                    if touch(state.seen[place(key, len(state.seen))], key, now, recent).fresh:
                        add(service.new_targets, 1.0)
            else:
                add(orig.replies, 1.0)
                add(resp.replies, 1.0)
                add(pair.resp_pkts, 1.0)
                add(pair.resp_bytes, payload)
                if row.http_status >= 400:
                    add(service.http_errors, 1.0)
                if header.is_login_refusal(row.reply_code):
                    add(service.login_refused, 1.0)
            # A flow that begins with an answer was no request of the originator's.
            if step.event & ANSWERED and not begun and not quoted:
                add(orig.answered, 1.0)
                add(resp.answered, 1.0)
                add(pair.answered, 1.0)
            if step.event & ESTABLISHED:
                add(resp.opened, 1.0)
                add(target.opened, 1.0)
                service.open += 1.0
                target.open += 1.0
            if step.event & REJECTED:
                add(orig.refused, 1.0)
                add(resp.refused, 1.0)
                add(pair.refused, 1.0)
            if step.event & (CLOSED | RESET) and own.is_ended == 0.0 and not quoted:
                own.is_ended = 1.0
                services.learn_end(service, float(max(step.orig_bytes, 0)), float(max(step.resp_bytes, 0)))
                if (
                    step.orig_bytes > 0
                    and step.resp_bytes > 0
                    and step.orig_bytes < services.SHORT_BYTES
                    and step.resp_bytes < services.SHORT_BYTES
                ):
                    add(service.short_flows, 1.0)
                if own.is_established == 1.0:
                    service.open -= 1.0
                    target.open -= 1.0
        if row.dns_kind > 0 and not arp:
            key = mix(who.orig, row.dns_parent_hash)
            zone = touch(state.zones[place(key, len(state.zones))], key, now, recent)
            if row.dns_kind == 1:
                key = mix(who.orig, row.dns_name_hash)
                new_to_orig = touch(state.seen[place(key, len(state.seen))], key, now, recent).fresh == 1
                key = mix(row.dns_name_hash, who.resp ^ SERVER_SALT)
                new_to_resp = touch(state.seen[place(key, len(state.seen))], key, now, recent).fresh == 1
                names.learn_question(row, orig, resp, zone, new_to_orig, new_to_resp)
            else:
                names.learn_answer(row, orig, resp, zone)
            names.write_zone(zone, line)
        else:
            names.write_no_zone(line)
        header.write(row, step, who, line)
        if quoted:
            line.packet_from_orig = from_orig
        flow.write(step, own, line)
        hosts.write(orig, resp, line)
        pairs.write(pair, now, line)
        services.write(service, target, line)
        names.write(orig, resp, line)
        if arp:
            claims.write(row, state, recent, now, line)
        else:
            claims.write_none(line)
