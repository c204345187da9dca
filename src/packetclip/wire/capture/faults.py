"""The sentences about captures that end before their end, and the bounds beyond which a length is a fault."""

from __future__ import annotations

from typing import Final

from packetclip.wire.capture.window import Window

__all__ = ["LONGEST_BLOCK", "LONGEST_FRAME", "cut_short", "damaged"]

LONGEST_FRAME: Final = 1 << 18
"""No link carries longer frames; libpcap's own limit on snapshots is the same."""

LONGEST_BLOCK: Final = 1 << 24
"""Of a pcapng; comments and keys may be long, but not longer."""


def cut_short(window: Window, name: str, packets: int, where: str) -> str:
    """The warning for a stream that ends in the middle of ``where``."""
    if window.stream.damage:
        return f"{name} was read in part: {window.stream.damage}. {_before(packets)}"
    return f"{name} is cut short in {where}. {_before(packets)}"


def damaged(name: str, record: int, what: str) -> str:
    """The warning for a record that cannot be what it says; records count from 0."""
    return f"{name} is damaged: record {record} {what}, so nothing after it can be found. {_before(record)}"


def _before(packets: int) -> str:
    match packets:
        case 0:
            return "It gave no packets."
        case 1:
            return "The packet before that was read."
        case _:
            return f"The {packets:,} packets before that were read."
