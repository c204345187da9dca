"""The compiled accumulator: one record an open flow, found by the flow's number.

Numbers of flows rise, so the number itself is the hash: neighbours in time lie side by side. Means and variances of
gaps follow Welford's method, those of sizes are sums of whole numbers.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numba import njit

from packetclip.wire.packets.addresses import is_group, is_public

FLAGS: Final = ("fin", "syn", "rst", "psh", "ack", "urg", "ece", "cwr")
"""Names of TCP's flags, the lowest bit first (RFC 9293, section 3.1)."""
SERVICES: Final = ("dns", "ssl", "http", "ssh", "ftp", "smtp")
"""Zeek's names of what a payload may show, the lowest bit first."""
DNS, SSL, HTTP, SSH, FTP, SMTP = (1 << position for position in range(len(SERVICES)))

STATISTIC: Final = np.dtype(
    [
        ("flow", "i8"),  # its number
        ("used", "u1"),
        ("services", "u1"),  # bits of SERVICES
        ("orig_mac", "u8"), ("resp_mac", "u8"),  # of the flow's first packet
        ("gaps", "i8"), ("gap_mean", "f8"), ("gap_squares", "f8"), ("gap_min", "i8"), ("gap_max", "i8"),
        # [0] the originator, [1] the responder
        ("first_ns", "i8", 2), ("last_ns", "i8", 2),
        ("pkts", "i8", 2), ("size_sum", "i8", 2), ("size_squares", "i8", 2),
        ("size_min", "i4", 2), ("size_max", "i4", 2),
        ("side_gaps", "i8", 2), ("side_gap_mean", "f8", 2), ("side_gap_squares", "f8", 2),
        ("side_gap_min", "i8", 2), ("side_gap_max", "i8", 2),
        ("flags", "u4", (2, len(FLAGS))),
    ],
    align=True,
)  # fmt: skip
"""What is known of a flow's packets. Sizes are bytes of the frame on the wire, their squares summed; gaps nanoseconds,
their squares those of differences from the mean."""

HELD, FRESH, FREE = range(3)
"""Positions in ``state``: flows held, first record never used, first free record or -1 (chained by ``flow``)."""


@njit(cache=True, nogil=True)
def _find(flow: Any, rows: Any, places: Any) -> Any:
    mask = len(places) - 1
    place = flow & mask
    while places[place] != 0:
        if rows[places[place] - 1].flow == flow:
            return place
        place = (place + 1) & mask
    return -1


@njit(cache=True, nogil=True)
def _enter(flow: Any, at: Any, places: Any) -> None:
    mask = len(places) - 1
    place = flow & mask
    while places[place] != 0:
        place = (place + 1) & mask
    places[place] = at + 1


@njit(cache=True, nogil=True)
def enter_all(rows: Any, places: Any, used: Any) -> None:
    """Enter every record in use among the first ``used`` into ``places``, which is empty."""
    for at in range(used):
        if rows[at].used == 1:
            _enter(rows[at].flow, at, places)


@njit(cache=True, nogil=True)
def _leave(place: Any, rows: Any, places: Any) -> None:
    mask = len(places) - 1
    hole = place
    while True:
        place = (place + 1) & mask
        if places[place] == 0:
            break
        home = rows[places[place] - 1].flow & mask
        # An entry may fill the hole unless its home lies cyclically after the hole.
        if (place - home) & mask >= (place - hole) & mask:
            places[hole] = places[place]
            hole = place
    places[hole] = 0


@njit(cache=True, nogil=True)
def _services(row: Any) -> Any:
    """What the payload of this packet shows."""
    seen = 0
    if row.dns_kind != 0:
        seen |= DNS
    if row.tls_type != 0:
        seen |= SSL
    if row.http_method != 0 or row.http_status != 0:
        seen |= HTTP
    if row.ssh_banner != 0:
        seen |= SSH
    if row.reply_code != 0:
        # The replies of FTP and SMTP look alike; the port says which.
        if row.src_port == 21 or row.src_port == 2121:
            seen |= FTP
        elif row.src_port == 25 or row.src_port == 587:
            seen |= SMTP
    return seen


@njit(cache=True, nogil=True)
def accumulate(
    packets: Any, steps: Any, values: Any, beside: Any, rows: Any, last: Any, places: Any, state: Any
) -> None:
    """Take in PACKET rows (N,) with their STEP rows (N,) and ``values`` (N, F); ``rows`` has room for all flows."""
    for i in range(len(packets)):
        step = steps[i]
        if step.flow < 0:
            continue
        packet = packets[i]
        place = _find(step.flow, rows, places)
        side = 0 if step.is_orig == 1 else 1
        if place < 0:
            at = state[FREE]
            if at >= 0:
                state[FREE] = rows[at].flow
            else:
                at = state[FRESH]
                state[FRESH] += 1
            state[HELD] += 1
            _begin(rows[at], step.flow)
            _enter(step.flow, at, places)
            rows[at].orig_mac = packet.src_mac if side == 0 else packet.dst_mac
            rows[at].resp_mac = packet.dst_mac if side == 0 else packet.src_mac
        else:
            at = np.int64(places[place]) - 1
        row = rows[at]
        row.services |= _services(packet)
        if row.pkts[side] == 0:
            row.first_ns[side] = packet.time_ns
            row.last_ns[side] = packet.time_ns
        row.last_ns[side] = max(row.last_ns[side], packet.time_ns)
        row.pkts[side] += 1
        size: Any = max(0, np.int64(packet.length))
        row.size_sum[side] += size
        row.size_squares[side] += size * size
        row.size_min[side] = min(np.int64(row.size_min[side]), size)
        row.size_max[side] = max(np.int64(row.size_max[side]), size)
        gap = step.gap_ns
        if gap >= 0:
            row.gaps += 1
            away = gap - row.gap_mean
            row.gap_mean += away / row.gaps
            row.gap_squares += away * (gap - row.gap_mean)
            row.gap_min = min(row.gap_min, gap)
            row.gap_max = max(row.gap_max, gap)
        gap = step.side_gap_ns
        if gap >= 0:
            row.side_gaps[side] += 1
            away = gap - row.side_gap_mean[side]
            row.side_gap_mean[side] += away / row.side_gaps[side]
            row.side_gap_squares[side] += away * (gap - row.side_gap_mean[side])
            row.side_gap_min[side] = min(row.side_gap_min[side], gap)
            row.side_gap_max[side] = max(row.side_gap_max[side], gap)
        if packet.protocol == 6 and packet.fragment_offset == 0:
            flags = np.int64(packet.tcp_flags)
            for bit in range(8):
                row.flags[side, bit] += (flags >> bit) & 1
        for k in range(len(beside)):
            last[at, k] = values[i, beside[k]]


@njit(cache=True, nogil=True)
def _begin(row: Any, flow: Any) -> None:
    row.flow, row.used, row.services = flow, 1, 0
    row.gaps, row.gap_mean, row.gap_squares, row.gap_min, row.gap_max = 0, 0.0, 0.0, 1 << 62, 0
    for side in range(2):
        row.first_ns[side], row.last_ns[side] = 0, 0
        row.pkts[side], row.size_sum[side], row.size_squares[side] = 0, 0, 0
        row.size_min[side], row.size_max[side] = 0x7FFFFFFF, 0
        row.side_gaps[side], row.side_gap_mean[side], row.side_gap_squares[side] = 0, 0.0, 0.0
        row.side_gap_min[side], row.side_gap_max[side] = 1 << 62, 0
        for bit in range(8):
            row.flags[side, bit] = 0


@njit(cache=True, nogil=True)
def take(flows: Any, taken: Any, taken_last: Any, rows: Any, last: Any, places: Any, state: Any) -> None:
    """Move the records of ``flows`` (M,) to ``taken`` (M,) and ``taken_last`` (M, K); one that is not held stays 0."""
    for m in range(len(flows)):
        place = _find(flows[m], rows, places)
        if place < 0:
            continue
        at = np.int64(places[place]) - 1
        taken[m] = rows[at]
        taken_last[m] = last[at]
        _leave(place, rows, places)
        rows[at].used = 0
        rows[at].flow = state[FREE]
        state[FREE] = at
        state[HELD] -= 1


@njit(cache=True, nogil=True)
def tell_local(hi: Any, lo: Any, told: Any) -> None:
    """Whether each address (M,) is neither globally routable nor a group."""
    for m in range(len(hi)):
        told[m] = not (is_public(hi[m], lo[m]) or is_group(hi[m], lo[m]))
