"""The counts of a stream of batches."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Mapping
from typing import Final

import numpy as np

from packetclip.wire.flows import CONN_STATES, END_REASONS, FlowSteps, FlowTable
from packetclip.wire.packets import LAYERS, LINK_TYPES, TUNNELS, PacketBatch, format_addresses
from packetclip.wire.packets.tables import TCP, UDP
from packetclip.wire.summary import cardinality, kernel, talkers, timeline
from packetclip.wire.summary.names import (
    APPLICATIONS,
    CARRIERS,
    DISSECTED_ETHER_TYPES,
    DISSECTED_PROTOCOLS,
    LINK_LAYERS,
    SERVICES,
    ether_type_name,
    ip_protocol_name,
)
from packetclip.wire.summary.summary import Rate, Service, Summary, Talker

LISTED: Final = 20
"""Services and talkers that a Summary names."""

_BITS: Final = np.arange(256)[:, None] >> np.arange(8) & 1
"""(256, 8) the bits of each byte, lowest first."""


class Summarizer:
    """Feeds on consecutive batches; the result does not depend on where one ends and the next begins.

    >>> summarizer = Summarizer()
    >>> summarizer.update(packets, steps)   # for every batch, in order  # doctest: +SKIP
    >>> summarizer.end(tracker.ended())     # flows that ended in it  # doctest: +SKIP
    >>> summarizer.summary().packets        # doctest: +SKIP

    It takes 7 MB at most, however long the capture is.
    """

    def __init__(self) -> None:
        self._state = kernel.State(
            totals=np.zeros(1, kernel.TOTALS),
            links=np.zeros(kernel.OTHER_LINK + 1, np.int64),
            ether_types=np.zeros(1 << 16, np.int64),
            protocols=np.zeros(kernel.NO_IP + 1, np.int64),
            flows=np.zeros(kernel.NO_IP + 1, np.int64),
            layers=np.zeros((4, 256), np.int64),
            tunnels=np.zeros(1 << 8, np.int64),
            applications=np.zeros(len(APPLICATIONS), np.int64),
            services=np.zeros((len(CARRIERS), 1 << 16, 3), np.int64),
            bins=np.zeros((timeline.BINS, 2), np.int64),
            clock=np.zeros(1, timeline.CLOCK),
            talkers=np.zeros(talkers.SLOTS, talkers.TALKER),
            registers=np.zeros(cardinality.REGISTERS, np.uint8),
        )
        self._seed = np.uint64(secrets.randbits(64))
        self._conn_states = np.zeros(len(CONN_STATES), np.int64)
        self._end_reasons = np.zeros(len(END_REASONS), np.int64)

    def update(self, packets: PacketBatch, steps: FlowSteps) -> None:
        """Count the next N packets."""
        totals = self._state.totals[0]
        at = 0
        while (at := kernel.count(packets.rows, steps.rows, self._state, at, self._seed)) < len(packets):
            totals["hosts"], totals["floor"] = talkers.forget(self._state.talkers, self._seed)

    def end(self, flows: FlowTable) -> None:
        """Count how flows ended, or how they stand when nothing follows; each once."""
        protocol = flows["protocol"]
        connected = (protocol == TCP) | (protocol == UDP)
        self._conn_states += np.bincount(flows["conn_state"][connected], minlength=len(CONN_STATES))
        self._end_reasons += np.bincount(flows["end_reason"], minlength=len(END_REASONS))

    def summary(self) -> Summary:
        """What was counted so far."""
        state, totals = self._state, self._state.totals[0]
        packets = int(totals["packets"])
        flows = {ip_protocol_name(n): int(state.flows[n]) for n in np.flatnonzero(state.flows[: kernel.NO_IP]).tolist()}
        flows["arp"] = int(state.flows[kernel.NO_IP])
        exact = totals["floor"] == 0
        return Summary(
            packets=packets,
            bytes=int(totals["bytes"]),
            captured_bytes=int(totals["captured_bytes"]),
            cut=int(totals["cut"]),
            first_seen=int(totals["first_ns"]) / 1e9 if packets else None,
            last_seen=int(totals["last_ns"]) / 1e9 if packets else None,
            link_types=self._link_types(),
            protocols=self._protocols(),
            tunnels=_largest_first(dict(zip(TUNNELS[1:], state.tunnels[1:].tolist(), strict=False))),
            flows=int(state.flows.sum()),
            flows_by_protocol=_largest_first(flows),
            conn_states=_largest_first(dict(zip(CONN_STATES, self._conn_states.tolist(), strict=True))),
            end_reasons=_largest_first(dict(zip(END_REASONS, self._end_reasons.tolist(), strict=True))),
            services=self._services(),
            ports=int(np.count_nonzero(state.services[:, :, 0])),
            hosts=int(totals["hosts"]) if exact else cardinality.estimate(state.registers),
            hosts_exact=bool(exact),
            talkers=self._talkers(),
            missed_bytes=int(totals["floor"]),
            rate=self._rate() if packets else None,
        )

    def _link_types(self) -> dict[str, int]:
        links = self._state.links
        counts: Counter[str] = Counter()
        for number in np.flatnonzero(links).tolist():
            name = "other" if number == kernel.OTHER_LINK else LINK_TYPES.get(number, str(number))
            counts[name] += int(links[number])
        return _largest_first(counts)

    def _protocols(self) -> dict[str, int]:
        state = self._state
        of_bits = (state.layers @ _BITS).ravel().tolist()
        counts = Counter({name: n for name, n in zip(LAYERS, of_bits, strict=False) if name not in LINK_LAYERS})
        for number in np.flatnonzero(state.ether_types).tolist():
            if number not in DISSECTED_ETHER_TYPES:
                counts[ether_type_name(number)] += int(state.ether_types[number])
        for number in np.flatnonzero(state.protocols).tolist():
            if number not in DISSECTED_PROTOCOLS:
                counts[ip_protocol_name(number)] += int(state.protocols[number])
        counts.update(dict(zip(APPLICATIONS, state.applications.tolist(), strict=True)))
        return _largest_first(counts)

    def _services(self) -> tuple[Service, ...]:
        cells = self._state.services.reshape(-1, 3)
        used = np.flatnonzero(cells[:, 0])
        order = used[np.lexsort((used, -cells[used, 0], -cells[used, 1]))][:LISTED]
        found = []
        for cell, (packets, size, flows) in zip(order.tolist(), cells[order].tolist(), strict=True):
            transport, port = CARRIERS[cell >> 16], cell & 0xFFFF
            found.append(Service(transport, port, SERVICES.get((transport, port), ""), packets, size, flows))
        return tuple(found)

    def _talkers(self) -> tuple[Talker, ...]:
        rows = talkers.listed(self._state.talkers)[:LISTED]
        names = ("sent_packets", "sent_bytes", "received_packets", "received_bytes", "missed")
        columns = (rows[name].tolist() for name in names)
        return tuple(Talker(*row) for row in zip(format_addresses(rows["hi"], rows["lo"]), *columns, strict=True))

    def _rate(self) -> Rate:
        clock = self._state.clock[0]
        width = int(timeline.WIDTHS_NS[clock["level"]])
        first, last = int(clock["first"]), int(clock["last"])
        bins = self._state.bins[np.arange(first, last + 1) % timeline.BINS]
        return Rate(first * width / 1e9, width / 1e9, tuple(bins[:, 0].tolist()), tuple(bins[:, 1].tolist()))


def _largest_first(counts: Mapping[str, int]) -> dict[str, int]:
    return dict(sorted(((name, n) for name, n in counts.items() if n), key=lambda item: (-item[1], item[0])))
