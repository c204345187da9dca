"""What the first bytes of a source say: whether they begin a log of flow records."""

from __future__ import annotations

import ctypes
import io
import os
import select
import stat
import time
from typing import Any, BinaryIO, Final, Literal

from packetclip.wire.capture.compression import Inflated
from packetclip.wire.capture.raw import File

Form = Literal["tsv", "json"]

_FORMS: Final[tuple[tuple[bytes, Form], ...]] = (
    (b"#separator ", "tsv"),
    (b"#fields\t", "tsv"),
    (b"ts\tuid\t", "tsv"),  # Zeek's ASCII writer with tsv=T: the names of the columns and no more
    (b"{", "json"),
)
_HEAD: Final = max(len(magic) for magic, _ in _FORMS)
_GLIMPSE: Final = 1 << 14
_PATIENCE_S: Final = 1.0
"""How long a writer may take over the first few bytes once it has begun."""
_NONBLOCK: Final = 2  # SPLICE_F_NONBLOCK of tee(2)


def form(head: bytes) -> Form | None:
    """``tsv`` (Zeek's columns) or ``json`` (Zeek's or Suricata's), by uncompressed bytes; None for anything else."""
    return next((name for magic, name in _FORMS if head.startswith(magic)), None)


def begins_as_log(raw: BinaryIO) -> bool:
    """Whether the bytes of ``raw``, decompressed where needed, begin as a log of records does."""
    return form(_head(raw)) is not None


def pipe_begins_as_log(descriptor: int) -> bool:
    """:func:`begins_as_log` of standard input, of which nothing is taken: whoever reads it finds it whole.

    A file is read in place, a pipe is copied by tee(2). Where neither can be had (a terminal, a system without tee),
    it counts as no log.
    """
    mode = os.fstat(descriptor).st_mode
    if stat.S_ISREG(mode):
        return begins_as_log(io.BytesIO(os.pread(descriptor, _GLIMPSE, os.lseek(descriptor, 0, os.SEEK_CUR))))
    tee = getattr(ctypes.CDLL(None, use_errno=True), "tee", None)
    if not stat.S_ISFIFO(mode) or tee is None:
        return False
    select.select([descriptor], [], [])
    until = time.monotonic() + _PATIENCE_S
    while True:
        head = _head(io.BytesIO(_copied(descriptor, tee)))
        undecided = len(head) < _HEAD and any(magic.startswith(head) for magic, _ in _FORMS)
        if not undecided or time.monotonic() > until:
            return form(head) is not None
        time.sleep(0.01)


def _copied(descriptor: int, tee: Any) -> bytes:
    """What a pipe holds at present, or the first of it."""
    out, into = os.pipe()
    try:
        n = tee(descriptor, into, _GLIMPSE, _NONBLOCK)
        return os.read(out, n) if n > 0 else b""
    finally:
        os.close(out)
        os.close(into)


def _head(raw: BinaryIO) -> bytes:
    stream, head = Inflated(File(raw)), b""
    while len(head) < _HEAD and (piece := stream.read()):
        head += piece
    return head
