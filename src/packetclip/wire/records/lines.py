"""Lines of a stream, each in bounded memory."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from packetclip.wire.capture.compression import Inflated

LONGEST: Final = 1 << 20
"""Bytes of the longest line that is looked at; an EVE record with a whole payload has some thousands."""


def lines(stream: Inflated) -> Iterator[bytes | None]:
    """Each line without its end (``\\n`` or ``\\r\\n``); None in place of one that is longer than :data:`LONGEST`."""
    rest, skipping = b"", False
    while piece := stream.read():
        first, *others = piece.split(b"\n")
        if not skipping:
            first = rest + first
        if others:
            yield None if skipping or len(first) > LONGEST else first.removesuffix(b"\r")
            *whole, first = others
            for line in whole:
                yield None if len(line) > LONGEST else line.removesuffix(b"\r")
            skipping = False
        skipping = skipping or len(first) > LONGEST
        rest = b"" if skipping else first
    if skipping:
        yield None
    elif rest:
        yield rest.removesuffix(b"\r")
