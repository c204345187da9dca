"""From sources to their summary."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from packetclip.ledger import Ledger
from packetclip.threads import beside
from packetclip.wire import capture
from packetclip.wire.flows import FlowConfig, FlowSteps, FlowTable, FlowTracker
from packetclip.wire.packets import PacketBatch, dissect
from packetclip.wire.summary.accounting import enter
from packetclip.wire.summary.summarizer import Summarizer
from packetclip.wire.summary.summary import Summary

_Read = tuple[capture.Source, PacketBatch, FlowSteps, FlowTable]


def summarize(
    sources: Sequence[capture.Source],
    ledger: Ledger | None = None,
    progress: Callable[[str, int, int], None] | None = None,
    workers: int = 1,
) -> Summary:
    """What the sources hold, taken as one stream in the order given; dropped packets and oddities are in the ledger.

    With two ``workers`` counting goes on beside reading; the summary is the same. Raises CaptureError when a source
    cannot be read. A link type that no dissector reads is no error here.
    """
    ledger = Ledger() if ledger is None else ledger
    flows, summarizer = FlowTracker(FlowConfig(keep_ended=False)), Summarizer()

    def read() -> Iterator[_Read]:
        for source in capture.sources(sources):
            for frames in capture.read(source, ledger):
                packets = dissect(frames)
                yield source, packets, flows.update(packets), flows.ended()

    def count(read: _Read) -> None:
        _, packets, steps, ended = read
        summarizer.update(packets, steps)
        summarizer.end(ended)

    for (source, packets, *_), _counted in beside(read(), count, workers):
        enter(ledger, packets)
        if progress is not None:
            progress(f"Reading {source}", ledger.packets, 0)
    flows.account(ledger)
    summarizer.end(flows.table())
    return summarizer.summary()
