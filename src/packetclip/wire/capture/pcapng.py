"""The next generation capture file: sections of blocks, each section with its byte order and its interfaces.

draft-ietf-opsawg-pcapng. Block: type (4), total length (4), body padded to 4, total length again (4). Read here:
Section Header, Interface Description, Enhanced Packet, Simple Packet, the obsolete Packet Block, and of Interface
Statistics the drops; all others are stepped over.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Literal

import numpy as np

from packetclip.errors import NotACapture
from packetclip.ledger import Ledger
from packetclip.wire.capture import blocks
from packetclip.wire.capture.faults import LONGEST_BLOCK, cut_short, damaged
from packetclip.wire.capture.frames import Frames
from packetclip.wire.capture.gather import frames_at
from packetclip.wire.capture.interfaces import MOST_INTERFACES, Interfaces
from packetclip.wire.capture.window import Window

__all__ = ["frames"]

_LEAST_SECTION_HEADER: Final = 28
_LEAST_INTERFACE: Final = 20
_LEAST_PACKET: Final = 16
_ORDERS: Final[dict[bytes, Literal["little", "big"]]] = {b"\x4d\x3c\x2b\x1a": "little", b"\x1a\x2b\x3c\x4d": "big"}

_FAULTS: Final = {
    blocks.BAD_LENGTH: "lies in a block of an impossible length",
    blocks.BAD_TRAILER: "lies in a block whose two lengths differ",
    blocks.BAD_INTERFACE: "names an interface that the file does not describe",
    blocks.BAD_FRAME: "claims a length that its block does not have",
}


def frames(window: Window, name: str, ledger: Ledger, batch_packets: int) -> Iterator[Frames]:
    """The frames of a pcapng, in batches; a file that is cut short or damaged ends early with a warning.

    Drops that the file tells of leave a warning too: what was lost before it was written is not in its packets.
    Raises NotACapture where the first section is of a version that nobody has described yet.
    """
    section = [Interfaces()]
    yield from _frames(window, name, ledger, batch_packets, section)
    if lost := section[0].total_lost:
        ledger.warn(f"{name} lacks {_packets(lost)}: whoever captured it says that so many were dropped.")


def _packets(n: int) -> str:
    return "1 packet" if n == 1 else f"{n:,} packets"


def _frames(
    window: Window, name: str, ledger: Ledger, batch_packets: int, section: list[Interfaces]
) -> Iterator[Frames]:
    interfaces = section[0]
    order: Literal["little", "big"] = "little"
    index = last_ns = 0
    status = blocks.SECTION_NEXT
    while True:
        if status == blocks.SECTION_NEXT:
            if not window.at_least(_LEAST_SECTION_HEADER):
                if window.torn:
                    ledger.warn(cut_short(window, name, index, "a section header"))
                return
            head = window.unread[:16].tobytes()
            if head[8:12] not in _ORDERS:
                ledger.warn(damaged(name, index, "is followed by a section header of no byte order"))
                return
            order = _ORDERS[head[8:12]]
            total, major = int.from_bytes(head[4:8], order), int.from_bytes(head[12:14], order)
            if major != 1:
                problem = f"is a pcapng of version {major}, and only version 1 is known"
                if not index:
                    raise NotACapture(f"{name} {problem}. Write it anew with a current tool.")
                ledger.warn(damaged(name, index, f"is followed by a section that {problem}"))
                return
            if total % 4 or not _LEAST_SECTION_HEADER <= total <= LONGEST_BLOCK:
                ledger.warn(damaged(name, index, "is followed by a section header of an impossible length"))
                return
            if not window.at_least(total):
                if window.torn:
                    ledger.warn(cut_short(window, name, index, "a section header"))
                return
            window.consume(total)
            interfaces = Interfaces(interfaces.total_lost)
            section[0] = interfaces
        elif status == blocks.INTERFACE_NEXT:
            total = int.from_bytes(window.unread[4:8].tobytes(), order)
            if total < _LEAST_INTERFACE or len(interfaces) == MOST_INTERFACES:
                ledger.warn(damaged(name, index, "is followed by an interface that makes no sense"))
                return
            interfaces.describe(window.unread[8 : total - 4].tobytes(), order)
            window.consume(total)
        elif status == blocks.STATISTICS_NEXT:
            total = int.from_bytes(window.unread[4:8].tobytes(), order)
            interfaces.lost(window.unread[8 : total - 4].tobytes(), order)
            window.consume(total)
        elif status == blocks.MORE:
            if not window.fetch():
                if window.torn:
                    ledger.warn(cut_short(window, name, index, f"record {index}"))
                return
        elif status in _FAULTS:
            ledger.warn(damaged(name, index, _FAULTS[status]))
            return

        unread = window.unread
        # One more than fits, so that a walk ends for want of bytes and not for want of room.
        room = min(batch_packets, len(unread) // _LEAST_PACKET + 1)
        start, time_ns = np.empty(room, np.int64), np.empty(room, np.int64)
        captured, length, link_type = (np.empty(room, np.int32) for _ in range(3))
        n, consumed, status, last_ns = blocks.walk(
            unread, order == "big", interfaces.rows, last_ns, start, captured, length, time_ns, link_type
        )
        if n:
            yield frames_at(window, start[:n], captured[:n], length[:n], time_ns[:n], link_type[:n], index)
            index += n
        window.consume(consumed)
