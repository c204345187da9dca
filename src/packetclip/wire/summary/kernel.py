"""One pass over a batch: each packet is added to every count."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from packetclip.wire.flows.steps import BEGUN
from packetclip.wire.packets.tables import SCTP, TCP, TRUNCATED_LINK, UDP, UNKNOWN_LINK_TYPE
from packetclip.wire.summary.cardinality import sight
from packetclip.wire.summary.names import DNS, HTTP, LLMNR, MDNS, OVER_SCTP, OVER_TCP, OVER_UDP, SSH, TLS
from packetclip.wire.summary.talkers import MOST, place_of
from packetclip.wire.summary.timeline import tick

OTHER_LINK: Final = 65_536
"""Where link types are counted that are no 16-bit numbers."""
NO_IP: Final = 256
"""Where flows are counted that have no IP protocol: ARP's."""

TOTALS: Final = np.dtype(
    [
        ("packets", "i8"), ("bytes", "i8"), ("captured_bytes", "i8"), ("cut", "i8"),
        ("first_ns", "i8"), ("last_ns", "i8"),
        ("hosts", "i8"),  # entries of the table of talkers
        ("floor", "i8"),  # bytes that an address may have had before it was entered there
    ]
)  # fmt: skip


class State(NamedTuple):
    """Everything that is counted."""

    totals: NDArray[Any]
    """(1,) of TOTALS."""
    links: NDArray[np.int64]
    """(OTHER_LINK + 1,) packets by link type."""
    ether_types: NDArray[np.int64]
    """(65536,) packets by EtherType, where the link header was read; those without IP addresses are in here too."""
    protocols: NDArray[np.int64]
    """(257,) packets by IP protocol."""
    layers: NDArray[np.int64]
    """(4, 256) packets by each byte of column ``layers``: cheaper than by each bit."""
    tunnels: NDArray[np.int64]
    """(256,) packets by the innermost tunnel."""
    flows: NDArray[np.int64]
    """(257,) flows by IP protocol; NO_IP for ARP."""
    applications: NDArray[np.int64]
    """(A,) packets by what their payload begins with, in the order of names.APPLICATIONS."""
    services: NDArray[np.int64]
    """(3, 65536, 3) packets, bytes and flows by transport (names.CARRIERS) and the responder's port."""
    bins: NDArray[np.int64]
    """(timeline.BINS, 2) packets and bytes over time."""
    clock: NDArray[Any]
    """(1,) of timeline.CLOCK."""
    talkers: NDArray[Any]
    """(talkers.SLOTS,) of TALKER."""
    registers: NDArray[np.uint8]
    """(cardinality.REGISTERS,) of the number of hosts."""


@njit(cache=True, nogil=True)
def count(rows: Any, steps: Any, state: State, at: int, seed: Any) -> Any:
    """Count PACKET rows (N,) with STEP rows (N,) from ``at`` on, until the talkers fill up; returns how far it came."""
    # A tuple of arrays handed to a function counts a reference to each of them: out with them first.
    totals, clock = state.totals[0], state.clock[0]
    links, ether_types, protocols, flows = state.links, state.ether_types, state.protocols, state.flows
    layers, tunnels, applications = state.layers, state.tunnels, state.applications
    services, bins = state.services, state.bins
    talkers, registers = state.talkers, state.registers
    for i in range(at, len(rows)):
        if totals.hosts + 2 > MOST:
            return i
        row, step = rows[i], steps[i]
        length = max(np.int64(row.length), 0)
        _record(row, totals, length)
        tick(bins, clock, row.time_ns, length)
        link = np.int64(row.link_type)
        links[link if 0 <= link < OTHER_LINK else OTHER_LINK] += 1
        if row.dropped == UNKNOWN_LINK_TYPE or row.dropped == TRUNCATED_LINK:
            continue
        ether_types[row.ether_type] += 1
        tunnels[row.tunnel] += 1
        seen = np.int64(row.layers)
        for byte in range(4):
            layers[byte, seen >> 8 * byte & 255] += 1
        if row.dropped != 0:
            continue
        if row.ip_version != 0:
            protocols[row.protocol] += 1
        _application(row, applications)
        if step.flow >= 0:
            if step.event & BEGUN:
                flows[row.protocol if row.ip_version != 0 else NO_IP] += 1
            _service(row, step, services, length)
        sender = _entry(talkers, registers, totals, seed, row.src_hi, row.src_lo)
        sender.sent_packets += 1
        sender.sent_bytes += length
        receiver = _entry(talkers, registers, totals, seed, row.dst_hi, row.dst_lo)
        receiver.received_packets += 1
        receiver.received_bytes += length
    return len(rows)


@njit(cache=True, nogil=True)
def _record(row: Any, totals: Any, length: int) -> None:
    if totals.packets == 0:
        totals.first_ns, totals.last_ns = row.time_ns, row.time_ns
    totals.first_ns = min(totals.first_ns, row.time_ns)
    totals.last_ns = max(totals.last_ns, row.time_ns)
    totals.packets += 1
    totals.bytes += length
    totals.captured_bytes += max(np.int64(row.captured), 0)
    totals.cut += row.captured < row.length


@njit(cache=True, nogil=True)
def _application(row: Any, applications: Any) -> None:
    if row.dns_kind != 0:
        if row.src_port == 5353 or row.dst_port == 5353:
            applications[MDNS] += 1
        elif row.src_port == 5355 or row.dst_port == 5355:
            applications[LLMNR] += 1
        else:
            applications[DNS] += 1
    elif row.tls_type != 0:
        applications[TLS] += 1
    elif row.http_method != 0 or row.http_status != 0:
        applications[HTTP] += 1
    elif row.ssh_banner != 0:
        applications[SSH] += 1


@njit(cache=True, nogil=True)
def _service(row: Any, step: Any, services: Any, length: int) -> None:
    if row.fragment_offset != 0:
        return  # a later fragment tells no ports
    if row.protocol == TCP:
        carrier = OVER_TCP
    elif row.protocol == UDP:
        carrier = OVER_UDP
    elif row.protocol == SCTP:
        carrier = OVER_SCTP
    else:
        return
    cell = services[carrier, row.dst_port if step.is_orig == 1 else row.src_port]
    cell[0] += 1
    cell[1] += length
    if step.event & BEGUN:
        cell[2] += 1


@njit(cache=True, nogil=True)
def _entry(talkers: Any, registers: Any, totals: Any, seed: Any, hi: Any, lo: Any) -> Any:
    entry = talkers[place_of(talkers, seed, hi, lo)]
    if entry.used == 0:
        entry.used = 1
        entry.hi, entry.lo = hi, lo
        entry.missed = totals.floor
        totals.hosts += 1
        sight(registers, hi, lo)
    return entry
