"""From sources to their summary."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from packetclip.ledger import Ledger
from packetclip.wire import capture
from packetclip.wire.flows import FlowConfig, FlowTracker
from packetclip.wire.packets import dissect
from packetclip.wire.summary.accounting import enter
from packetclip.wire.summary.summarizer import Summarizer
from packetclip.wire.summary.summary import Summary


def summarize(
    sources: Sequence[capture.Source],
    ledger: Ledger | None = None,
    progress: Callable[[str, int, int], None] | None = None,
) -> Summary:
    """What the sources hold, taken as one stream in the order given; dropped packets and oddities are in the ledger.

    Raises CaptureError when a source cannot be read. A link type that no dissector reads is no error here.
    """
    ledger = Ledger() if ledger is None else ledger
    flows, summarizer = FlowTracker(FlowConfig(keep_ended=False)), Summarizer()
    for source in capture.sources(sources):
        for frames in capture.read(source, ledger):
            packets = dissect(frames)
            summarizer.update(packets, flows.update(packets))
            summarizer.end(flows.ended())
            enter(ledger, packets)
            if progress is not None:
                progress(f"Reading {source}", ledger.packets, 0)
    flows.account(ledger)
    summarizer.end(flows.table())
    return summarizer.summary()
