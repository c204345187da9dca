"""One pass over a batch: find who is who, take the packet in, write its row of context."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np
from numba import njit

from packetclip.wire.context import claims, flow, header, hosts, names, pairs, roles, services
from packetclip.wire.context.ahead import ENTRIES_AHEAD, RING, SETS_AHEAD, prefetch
from packetclip.wire.context.memory import (
    FADES,
    MEMORY_NS,
    NEW,
    Table,
    add,
    entry,
    expect,
    find,
    first_seen,
    make_memory,
    mix,
    place,
    renew,
    seek,
)
from packetclip.wire.flows.steps import ANSWERED, BEGUN, CLOSED, ESTABLISHED, REJECTED, RESET

SERVER_SALT: Final = np.uint64(0x5E2E2)
FLOW_SALT: Final = np.uint64(7)

ORIG: Final = entry({"originator": hosts.ORIGINATOR_SUMS, "asker": names.ASKER_SUMS})
RESP: Final = entry({"responder": hosts.RESPONDER_SUMS, "handshakes": hosts.OPENED, "server": names.SERVER_SUMS})

COMING: Final = entry(words=(*roles.WORDS, "flow"))
SCRATCH: Final = np.dtype([("fades", FADES), ("coming", COMING, RING)])


class State(NamedTuple):
    """Everything that context remembers between packets: tables of :func:`memory.make_memory`."""

    flows: Table
    origs: Table
    resps: Table
    pairs: Table
    services: Table
    targets: Table
    zones: Table
    claims: Table
    holders: Table
    asked: Table
    seen: Table
    """Names, paths and addresses that somebody has asked for: newness is all that is kept."""


def make_state(flows: int, others: int, addresses: int) -> State:
    """Empty tables: of ``flows`` slots for flows, pairs, services and what was seen; ``addresses`` for ARP's."""
    return State(
        *make_memory(
            (flows, flow.FLOW),
            (others, ORIG),
            (others, RESP),
            (flows, pairs.PAIR),
            (flows, services.OF_SERVICE),
            (others, services.OF_TARGET),
            (others, names.ZONE),
            (addresses, claims.CLAIMANT),
            (addresses, claims.HOLDER),
            (addresses, claims.ASKED),
            (flows, claims.SEEN),
        )
    )


@njit(cache=True, nogil=True)
def observe(rows: Any, steps: Any, state: Any, scratch: Any, lines: Any) -> None:
    """Fill ``lines`` (N,) of LINE from PACKET rows (N,) and STEP rows (N,); those of rows outside flows become 0.

    ``scratch`` (1,) of SCRATCH holds nothing that changes a result.
    """
    recent = scratch[0].fades
    # Taken out once: numba counts an array in and out wherever it is taken out of a tuple.
    flow_sets, flow_entries, flow_fill = state.flows.sets, state.flows.entries, state.flows.fill[0]
    orig_sets, orig_entries, orig_fill = state.origs.sets, state.origs.entries, state.origs.fill[0]
    resp_sets, resp_entries, resp_fill = state.resps.sets, state.resps.entries, state.resps.fill[0]
    pair_sets, pair_entries, pair_fill = state.pairs.sets, state.pairs.entries, state.pairs.fill[0]
    service_sets, service_entries, service_fill = state.services.sets, state.services.entries, state.services.fill[0]
    target_sets, target_entries, target_fill = state.targets.sets, state.targets.entries, state.targets.fill[0]
    zone_sets, zone_entries, zone_fill = state.zones.sets, state.zones.entries, state.zones.fill[0]
    seen_sets, seen_fill = state.seen.sets, state.seen.fill[0]
    for i in range(len(rows)):
        row, step, line = rows[i], steps[i], lines[i]
        if i + SETS_AHEAD < len(rows) and steps[i + SETS_AHEAD].event & BEGUN:
            then, coming = steps[i + SETS_AHEAD], scratch[0].coming[(i + SETS_AHEAD) % RING]
            roles.assign(rows[i + SETS_AHEAD], then, coming)
            coming.flow = mix(np.uint64(then.flow), FLOW_SALT)
            prefetch(flow_sets[place(coming.flow, len(flow_sets))])
            prefetch(orig_sets[place(coming.orig, len(orig_sets))])
            prefetch(resp_sets[place(coming.resp, len(resp_sets))])
            prefetch(pair_sets[place(coming.pair, len(pair_sets))])
            prefetch(service_sets[place(coming.service, len(service_sets))])
            prefetch(target_sets[place(coming.target, len(target_sets))])
        if i + ENTRIES_AHEAD < len(rows) and steps[i + ENTRIES_AHEAD].event & BEGUN:
            coming, then_ns = scratch[0].coming[(i + ENTRIES_AHEAD) % RING], rows[i + ENTRIES_AHEAD].time_ns
            of_set = flow_sets[place(coming.flow, len(flow_sets))]
            prefetch(flow_entries[expect(of_set, flow_fill, coming.flow, then_ns, False)])
            of_set = orig_sets[place(coming.orig, len(orig_sets))]
            prefetch(orig_entries[expect(of_set, orig_fill, coming.orig, then_ns, True)])
            of_set = pair_sets[place(coming.pair, len(pair_sets))]
            prefetch(pair_entries[expect(of_set, pair_fill, coming.pair, then_ns, True)])
            of_set = service_sets[place(coming.service, len(service_sets))]
            prefetch(service_entries[expect(of_set, service_fill, coming.service, then_ns, True)])
        if row.dropped != 0 or step.flow < 0:
            for k in range(len(line.everything)):
                line.everything[k] = 0.0
            continue
        now = row.time_ns
        # A flow's number begins at 0, a key may not be 0.
        key = mix(np.uint64(step.flow), FLOW_SALT)
        slot, silence = seek(flow_sets[place(key, len(flow_sets))], flow_fill, key, now, False)
        own = renew(flow_entries[slot], silence, recent)
        if silence == NEW:
            roles.assign(row, step, own)
        who = own
        from_orig = step.is_orig == 1
        quoted = False
        if step.quoted_flow >= 0:
            # An ICMP error belongs to the conversation that it is about.
            key = mix(np.uint64(step.quoted_flow), FLOW_SALT)
            slot = find(flow_sets[place(key, len(flow_sets))], key)
            if slot >= 0:
                who = flow_entries[slot]
                quoted = True
                from_orig = row.quoted_src_lo != who.orig_lo or row.quoted_src_hi != who.orig_hi
                if step.event & REJECTED:
                    who.is_rejected = 1.0
        slot, silence = seek(orig_sets[place(who.orig, len(orig_sets))], orig_fill, who.orig, now, True)
        orig = renew(orig_entries[slot], silence, recent)
        slot, silence = seek(resp_sets[place(who.resp, len(resp_sets))], resp_fill, who.resp, now, True)
        resp = renew(resp_entries[slot], silence, recent)
        slot, pair_silence = seek(pair_sets[place(who.pair, len(pair_sets))], pair_fill, who.pair, now, True)
        pair = renew(pair_entries[slot], pair_silence, recent)
        if pair_silence == NEW:
            pair.first_ns = now
        slot, service_silence = seek(
            service_sets[place(who.service, len(service_sets))], service_fill, who.service, now, True
        )
        service = renew(service_entries[slot], service_silence, recent)
        slot, target_silence = seek(
            target_sets[place(who.target, len(target_sets))], target_fill, who.target, now, True
        )
        target = renew(target_entries[slot], target_silence, recent)
        change = flow.learn_flow(row, step, own)
        if change != 0:
            target.unfinished += change
        arp = row.arp_operation > 0
        if not arp:
            new_pair = pair_silence == NEW or pair.spoken_ns == 0.0 or now - pair.spoken_ns > MEMORY_NS
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
                if service_silence == NEW:
                    add(orig.services, 1.0)
                    add(pair.ports, 1.0)
                    add(target.peers, 1.0)
                if target_silence == NEW:
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
                    if first_seen(seen_sets[place(key, len(seen_sets))], seen_fill, key, now):
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
            slot, silence = seek(zone_sets[place(key, len(zone_sets))], zone_fill, key, now, True)
            zone = renew(zone_entries[slot], silence, recent)
            if row.dns_kind == 1:
                key = mix(who.orig, row.dns_name_hash)
                new_to_orig = first_seen(seen_sets[place(key, len(seen_sets))], seen_fill, key, now)
                key = mix(row.dns_name_hash, who.resp ^ SERVER_SALT)
                new_to_resp = first_seen(seen_sets[place(key, len(seen_sets))], seen_fill, key, now)
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
