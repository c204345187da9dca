"""Behaviour of hosts, pairs, services and flows, packet by packet, in bounded memory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from packetclip.wire.context import kernel
from packetclip.wire.context.catalogue import FIELDS, LINE, POSITION
from packetclip.wire.context.rooms import Rooms
from packetclip.wire.flows.steps import FlowSteps
from packetclip.wire.packets.batch import PacketBatch

_ROOMS = Rooms(len(FIELDS))
"""Of all trackers: a folder of captures has a tracker each."""


@dataclass(frozen=True, slots=True)
class ContextConfig:
    """How much is remembered; every table is bounded, and full sets forget what is least missed.

    The defaults take 84 MB when every slot is in use; ARP has 4,096 slots for each of its tables.
    """

    flows: int = 1 << 16
    """Flows, pairs, services, names and addresses seen: slots of each table, a power of two."""
    hosts: int = 1 << 15
    """Hosts as originators, hosts as responders, ports of responders, parent names: slots of each table."""


@dataclass(frozen=True, slots=True, eq=False)
class Context:
    """What was known about each of N packets when it was seen; ``context["orig_flows_10s"]`` is a column."""

    values: NDArray[np.float32]
    """(N, F) in the order of :data:`catalogue.FIELDS`, natural units."""

    def __len__(self) -> int:
        return len(self.values)

    def __getitem__(self, name: str) -> NDArray[Any]:
        return self.values[:, POSITION[name]]


class ContextTracker:
    """Feeds on consecutive batches; the result does not depend on where one batch ends and the next begins."""

    def __init__(self, config: ContextConfig | None = None) -> None:
        config = config or ContextConfig()
        self._state = kernel.make_state(config.flows, config.hosts, 1 << 12)
        self._scratch = np.zeros(1, kernel.SCRATCH)

    def update(self, packets: PacketBatch, steps: FlowSteps) -> Context:
        """Context of the next N packets: (N, F); rows of dropped packets are 0."""
        values = _ROOMS.take(len(packets))
        kernel.observe(packets.rows, steps.rows, self._state, self._scratch, values.view(LINE)[:, 0])
        return Context(values)

    @property
    def forgotten(self) -> int:
        """Entries of all tables that gave way to newer ones."""
        return sum(int(table.fill["forgotten"][0]) for table in self._state)
