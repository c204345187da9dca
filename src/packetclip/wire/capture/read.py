"""Reading a source: a file, compressed or not, standard input, a file that grows, or an interface."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator
from typing import Final

from packetclip.errors import UsageError
from packetclip.ledger import Ledger
from packetclip.wire.capture import follow, live, stream
from packetclip.wire.capture.ending import Ending
from packetclip.wire.capture.endless import Follow, Live, Piped, Source
from packetclip.wire.capture.frames import Frames
from packetclip.wire.capture.raw import File, Pipe

__all__ = ["STDIN", "read"]

STDIN: Final = "-"


def read(
    source: Source, ledger: Ledger | None = None, batch_packets: int = 16_384, batch_bytes: int = stream.BATCH_BYTES
) -> Iterator[Frames]:
    """The frames of ``source`` in its order, in batches of at most ``batch_packets`` and of about ``batch_bytes``.

    ``source`` is a path, "-" for standard input, or one of :class:`Live`, :class:`Follow` and :class:`Piped`; a
    file's first bytes say which format and compression it is. Memory does not grow with the source, and a
    batch that is kept keeps at most twice the bytes of its frames. Where packets come slowly a batch waits for no more
    than half a second; an interface gives up to 8 MiB together. Each batch is counted in ``ledger.packets`` before it
    is yielded; what the kernel dropped of a live capture is counted there too, and in ``ledger.dropped["kernel"]``.
    A source that is damaged or cut short yields what it holds and then leaves a warning in the ledger. Times lie
    between 1970 and 2116, whatever the source claims; a captured length is at most 256 KiB.

    Raises MissingCapture, EmptyCapture, NotACapture or another CaptureError, at the first ``next()``; UsageError
    when standard input is a terminal.
    """
    ledger = Ledger() if ledger is None else ledger
    for frames in _batches(source, ledger, batch_packets, batch_bytes):
        ledger.read(len(frames))
        yield frames


def _batches(source: Source, ledger: Ledger, batch_packets: int, batch_bytes: int) -> Iterator[Frames]:
    match source:
        case Live():
            yield from live.frames(source, ledger, batch_packets)
        case Follow():
            yield from follow.frames(source, ledger, batch_packets, batch_bytes)
        case Piped():
            yield from _piped(source.ending, ledger, batch_packets, batch_bytes)
        case "-":
            yield from _piped(Ending(), ledger, batch_packets, batch_bytes)
        case _:
            with stream.opened(source) as file:
                stored = stat.S_ISREG(os.fstat(file.fileno()).st_mode)
                raw = File(file) if stored else Pipe(file, Ending())  # <(tcpdump -w -) names a pipe
                yield from stream.frames(raw, os.fspath(source), ledger, batch_packets, batch_bytes)


def _piped(ending: Ending, ledger: Ledger, batch_packets: int, batch_bytes: int) -> Iterator[Frames]:
    if sys.stdin.isatty():
        raise UsageError("Standard input is a terminal. Pipe a capture into it: tcpdump -w - | packetclip detect -")
    yield from stream.frames(Pipe(sys.stdin.buffer, ending), "standard input", ledger, batch_packets, batch_bytes)
