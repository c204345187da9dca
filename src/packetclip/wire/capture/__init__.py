"""Capture: from a source to :class:`Frames`, which are bytes, lengths and times.

:func:`read` takes pcap and pcapng in every variant that tools write, compressed or not, from files, from standard
input and from files that still grow (:class:`Follow`), and the packets of an interface (:class:`Live`). It yields
batches of bounded size, and where packets come slowly, at least one every second. Formats are told by their first
bytes, never by name. A source that is damaged or cut short gives what it holds and a sentence in the
:class:`~packetclip.ledger.Ledger`; only a source that is no capture at all is an error. :func:`sources` turns what a
user names into captures, folders and series of files included; :func:`write` and :func:`memory` are the ways back, to
a file and from Python values. Sources that do not end by themselves share an :class:`Ending`, which a signal or
another thread may ask.

It does not look into frames: link types are passed on as numbers, also those that no dissector knows, and lengths,
times and order are the source's own, held only within what 64 bits can bear.
"""

from packetclip.wire.capture.ending import Ending, on_signals
from packetclip.wire.capture.endless import Follow, Live, Piped, Source, endless
from packetclip.wire.capture.folder import several, sources
from packetclip.wire.capture.frames import Frames
from packetclip.wire.capture.memory import memory
from packetclip.wire.capture.read import STDIN, read
from packetclip.wire.capture.write import write

__all__ = [
    "STDIN",
    "Ending",
    "Follow",
    "Frames",
    "Live",
    "Piped",
    "Source",
    "endless",
    "memory",
    "on_signals",
    "read",
    "several",
    "sources",
    "write",
]
