"""A row as a dict, and the ways to say that something is wrong with it."""

from __future__ import annotations

from packetclip.wire.packets.tables import LAYERS, WEIRDS

Values = dict[str, int | float]


class Dropped(Exception):  # noqa: N818 - a way out, not an error
    """Says which of DROPS ends the dissection of a frame."""


def weird(row: Values, name: str) -> None:
    """Set a bit of column ``weird``."""
    row["weird"] = int(row["weird"]) | 1 << WEIRDS.index(name)


def layer(row: Values, *names: str) -> None:
    """Set bits of column ``layers``."""
    for name in names:
        row["layers"] = int(row["layers"]) | 1 << LAYERS.index(name)


def need(chunk: bytes, size: int, name: str = "truncated_link") -> None:
    """Drop the frame unless so many bytes are there."""
    if len(chunk) < size:
        raise Dropped(name)


def number(chunk: bytes) -> int:
    """Big-endian."""
    return int.from_bytes(chunk, "big")
