"""Reading a source: a file, compressed or not, or standard input."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import BinaryIO, Final

from packetclip.errors import CaptureError, EmptyCapture, MissingCapture, NotACapture, UsageError
from packetclip.ledger import Ledger
from packetclip.wire.capture import pcap, pcapng, sniff
from packetclip.wire.capture.compression import Inflated
from packetclip.wire.capture.faults import cut_short
from packetclip.wire.capture.frames import Frames
from packetclip.wire.capture.window import Window

__all__ = ["STDIN", "read"]

STDIN: Final = "-"


def read(source: str | Path, ledger: Ledger | None = None, batch_packets: int = 65_536) -> Iterator[Frames]:
    """The frames of ``source`` in file order, in batches of at most ``batch_packets`` and of some megabytes.

    ``source`` is a path, or "-" for standard input; its first bytes say which format and compression it is. Memory
    does not grow with the source. Each batch is counted in ``ledger.packets`` before it is yielded. A source that
    is damaged or cut short yields what it holds and then leaves a warning in the ledger. Times lie between 1970 and
    2116, whatever the source claims; a captured length is at most 256 KiB.

    Raises MissingCapture, EmptyCapture, NotACapture or another CaptureError, at the first ``next()``; UsageError
    when standard input is a terminal.
    """
    ledger = Ledger() if ledger is None else ledger
    name = "standard input" if source == STDIN else os.fspath(source)
    with _open(source, name) as raw:
        try:
            stream = Inflated(raw)
        except OSError as error:
            raise CaptureError(f"{name} cannot be read: {error.strerror or error}.") from error
        if stream.empty:
            raise EmptyCapture(f"{name} is empty: it holds no bytes. Capture it again, or name another file.")
        window = Window(stream)
        window.at_least(sniff.HEAD)
        head = window.unread[: sniff.HEAD].tobytes()
        if head[:4] in sniff.PCAPS:
            batches = pcap.frames(window, name, ledger, batch_packets)
        elif head[:4] == sniff.PCAPNG:
            batches = pcapng.frames(window, name, ledger, batch_packets)
        elif stream.compression and stream.damage and len(head) < sniff.HEAD:
            ledger.warn(cut_short(window, name, 0, "its file header"))
            return
        elif not head:
            raise EmptyCapture(f"{name} is {stream.compression} data of nothing at all. Name another file.")
        else:
            inside = f" ({stream.compression} compressed)" if stream.compression else ""
            raise NotACapture(
                f"{name} is not a capture: it is {sniff.describe(head)}{inside}. "
                "pcap and pcapng are read, plain or as .gz, .zst, .lz4 or .xz."
            )
        for frames in batches:
            ledger.read(len(frames))
            yield frames


def _open(source: str | Path, name: str) -> AbstractContextManager[BinaryIO]:
    if source == STDIN:
        if sys.stdin.isatty():
            raise UsageError("Standard input is a terminal. Pipe a capture into it: tcpdump -w - | packetclip detect -")
        return nullcontext(sys.stdin.buffer)
    try:
        return Path(source).open("rb")
    except FileNotFoundError as error:
        raise MissingCapture(f"{name} does not exist. Check the path.") from error
    except IsADirectoryError as error:
        raise CaptureError(f"{name} is a folder. Name the captures in it, or pass it through sources().") from error
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise CaptureError(f"{name} cannot be opened: {reason}. Check the path and its permissions.") from error
