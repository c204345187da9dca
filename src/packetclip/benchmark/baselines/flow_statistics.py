"""Boosted trees on flow statistics alone, as from NFStream's columns: nothing of hosts, pairs or services.

The statistics are the flow's so far, at each packet: packets and bytes of both sides, sizes, gaps, its state; and what
the 5-tuple says without its addresses: protocol, IP version, kind of port. Settings are those of
LightGBM on all fields.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from packetclip.benchmark.baselines.light_gbm import LightGbm
from packetclip.benchmark.baselines.scaling import named
from packetclip.benchmark.method import Cost
from packetclip.benchmark.samples import Samples
from packetclip.wire.context import FIELDS

__all__ = ["SEEN", "FlowStatistics"]

SEEN: Final = named("flow_", "packet_tcp", "packet_udp", "packet_icmp", "packet_arp", "packet_ipv6", "packet_port_")
_SHOWN: Final = np.isin(np.arange(len(FIELDS)), SEEN)


class FlowStatistics:
    """LightGBM as on all fields, but every other field is 0 for it: what never varies is never split."""

    def __init__(self, classes: Sequence[str], seed: int = 0, threads: int = 1) -> None:
        self._trees = LightGbm(classes, seed, threads)

    def fit(self, train: Samples, tune: Samples) -> None:
        """Learn from the flow's own fields."""
        self._trees.fit(_flow(train), _flow(tune))

    def predict_proba(self, samples: Samples) -> NDArray[np.float64]:
        """(N, M + 1): benign first."""
        return self._trees.predict_proba(_flow(samples))

    def cost(self) -> Cost:
        """As of LightGBM."""
        return self._trees.cost()


def _flow(samples: Samples) -> Samples:
    return dataclasses.replace(samples, fields=np.where(_SHOWN, samples.fields, np.float32(0)))
