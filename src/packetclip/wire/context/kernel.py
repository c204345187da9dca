"""One pass over a batch: find who is who, take the packet in, write its row of context."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from packetclip.wire.context import claims, flow, header, hosts, names, pairs, services
from packetclip.wire.context import roles as who
from packetclip.wire.context.catalogue import POSITION
from packetclip.wire.context.memory import MEMORY_NS, Memory, add, find, mix, touch
from packetclip.wire.flows.steps import ANSWERED, BEGUN, CLOSED, ESTABLISHED, REJECTED, RESET

HEADER_AT: Final = POSITION[header.FIELDS[0].name]
FLOW_AT: Final = POSITION[flow.FIELDS[0].name]
HOSTS_AT: Final = POSITION[hosts.FIELDS[0].name]
PAIRS_AT: Final = POSITION[pairs.FIELDS[0].name]
SERVICES_AT: Final = POSITION[services.FIELDS[0].name]
NAMES_AT: Final = POSITION[names.FIELDS[0].name]
CLAIMS_AT: Final = POSITION[claims.FIELDS[0].name]

SERVER_SALT: Final = np.uint64(0x5E2E2)


class State(NamedTuple):
    """Everything that context remembers between packets."""

    flows: Memory
    roles: NDArray[np.uint64]
    """(capacity of flows, roles.WIDTH) who is who in the flow of each slot."""
    origs: Memory
    resps: Memory
    pairs: Memory
    services: Memory
    targets: Memory
    zones: Memory
    claims: Memory
    holders: Memory
    asked: Memory
    seen: Memory
    """Names, paths and addresses that somebody has asked for: newness is all that is kept."""


@njit(cache=True, nogil=True)
def observe(rows: Any, steps: Any, state: Any, out: Any) -> None:
    """Fill ``out`` (N, F) float32 from PACKET rows (N,) and STEP rows (N,); rows outside flows stay 0."""
    scratch = np.zeros(who.WIDTH, np.uint64)
    for i in range(len(rows)):
        row, step = rows[i], steps[i]
        if row.dropped != 0 or step.flow < 0:
            continue
        now = row.time_ns
        # A flow's number begins at 0, a key may not be 0.
        flow_slot, new_flow = touch(state.flows, mix(np.uint64(step.flow), np.uint64(7)), now)
        if new_flow:
            who.assign(row, step, state.roles[flow_slot])
        roles = state.roles[flow_slot]
        extra = state.flows.extra[flow_slot]
        from_orig = step.is_orig == 1
        quoted = False
        if step.quoted_flow >= 0:
            # An ICMP error belongs to the conversation that it is about.
            about = find(state.flows, mix(np.uint64(step.quoted_flow), np.uint64(7)))
            if about >= 0:
                scratch[:] = state.roles[about]
                roles = scratch
                quoted = True
                from_orig = row.quoted_src_lo != roles[who.ORIG_LO] or row.quoted_src_hi != roles[who.ORIG_HI]
                if step.event & REJECTED:
                    state.flows.extra[about, flow.IS_REJECTED] = 1.0
        arp = row.arp_operation > 0
        orig, _ = touch(state.origs, roles[who.ORIG], now)
        resp, _ = touch(state.resps, roles[who.RESP], now)
        pair, new_pair = touch(state.pairs, roles[who.PAIR], now)
        service, new_service = touch(state.services, roles[who.SERVICE], now)
        target, new_target = touch(state.targets, roles[who.TARGET], now)
        of_service = state.services.extra[service]
        zone = -1
        change = flow.learn_flow(row, step, extra)
        if change != 0:
            state.targets.extra[target, services.T_UNFINISHED] += change
        if not arp:
            spoken = state.pairs.extra[pair, pairs.SPOKEN_NS]
            new_pair = new_pair or spoken == 0.0 or now - spoken > MEMORY_NS
            state.pairs.extra[pair, pairs.SPOKEN_NS] = now
            payload = float(max(row.payload_length, 0))
            begun = (step.event & BEGUN) != 0 and not quoted
            syn = row.protocol == 6 and (row.tcp_flags & 18) == 2
            if begun and step.is_orig == 1:
                add(state.origs, orig, hosts.FLOWS, 1.0)
                add(state.resps, resp, hosts.TO_FLOWS, 1.0)
                add(state.pairs, pair, pairs.FLOWS, 1.0)
                add(state.services, service, services.FLOWS, 1.0)
                add(state.targets, target, services.T_FLOWS, 1.0)
                services.learn_start(of_service, now)
                if new_pair:
                    add(state.origs, orig, hosts.PEERS, 1.0)
                    add(state.resps, resp, hosts.TO_PEERS, 1.0)
                if new_service:
                    add(state.origs, orig, hosts.SERVICES, 1.0)
                    add(state.pairs, pair, pairs.PORTS, 1.0)
                    add(state.targets, target, services.PEERS, 1.0)
                if new_target:
                    add(state.resps, resp, hosts.TO_PORTS, 1.0)
            elif begun:
                add(state.origs, orig, hosts.UNSOLICITED, 1.0)
            if from_orig:
                add(state.origs, orig, hosts.PKTS, 1.0)
                add(state.origs, orig, hosts.BYTES, payload)
                add(state.resps, resp, hosts.TO_PKTS, 1.0)
                add(state.resps, resp, hosts.TO_BYTES, payload)
                add(state.pairs, pair, pairs.ORIG_PKTS, 1.0)
                add(state.pairs, pair, pairs.ORIG_BYTES, payload)
                add(state.targets, target, services.PKTS, 1.0)
                add(state.targets, target, services.BYTES, payload)
                if syn:
                    add(state.origs, orig, hosts.SYNS, 1.0)
                    add(state.resps, resp, hosts.TO_SYNS, 1.0)
                    add(state.targets, target, services.SYNS, 1.0)
                if header.is_odd_flags(row):
                    add(state.origs, orig, hosts.ODD_PROBES, 1.0)
                if (row.protocol == 1 and row.icmp_type == 8) or (row.protocol == 58 and row.icmp_type == 128):
                    add(state.origs, orig, hosts.ECHOES, 1.0)
                    add(state.resps, resp, hosts.TO_ECHOES, 1.0)
                if row.payload_length > 0 and not quoted:
                    services.learn_call(of_service, now, row.payload_length)
                if row.http_method > 0:
                    add(state.services, service, services.REQUESTS, 1.0)
                    _, fresh = touch(state.seen, mix(roles[who.SERVICE], row.request_hash), now)
                    if fresh:
                        add(state.services, service, services.NEW_TARGETS, 1.0)
            else:
                add(state.origs, orig, hosts.REPLIES, 1.0)
                add(state.resps, resp, hosts.FROM_PKTS, 1.0)
                add(state.pairs, pair, pairs.RESP_PKTS, 1.0)
                add(state.pairs, pair, pairs.RESP_BYTES, payload)
                if row.http_status >= 400:
                    add(state.services, service, services.HTTP_ERRORS, 1.0)
                if header.is_login_refusal(row.reply_code):
                    add(state.services, service, services.LOGIN_REFUSED, 1.0)
            # A flow that begins with an answer was no request of the originator's.
            if step.event & ANSWERED and not begun and not quoted:
                add(state.origs, orig, hosts.ANSWERED, 1.0)
                add(state.resps, resp, hosts.TO_ANSWERED, 1.0)
                add(state.pairs, pair, pairs.ANSWERED, 1.0)
            if step.event & ESTABLISHED:
                add(state.resps, resp, hosts.TO_OPENED, 1.0)
                add(state.targets, target, services.OPENED, 1.0)
                of_service[services.OPEN] += 1.0
                state.targets.extra[target, services.T_OPEN] += 1.0
            if step.event & REJECTED:
                add(state.origs, orig, hosts.REFUSED, 1.0)
                add(state.resps, resp, hosts.TO_REFUSED, 1.0)
                add(state.pairs, pair, pairs.REFUSED, 1.0)
            if step.event & (CLOSED | RESET) and extra[flow.IS_ENDED] == 0.0 and not quoted:
                extra[flow.IS_ENDED] = 1.0
                services.learn_end(of_service, float(max(step.orig_bytes, 0)), float(max(step.resp_bytes, 0)))
                if (
                    step.orig_bytes > 0
                    and step.resp_bytes > 0
                    and step.orig_bytes < services.SHORT_BYTES
                    and step.resp_bytes < services.SHORT_BYTES
                ):
                    add(state.services, service, services.SHORT_FLOWS, 1.0)
                if extra[flow.IS_ESTABLISHED] == 1.0:
                    of_service[services.OPEN] -= 1.0
                    state.targets.extra[target, services.T_OPEN] -= 1.0
            if row.dns_kind > 0:
                zone = names.observe(
                    row,
                    state.origs,
                    orig,
                    state.resps,
                    resp,
                    state.zones,
                    state.seen,
                    roles[who.ORIG],
                    roles[who.RESP] ^ SERVER_SALT,
                    now,
                )
        line = out[i]
        header.write(row, step, roles, line, HEADER_AT)
        if quoted:
            line[HEADER_AT] = from_orig
        flow.write(step, extra, line, FLOW_AT)
        hosts.write(state.origs, orig, state.resps, resp, line, HOSTS_AT)
        pairs.write(state.pairs, pair, now, line, PAIRS_AT)
        services.write(state.services, service, state.targets, target, line, SERVICES_AT)
        names.write(state.origs, orig, state.resps, resp, state.zones, zone, line, NAMES_AT)
        claims.write(row, state.claims, state.holders, state.seen, state.asked, now, line, CLAIMS_AT)
