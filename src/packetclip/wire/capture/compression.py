"""A source's bytes with its compression taken off, piece by piece."""

from __future__ import annotations

import lzma
import zlib
from collections.abc import Callable
from typing import Final, Protocol

import lz4.frame
import zstandard

from packetclip.wire.capture import sniff
from packetclip.wire.capture.raw import Raw

__all__ = ["Inflated"]

# A hostile stream can make one byte of input into thirty thousand of output. None of the libraries but two can be
# told to stop early, so all are fed in sips: the worst that one sip makes of itself is some tens of megabytes.
_SIP: Final = 1 << 12
_GULP: Final = 1 << 20
_WORKING_MEMORY: Final = 1 << 28


class _Decompressor(Protocol):
    """What the decompressors of four libraries agree on."""

    @property
    def eof(self) -> bool: ...
    @property
    def unused_data(self) -> bytes | None: ...  # None is lz4's way to say nothing
    def decompress(self, data: bytes, /) -> bytes: ...


def _gzip() -> _Decompressor:
    return zlib.decompressobj(wbits=31)


def _zstd() -> _Decompressor:
    return zstandard.ZstdDecompressor(max_window_size=_WORKING_MEMORY).decompressobj()


def _lz4() -> _Decompressor:
    decompressor: _Decompressor = lz4.frame.LZ4FrameDecompressor()
    return decompressor


def _xz() -> _Decompressor:
    return lzma.LZMADecompressor(memlimit=_WORKING_MEMORY)


_DECOMPRESSORS: Final[dict[sniff.Compression, Callable[[], _Decompressor]]] = {
    "gzip": _gzip,
    "zstd": _zstd,
    "lz4": _lz4,
    "xz": _xz,
}

# lz4 raises RuntimeError for every kind of damage.
_DAMAGE: Final = (zlib.error, zstandard.ZstdError, lzma.LZMAError, RuntimeError, EOFError)


class Inflated:
    """The bytes of ``raw``, decompressed where their magic says so.

    Reading never raises for what the source holds: a stream that is damaged or cut short ends early,
    and ``damage`` says how.
    """

    def __init__(self, raw: Raw) -> None:
        self._raw = raw
        self._head = _fill(raw, sniff.HEAD)
        self.empty = not self._head
        """Whether the source holds not one byte, compressed or not."""
        self.damage: str | None = None
        """Why the stream ended before its end, as the end of a sentence: 'its gzip data are cut short'."""
        self.compression: Final = sniff.compression(self._head)
        self._decompressor = _DECOMPRESSORS[self.compression]() if self.compression else None
        self._ended = False
        self._ahead = b""  # inflated, and not yet read

    def read(self) -> bytes:
        """The next piece, of any length; nothing at the end."""
        if piece := self._ahead:
            self._ahead = b""
            return piece
        if self._decompressor is None:
            return self._pull(_GULP)
        while not self._ended:
            if piece := self._inflate(self._decompressor):
                return piece
        return b""

    def readinto(self, room: memoryview) -> int:
        """Write what comes next to ``room``; how many bytes, none at the end."""
        if self._decompressor is None and not self._head and not self._ahead:
            try:
                return self._raw.readinto(room)
            except OSError as error:
                self._unreadable(error)
                return 0
        piece = self.read()
        taken = min(len(piece), len(room))
        room[:taken] = piece[:taken]
        self._ahead = piece[taken:]
        return taken

    def ready(self, timeout_s: float) -> bool:
        """Whether reading would go on within that time, instead of waiting for a writer."""
        return bool(self._head or self._ahead) or self._raw.ready(timeout_s)

    @property
    def stopped(self) -> bool:
        """Whether the source was told to end, which is no damage."""
        return self._raw.stopped

    def _inflate(self, decompressor: _Decompressor) -> bytes:
        if decompressor.eof:
            return self._next_member(decompressor.unused_data or b"")
        data = self._pull(_SIP)
        if not data:
            self._end(self.damage or f"its {self.compression} data are cut short")
            return b""
        try:
            return decompressor.decompress(data)
        except _DAMAGE:
            self._end(f"its {self.compression} data are damaged")
            return b""

    def _next_member(self, rest: bytes) -> bytes:
        # All four formats allow several streams end to end, and xz and tar pad with zeros.
        rest = rest.lstrip(b"\0")
        while len(rest) < sniff.HEAD and (more := self._pull(_SIP)):
            rest = (rest + more).lstrip(b"\0")
        if self.compression is None or sniff.compression(rest) != self.compression:
            self._end(f"something else follows its {self.compression} data" if rest else None)
            return b""
        self._head = rest
        self._decompressor = _DECOMPRESSORS[self.compression]()
        return b""

    def _end(self, damage: str | None) -> None:
        self._ended = True
        self.damage = damage

    def _pull(self, n: int) -> bytes:
        if head := self._head:
            self._head = b""
            return head
        try:
            return self._raw.read(n)
        except OSError as error:
            self._unreadable(error)
            return b""

    def _unreadable(self, error: OSError) -> None:
        self.damage = f"it cannot be read further ({error.strerror or error})"


def _fill(raw: Raw, n: int) -> bytes:
    """``n`` bytes, or all there are: a pipe may give them one by one."""
    data = b""
    while len(data) < n and (more := raw.read(n - len(data))):
        data += more
    return data
