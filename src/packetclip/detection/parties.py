"""Who stands behind a packet: its flow's originator and responder, as a story sees them.

An ARP message is its sender's hardware address against the protocol address it speaks of: whoever forges ARP has a
hardware address of its own only. An ICMP error belongs to whoever began the flow that it quotes, not to the router that
sent it. Frames without any address go by hardware address.
"""

from __future__ import annotations

import ipaddress
from typing import Any, Final

import numpy as np
from numba import njit
from numpy.typing import NDArray

from packetclip.wire.flows.steps import FlowSteps
from packetclip.wire.packets import PacketBatch
from packetclip.wire.packets.addresses import format_address, format_mac

PARTY: Final = np.dtype(
    [
        ("orig_hi", "u8"),
        ("orig_lo", "u8"),
        ("resp_hi", "u8"),
        ("resp_lo", "u8"),
        ("flow", "i8"),
        ("index", "i8"),
        ("time_ns", "i8"),
        ("orig_port", "u2"),
        ("resp_port", "u2"),
        ("protocol", "u1"),
        ("orig_kind", "u1"),
        ("resp_kind", "u1"),
        ("arp", "u1"),
    ]
)
"""Both ends of a packet; kinds are ADDRESS or HARDWARE. Numbers of hardware addresses stand in ``lo``."""

ADDRESS: Final = 0
HARDWARE: Final = 1
_REMEMBERED: Final = 1 << 16
"""Flows whose originator is remembered for ICMP errors that quote them."""
_ARP: Final = 0x0806


class Parties:
    """Tells the parties of packets, batch by batch."""

    def __init__(self) -> None:
        self._flows = np.full(_REMEMBERED, -1, np.int64)
        self._origs = np.zeros((_REMEMBERED, 2), np.uint64)

    def update(self, packets: PacketBatch, steps: FlowSteps, wanted: NDArray[np.bool_]) -> NDArray[Any]:
        """Parties (N,) of :data:`PARTY`; rows that are not ``wanted`` are zeros."""
        out = np.zeros(len(packets), PARTY)
        _assign(np.ascontiguousarray(packets.rows), steps.rows, wanted, self._flows, self._origs, out)
        return out


def display(kind: int, hi: int, lo: int) -> str:
    """``10.0.0.1``, ``2001:db8::1`` or ``02:00:00:00:00:01``."""
    return format_mac(lo) if kind == HARDWARE else format_address(hi, lo)


def is_address(text: str) -> bool:
    """Whether a displayed party is an IP address."""
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


@njit(cache=True, nogil=True)
def _assign(rows: Any, steps: Any, wanted: Any, flows: Any, origs: Any, out: Any) -> None:
    for i in range(len(rows)):
        row = rows[i]
        step = steps[i]
        flow = step.flow
        is_orig = step.is_orig == 1 or flow < 0
        if step.number == 1 and flow >= 0:
            slot = flow % len(flows)
            flows[slot] = flow
            origs[slot, 0] = row.src_hi if is_orig else row.dst_hi
            origs[slot, 1] = row.src_lo if is_orig else row.dst_lo
        if not wanted[i]:
            continue
        party = out[i]
        party.flow = flow
        party.index = row.index
        party.time_ns = row.time_ns
        party.protocol = row.protocol
        if row.ether_type == _ARP:
            party.arp = 1
            party.orig_kind = HARDWARE
            party.orig_lo = row.arp_src_mac if row.arp_src_mac != 0 else row.src_mac
            party.resp_hi, party.resp_lo = row.dst_hi, row.dst_lo
        elif row.ip_version == 0:
            party.orig_kind = HARDWARE
            party.resp_kind = HARDWARE
            party.orig_lo = row.src_mac if is_orig else row.dst_mac
            party.resp_lo = row.dst_mac if is_orig else row.src_mac
        elif step.quoted_flow >= 0 and row.quoted_protocol != 0:
            forward = True
            slot = step.quoted_flow % len(flows)
            if flows[slot] == step.quoted_flow:
                forward = origs[slot, 0] == row.quoted_src_hi and origs[slot, 1] == row.quoted_src_lo
            party.flow = step.quoted_flow
            party.protocol = row.quoted_protocol
            if forward:
                party.orig_hi, party.orig_lo = row.quoted_src_hi, row.quoted_src_lo
                party.resp_hi, party.resp_lo = row.quoted_dst_hi, row.quoted_dst_lo
                party.orig_port, party.resp_port = row.quoted_src_port, row.quoted_dst_port
            else:
                party.orig_hi, party.orig_lo = row.quoted_dst_hi, row.quoted_dst_lo
                party.resp_hi, party.resp_lo = row.quoted_src_hi, row.quoted_src_lo
                party.orig_port, party.resp_port = row.quoted_dst_port, row.quoted_src_port
        elif is_orig:
            party.orig_hi, party.orig_lo = row.src_hi, row.src_lo
            party.resp_hi, party.resp_lo = row.dst_hi, row.dst_lo
            party.orig_port, party.resp_port = row.src_port, row.dst_port
        else:
            party.orig_hi, party.orig_lo = row.dst_hi, row.dst_lo
            party.resp_hi, party.resp_lo = row.src_hi, row.src_lo
            party.orig_port, party.resp_port = row.dst_port, row.src_port
