"""Behaviour of hosts, pairs, services and flows, packet by packet, in bounded memory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from packetclip.wire.context import claims, flow, hosts, kernel, names, pairs, services
from packetclip.wire.context import roles as who
from packetclip.wire.context.catalogue import FIELDS, POSITION
from packetclip.wire.context.memory import make_memory
from packetclip.wire.flows.steps import FlowSteps
from packetclip.wire.packets.batch import PacketBatch


@dataclass(frozen=True, slots=True)
class ContextConfig:
    """How much is remembered; every table is bounded and forgets the longest silent entry first."""

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
        self._state = kernel.State(
            flows=make_memory(config.flows, 0, flow.EXTRA),
            roles=np.zeros((config.flows, who.WIDTH), np.uint64),
            origs=make_memory(config.hosts, hosts.ORIG_SUMS, 0),
            resps=make_memory(config.hosts, hosts.RESP_SUMS, 0),
            pairs=make_memory(config.flows, pairs.SUMS, pairs.EXTRA),
            services=make_memory(config.flows, services.SERVICE_SUMS, services.SERVICE_EXTRA),
            targets=make_memory(config.hosts, services.TARGET_SUMS, services.TARGET_EXTRA),
            zones=make_memory(config.hosts, names.ZONE_SUMS, names.ZONE_EXTRA),
            claims=make_memory(1 << 12, claims.CLAIM_SUMS, claims.CLAIM_EXTRA),
            holders=make_memory(1 << 12, 0, claims.HOLDER_EXTRA),
            asked=make_memory(1 << 12, 0, 1),
            seen=make_memory(config.flows, 0, 0),
        )

    def update(self, packets: PacketBatch, steps: FlowSteps) -> Context:
        """Context of the next N packets: (N, F); rows of dropped packets are 0."""
        values = np.zeros((len(packets), len(FIELDS)), np.float32)
        kernel.observe(packets.rows, steps.rows, self._state, values)
        return Context(values)

    @property
    def forgotten(self) -> int:
        """Entries of all tables that gave way to newer ones."""
        return sum(int(part.forgotten[0]) for part in self._state if hasattr(part, "forgotten"))
