"""Summary: what a capture holds, counted in one pass and in memory that does not grow with it.

:class:`Summarizer` takes batches of packets and the steps of their flows; :class:`Summary` is what it has counted: time
span, link types, protocols, services, flows, hosts and who talks most, and the rate over time. :func:`summarize` does
both for sources. Every count is exact but two, which say so: the number of hosts beyond :data:`~.talkers.MOST`, and
what hosts sent and received that came after so many others. :func:`enter` accounts for a batch in the ledger, for all
who read packets.

It scores nothing and judges nothing, and needs no model. Services are told by port, as people do who read a capture for
the first time; only what ``packets`` has seen in a payload is told by its bytes.
"""

from packetclip.wire.summary.accounting import enter
from packetclip.wire.summary.reading import summarize
from packetclip.wire.summary.summarizer import Summarizer
from packetclip.wire.summary.summary import Rate, Service, Summary, Talker

__all__ = ["Rate", "Service", "Summarizer", "Summary", "Talker", "enter", "summarize"]
