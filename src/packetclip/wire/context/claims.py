"""Who claims which address: ARP."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numba import njit

from packetclip.wire.context.memory import add, entry, first_seen, mix, place, renew, seek
from packetclip.wire.context.schema import Field, Sum, fields_of, windowed

SUMS: Final = (
    Sum("requests", windowed("arp_requests", "packets", "ARP requests of this hardware address")),
    Sum(
        "targets",
        windowed(
            "arp_targets",
            "addresses",
            "addresses that this hardware address asked for and had not asked for in the last ten minutes",
        ),
    ),
    Sum("replies", windowed("arp_replies", "packets", "ARP replies of this hardware address")),
    Sum(
        "unasked",
        windowed(
            "arp_unasked",
            "packets",
            "ARP replies of this hardware address that nobody had asked for in the last five seconds",
        ),
    ),
    Sum(
        "takeovers",
        windowed(
            "arp_takeovers",
            "packets",
            "ARP messages in which this hardware address claims an address that another held within the last "
            "ten minutes",
        ),
    ),
)
FIELDS: Final = (
    *fields_of(SUMS),
    Field(
        "arp_claimed",
        "addresses",
        "protocol addresses that this hardware address has claimed since it was last silent for ten minutes; "
        "one not claimed for as long counts anew",
        "0 outside ARP",
    ),
    Field(
        "arp_contested",
        "flag",
        "the address claimed in this packet was held by another hardware address within ten minutes",
        "0 outside ARP",
        log=False,
    ),
    Field("arp_gratuitous", "flag", "sender and target protocol address are the same", "0 outside ARP", log=False),
    Field(
        "arp_forged_source",
        "flag",
        "the frame's hardware address differs from the one claimed",
        "0 outside ARP",
        log=False,
    ),
)

CLAIMANT: Final = entry({"claims": SUMS}, numbers=["claimed"])
HOLDER: Final = entry(numbers=["mac"])
"""An address remembers the hardware address that last claimed it."""
ASKED: Final = entry(numbers=["at_ns"])
SEEN: Final = entry()
"""Newness is all that is kept."""
ASKED_NS = 5_000_000_000

# Each kind of key has a salt of its own, so that one table of things seen serves them all.
ASKED_SALT = np.uint64(0xA5CED)
TARGET_SALT = np.uint64(0x7A26E7)
CLAIM_SALT = np.uint64(0xC1A1)


@njit(cache=True, nogil=True, forceinline=True)
def write_none(line: Any) -> None:
    """Write FIELDS of a packet other than ARP."""
    for k in range(len(line.about_claims)):
        line.about_claims[k] = 0.0


@njit(cache=True, nogil=True, forceinline=True)
def write(row: Any, state: Any, fades: Any, now: int, line: Any) -> None:
    """Take an ARP packet in, then write FIELDS."""
    mac = row.arp_src_mac
    key = mix(mac, np.uint64(1))
    slot, silence = seek(state.claims.sets[place(key, len(state.claims.sets))], state.claims.fill[0], key, now, True)
    claimant = renew(state.claims.entries[slot], silence, fades)
    sender = mix(row.src_hi, row.src_lo)
    target = mix(row.dst_hi, row.dst_lo)
    gratuitous = row.src_lo == row.dst_lo and row.src_hi == row.dst_hi
    if row.arp_operation == 1:
        add(claimant.requests, 1.0)
        if not gratuitous:
            key = mix(mac ^ TARGET_SALT, target)
            if first_seen(state.seen.sets[place(key, len(state.seen.sets))], state.seen.fill[0], key, now):
                add(claimant.targets, 1.0)
            key = mix(sender ^ ASKED_SALT, target)
            slot, silence = seek(
                state.asked.sets[place(key, len(state.asked.sets))], state.asked.fill[0], key, now, False
            )
            asked = renew(state.asked.entries[slot], silence, fades)
            asked.at_ns = now
    else:
        add(claimant.replies, 1.0)
        key = mix(target ^ ASKED_SALT, sender)
        slot, silence = seek(state.asked.sets[place(key, len(state.asked.sets))], state.asked.fill[0], key, now, False)
        asked = renew(state.asked.entries[slot], silence, fades)
        if asked.at_ns == 0.0 or now - asked.at_ns > ASKED_NS:
            add(claimant.unasked, 1.0)
    contested = False
    if row.src_lo & np.uint64(0xFFFFFFFF) != 0:  # 0.0.0.0 is an address check (RFC 5227), not a claim
        key = mix(mac ^ CLAIM_SALT, sender)
        if first_seen(state.seen.sets[place(key, len(state.seen.sets))], state.seen.fill[0], key, now):
            claimant.claimed += 1.0
        slot, silence = seek(
            state.holders.sets[place(sender, len(state.holders.sets))], state.holders.fill[0], sender, now, False
        )
        holder = renew(state.holders.entries[slot], silence, fades)
        # Hardware addresses are below 2**48, so a float64 holds them exactly; 0 means none yet.
        contested = holder.mac != 0.0 and holder.mac != float(mac)
        if contested:
            add(claimant.takeovers, 1.0)
        holder.mac = float(mac)
    line.claims = claimant.claims
    line.arp_claimed = claimant.claimed
    line.arp_contested = contested
    line.arp_gratuitous = gratuitous
    line.arp_forged_source = row.src_mac != 0 and row.src_mac != mac
