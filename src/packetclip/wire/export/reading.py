"""From sources to flow records."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from packetclip.ledger import Ledger
from packetclip.threads import beside
from packetclip.wire import capture
from packetclip.wire.context import FIELDS, ContextTracker
from packetclip.wire.export.columns import CONTEXT, Columns, columns
from packetclip.wire.export.statistics import FlowStatistics
from packetclip.wire.flows import FlowConfig, FlowSteps, FlowTable, FlowTracker
from packetclip.wire.packets import PacketBatch, dissect
from packetclip.wire.summary import enter

_Read = tuple[capture.Source, PacketBatch, FlowSteps, FlowTable]
_Told = tuple[NDArray[Any], NDArray[np.float32]]


def flow_records(
    sources: capture.Source | Sequence[capture.Source],
    ledger: Ledger | None = None,
    progress: Callable[[str, int, int], None] | None = None,
    max_flows: int = FlowConfig().max_flows,
    workers: int = 1,
) -> Iterator[Columns]:
    """Columns of the flows that ended, batch by batch, in the order in which they ended; those still open come last.

    Several sources are one stream. ``max_flows`` bounds the flows open at a time; when that is too few, some end early
    and a warning in the ledger counts them. With two ``workers`` what hosts did lately is worked out while the next
    packets are read, unless a source is endless, whose flows would wait for them; the records are the same.

    Raises CaptureError when a source cannot be read.
    """
    ledger = Ledger() if ledger is None else ledger
    kept = [k for k, field in enumerate(FIELDS) if field.name in CONTEXT]
    names = [FIELDS[k].name for k in kept]
    flows = FlowTracker(FlowConfig(max_flows=max_flows, keep_ended=False))
    behaviour, statistics = ContextTracker(), FlowStatistics(np.array(kept, np.int64))
    found = capture.sources(capture.several(sources))

    def read() -> Iterator[_Read]:
        for source in found:
            for frames in capture.read(source, ledger):
                packets = dissect(frames)
                yield source, packets, flows.update(packets), flows.ended()

    def learn(read: _Read) -> _Told:
        _, packets, steps, ended = read
        statistics.update(packets, steps, behaviour.update(packets, steps).values)
        return statistics.take(ended["flow"])

    for (source, packets, steps, ended), told in beside(read(), learn, 1 if capture.endless(found) else workers):
        enter(ledger, packets)
        _enter_outsiders(ledger, packets, steps)
        if progress is not None:
            progress(f"Reading {source}", ledger.packets, 0)
        if len(ended):
            yield columns(ended, *told, names)
    flows.account(ledger)
    ledger.note("lone_fragment", flows.lone_fragments)
    if len(still := flows.table()):
        yield columns(still, *statistics.take(still["flow"]), names)


def _enter_outsiders(ledger: Ledger, packets: PacketBatch, steps: FlowSteps) -> None:
    outside = int(np.count_nonzero((packets["dropped"] == 0) & (steps["flow"] < 0)))
    ledger.score(-outside)
    ledger.drop("no_flow", outside)
