"""Sources that do not end by themselves: an interface, a file that grows, standard input."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from packetclip.wire.capture.ending import Ending
from packetclip.wire.capture.faults import LONGEST_FRAME

__all__ = ["Follow", "Live", "Piped", "Source", "endless"]

_BUFFER_MIB: Final = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class _Endless:
    ending: Ending = field(default_factory=Ending, compare=False, repr=False)
    """Asked to end, the source gives what it has and stops; several sources may share one."""

    def stop(self) -> None:
        """End the source, from another thread or a signal handler."""
        self.ending.ask()


@dataclass(frozen=True, slots=True)
class Live(_Endless):
    """The packets that an interface sees from now on; Linux only."""

    interface: str
    """Its name, or ``any`` for all of them."""
    filter: str = ""
    """BPF expression (pcap-filter(7)), compiled by libpcap and run by the kernel; empty for everything."""
    snap_length: int = LONGEST_FRAME
    """Bytes to keep of each frame."""
    buffer_mib: int = _BUFFER_MIB
    """MiB that the kernel may fill while packets are being scored; what does not fit is dropped and counted."""
    promiscuous: bool = True
    """Whether the interface shall also see what is addressed to others."""

    def __str__(self) -> str:
        return self.interface


@dataclass(frozen=True, slots=True)
class Follow(_Endless):
    """A capture that is still being written, and the next files of its series when its writer rotates.

    Of a folder, all captures are one series. Of a file, those beside it whose names differ in digits only.
    """

    path: str | Path

    def __str__(self) -> str:
        return str(self.path)


class Piped(str):
    """Standard input, ``-``, which can be told to end before its writer does."""

    ending: Ending

    def __new__(cls, ending: Ending) -> Piped:
        """One that ``ending`` ends."""
        piped = super().__new__(cls, "-")
        piped.ending = ending
        return piped


Source = str | Path | Live | Follow
"""Whatever :func:`~packetclip.wire.capture.read` reads: a path, ``-`` for standard input, or something endless."""


def endless(sources: Iterable[Source]) -> bool:
    """Whether one of them may have to be waited for: it is no stored file."""
    return any(isinstance(source, (Live, Follow)) or not Path(source).is_file() for source in sources)
