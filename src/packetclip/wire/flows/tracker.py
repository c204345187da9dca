"""Flows, kept up to date packet by packet."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from packetclip.ledger import Ledger
from packetclip.wire.flows import endings, kernel, slots
from packetclip.wire.flows.likely import likely_server_ports
from packetclip.wire.flows.steps import STEP, FlowSteps
from packetclip.wire.flows.table import FLOW, FlowTable
from packetclip.wire.packets.batch import PacketBatch

_SECOND_NS = 1_000_000_000


@dataclass(frozen=True, slots=True)
class FlowConfig:
    """When a flow is over, and how many may be open."""

    tcp_timeout_s: float = 300
    """A TCP flow that is silent for longer has ended."""
    udp_timeout_s: float = 60
    icmp_timeout_s: float = 60
    """Of ICMP, ARP and every other protocol."""
    max_flows: int = 1 << 20
    """Flows open at a time; when one more begins, the one silent for longest is ended and counted as evicted."""
    keep_ended: bool = True
    """Whether :meth:`FlowTracker.table` lists flows that have left it; turn it off for streams without end."""


DEFAULT: Final = FlowConfig()


class FlowTracker:
    """Assigns every packet to a flow and says what the flow is at that packet.

    >>> tracker = FlowTracker()
    >>> steps = tracker.update(packets)     # for every batch, in order  # doctest: +SKIP
    >>> tracker.table().histories()         # doctest: +SKIP

    The result is the same however the packets are cut into batches. ``config.max_flows`` bounds the memory of open
    flows (about 240 bytes each, taken as they are needed); ended flows take about 130 bytes each.
    """

    def __init__(self, config: FlowConfig = DEFAULT) -> None:
        self.config = config
        size = max(1, config.max_flows)
        seconds = (config.tcp_timeout_s, config.udp_timeout_s, config.icmp_timeout_s)
        self._timeouts = np.array([round(s * _SECOND_NS) for s in seconds], np.int64)
        self._flows = slots.empty_slots(size)
        self._links = np.zeros((size, 2), np.int32)
        self._buckets = np.zeros(slots.buckets_for(size), np.int64)
        self._queues = np.full((3, 2), -1, np.int64)
        self._counters = np.zeros(11, np.int64)
        self._counters[slots.FREE] = -1
        self._counters[slots.MASK] = slots.FEW_BUCKETS - 1
        self._fragments = np.zeros(kernel.FRAGMENT_MEMORY, kernel.FRAGMENT)
        self._fragments["flow"] = -1
        self._leaving = np.zeros(0, slots.FLOW_RAW)
        self._ended = np.zeros(0, slots.FLOW_RAW)
        self._likely = likely_server_ports()
        self._secrets = np.array([secrets.randbits(64) | 1 for _ in range(slots.SECRETS)], np.uint64)

    @property
    def evicted(self) -> int:
        """Flows that were ended early because ``config.max_flows`` were open."""
        return int(self._counters[slots.EVICTED])

    @property
    def joined_fragments(self) -> int:
        """Later fragments that were counted to the flow of their first."""
        return int(self._counters[slots.JOINED])

    @property
    def lone_fragments(self) -> int:
        """Later fragments whose first was not seen before them: they make flows without ports."""
        return int(self._counters[slots.ALONE])

    def account(self, ledger: Ledger) -> None:
        """At the end: warn in the ledger when flows had to be ended early."""
        if self.evicted:
            ledger.warn(
                f"{self.evicted:,} flows were ended early, because {self.config.max_flows:,} were open at once: "
                "their later packets count as new flows."
            )

    def update(self, packets: PacketBatch) -> FlowSteps:
        """One row a packet: what its flow is by then, this packet included and no later one."""
        steps = np.empty(len(packets), STEP)
        most = min(int(self._counters[slots.LIVE]) + len(packets), slots.ENDED_A_PACKET * len(packets))
        if most > len(self._leaving):
            self._leaving = np.empty(most, slots.FLOW_RAW)
        kernel.track(
            np.ascontiguousarray(packets.rows), steps, self._flows, self._links, self._buckets, self._queues,
            self._counters, self._fragments, self._leaving, self._likely, self._timeouts, self._secrets,
        )  # fmt: skip
        if self.config.keep_ended:
            self._make_room(int(self._counters[slots.NEXT_FLOW]))
            left = self._leaving[: self._counters[slots.LEFT]]
            self._ended[left["flow"]] = left
        return FlowSteps(steps)

    def ended(self) -> FlowTable:
        """The flows that ended during the last :meth:`update`, in the order in which they ended; a copy.

        No packet ends many: when more time out at once, those that wait for their turn are ended by the packets that
        follow, and until then :meth:`table` has them.
        """
        return FlowTable(self._leaving[: self._counters[slots.LEFT]].view(FLOW).copy())

    def table(self) -> FlowTable:
        """All flows so far; a copy. Without ``config.keep_ended`` only those that :meth:`ended` has not given yet.

        At the time of the last packet: whoever was silent for longer than its timeout by then has ended by silence.
        """
        used = np.flatnonzero(self._flows["used"][: self._counters[slots.FRESH]])
        live = np.empty(len(used), slots.FLOW_RAW)
        for name in slots.FLOW_RAW.names or ():
            live[name] = self._flows[name][used]
        over = np.isin(used, self._overdue()) & (live["end_reason"] == endings.OPEN)
        live["end_reason"][over] = endings.IDLE
        if not self.config.keep_ended:
            return FlowTable(live[np.argsort(live["flow"])].view(FLOW))
        rows = self._ended[: self._counters[slots.NEXT_FLOW]].copy()
        rows[live["flow"]] = live
        return FlowTable(rows.view(FLOW))

    def _overdue(self) -> NDArray[np.int64]:
        found = np.empty(self._counters[slots.LIVE], np.int64)
        now = self._counters[slots.NOW]
        return found[: slots.overdue(now, self._timeouts, self._flows, self._links, self._queues, found)]

    def _make_room(self, flows: int) -> None:
        # Room is doubled so that copying stays linear in all.
        if flows > len(self._ended):
            ended = np.zeros(max(flows, 2 * len(self._ended)), slots.FLOW_RAW)
            ended[: len(self._ended)] = self._ended
            self._ended = ended
