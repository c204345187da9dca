"""Who claims which address: ARP."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numba import njit

from packetclip.wire.context.memory import add, mix, put, touch
from packetclip.wire.context.schema import Field, windowed

FIELDS: Final = (
    *windowed("arp_requests", "packets", "ARP requests of this hardware address"),
    *windowed(
        "arp_targets",
        "addresses",
        "addresses that this hardware address asked for and had not asked for in the last ten minutes",
    ),
    *windowed("arp_replies", "packets", "ARP replies of this hardware address"),
    *windowed(
        "arp_unasked",
        "packets",
        "ARP replies of this hardware address that nobody had asked for in the last five seconds",
    ),
    *windowed(
        "arp_takeovers",
        "packets",
        "ARP messages in which this hardware address claims an address that another held within the last ten minutes",
    ),
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


REQUESTS, TARGETS, REPLIES, UNASKED, TAKEOVERS = range(5)
CLAIM_SUMS = 5
CLAIMED = 0
CLAIM_EXTRA = 1

HOLDER_EXTRA = 1
"""An address remembers the hardware address that last claimed it."""
ASKED_NS = 5_000_000_000

# Each kind of key has a salt of its own, so that one table of things seen serves them all.
ASKED_SALT = np.uint64(0xA5CED)
TARGET_SALT = np.uint64(0x7A26E7)
CLAIM_SALT = np.uint64(0xC1A1)


@njit(cache=True, nogil=True)
def write(row: Any, claims: Any, holders: Any, seen: Any, asked: Any, now: int, out: Any, at: int) -> None:
    """Take the packet in when it is ARP, then write FIELDS, in their order, to ``out[at:]``."""
    if row.arp_operation == 0:
        for k in range(24):
            out[at + k] = 0.0
        return
    mac = row.arp_src_mac
    slot, _ = touch(claims, mix(mac, np.uint64(1)), now)
    sender = mix(row.src_hi, row.src_lo)
    target = mix(row.dst_hi, row.dst_lo)
    gratuitous = row.src_lo == row.dst_lo and row.src_hi == row.dst_hi
    if row.arp_operation == 1:
        add(claims, slot, REQUESTS, 1.0)
        if not gratuitous:
            _, fresh = touch(seen, mix(mac ^ TARGET_SALT, target), now)
            if fresh:
                add(claims, slot, TARGETS, 1.0)
            asking, _ = touch(asked, mix(sender ^ ASKED_SALT, target), now)
            asked.extra[asking, 0] = now
    else:
        add(claims, slot, REPLIES, 1.0)
        asking, _ = touch(asked, mix(target ^ ASKED_SALT, sender), now)
        if asked.extra[asking, 0] == 0.0 or now - asked.extra[asking, 0] > ASKED_NS:
            add(claims, slot, UNASKED, 1.0)
    contested = False
    if row.src_lo & np.uint64(0xFFFFFFFF) != 0:  # 0.0.0.0 is an address check (RFC 5227), not a claim
        _, fresh = touch(seen, mix(mac ^ CLAIM_SALT, sender), now)
        if fresh:
            claims.extra[slot, CLAIMED] += 1.0
        holder, _ = touch(holders, sender, now)
        # Hardware addresses are below 2**48, so a float64 holds them exactly; 0 means none yet.
        contested = holders.extra[holder, 0] != 0.0 and holders.extra[holder, 0] != float(mac)
        if contested:
            add(claims, slot, TAKEOVERS, 1.0)
        holders.extra[holder, 0] = float(mac)
    for k in range(CLAIM_SUMS):
        put(claims, slot, k, out, at + 4 * k)
    out[at + 20] = claims.extra[slot, CLAIMED]
    out[at + 21] = contested
    out[at + 22] = gratuitous
    out[at + 23] = row.src_mac != 0 and row.src_mac != mac
