"""Capture: from a source to :class:`Frames`, which are bytes, lengths and times.

:func:`read` takes pcap and pcapng in every variant that tools write, compressed or not, from files and from standard
input, and yields batches of bounded size. Formats are told by their first bytes, never by name. A source that is
damaged or cut short gives what it holds and a sentence in the :class:`~packetclip.ledger.Ledger`; only a source
that is no capture at all is an error. :func:`sources` turns what a user names into captures, folders included;
:func:`write` and :func:`memory` are the ways back, to a file and from Python values.

It does not look into frames: link types are passed on as numbers, also those that no dissector knows, and lengths,
times and order are the source's own, held only within what 64 bits can bear. It does not capture from interfaces:
pipe ``tcpdump -w -`` into it. Batches fill before they are yielded, so that a slow pipe shows up late.
"""

from packetclip.wire.capture.folder import sources
from packetclip.wire.capture.frames import Frames
from packetclip.wire.capture.memory import memory
from packetclip.wire.capture.read import STDIN, read
from packetclip.wire.capture.write import write

__all__ = ["STDIN", "Frames", "memory", "read", "sources", "write"]
