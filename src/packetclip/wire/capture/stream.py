"""From a stream of bytes to frames, by what its first bytes say it is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

from packetclip.errors import CaptureError, EmptyCapture, MissingCapture, NotACapture
from packetclip.ledger import Ledger
from packetclip.wire.capture import pcap, pcapng, sniff
from packetclip.wire.capture.compression import Inflated
from packetclip.wire.capture.faults import cut_short
from packetclip.wire.capture.frames import Frames
from packetclip.wire.capture.raw import File, Raw
from packetclip.wire.capture.window import Window

__all__ = ["BATCH_BYTES", "first_time", "frames", "opened"]

BATCH_BYTES: Final = 1 << 20
"""What a core's second cache holds: reading costs twice as much where a batch does not fit it."""


def frames(raw: Raw, name: str, ledger: Ledger, batch_packets: int, batch_bytes: int = BATCH_BYTES) -> Iterator[Frames]:
    """The frames of one capture; damage ends them early and leaves a warning in the ledger.

    Raises EmptyCapture, NotACapture or another CaptureError, at the first ``next()``.
    """
    try:
        stream = Inflated(raw)
    except OSError as error:
        raise CaptureError(f"{name} cannot be read: {error.strerror or error}.") from error
    if stream.empty:
        if stream.stopped:
            return
        raise EmptyCapture(f"{name} is empty: it holds no bytes. Capture it again, or name another file.")
    window = Window(stream, batch_bytes)
    window.at_least(sniff.HEAD)
    head = window.unread[: sniff.HEAD].tobytes()
    if head[:4] in sniff.PCAPS:
        yield from pcap.frames(window, name, ledger, batch_packets)
    elif head[:4] == sniff.PCAPNG:
        yield from pcapng.frames(window, name, ledger, batch_packets)
    elif stream.stopped and len(head) < sniff.HEAD:
        return
    elif stream.compression and stream.damage and len(head) < sniff.HEAD:
        ledger.warn(cut_short(window, name, 0, "its file header"))
    elif not head:
        raise EmptyCapture(f"{name} is {stream.compression} data of nothing at all. Name another file.")
    else:
        inside = f" ({stream.compression} compressed)" if stream.compression else ""
        raise NotACapture(
            f"{name} is not a capture: it is {sniff.describe(head)}{inside}. "
            "pcap and pcapng are read, plain or as .gz, .zst, .lz4 or .xz."
        )


def first_time(path: Path) -> int | None:
    """When the first packet of a file was captured, nanoseconds since 1970 UTC; None where there is none."""
    try:
        with opened(path) as file:
            first = next(frames(File(file), str(path), Ledger(), 1), None)
    except CaptureError:
        return None
    return None if first is None else int(first.time_ns[0])


def opened(path: str | Path, *, held: str = "captures") -> BinaryIO:
    """A file to read bytes from; a folder is said to have ``held`` in it. Raises MissingCapture or CaptureError."""
    try:
        return Path(path).open("rb")
    except FileNotFoundError as error:
        raise MissingCapture(f"{path} does not exist. Check the path.") from error
    except IsADirectoryError as error:
        raise CaptureError(f"{path} is a folder. Name the {held} in it, or pass it through sources().") from error
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise CaptureError(f"{path} cannot be opened: {reason}. Check the path and its permissions.") from error
