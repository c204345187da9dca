"""What a pcapng section says of its interfaces: link type, snapshot length, and how their clocks count."""

from __future__ import annotations

from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from packetclip.wire.capture.clock import LATEST_NS

__all__ = ["INTERFACE", "MOST_INTERFACES", "Interfaces"]

INTERFACE: Final = np.dtype(
    [
        ("link_type", "i4"),
        ("snapshot", "i8"),  # longest frame captured; 0 where there is no limit
        ("binary", "u1"),  # ticks are 2^-exponent of a second, else 10^-exponent
        ("exponent", "u1"),
        ("offset_s", "i8"),  # seconds to add to each time stamp
        ("lost", "i8"),  # packets that whoever captured them says it dropped
    ]
)

MOST_INTERFACES: Final = 1 << 16
"""Of one section; a file with more is an attack on the reader's memory."""

_TSRESOL: Final = 9
_TSOFFSET: Final = 14
_DROPS: Final = (5, 7)  # isb_ifdrop, isb_osdrop
_STATISTICS: Final = 12  # interface and time stamp
_MOST_LOST: Final = 1 << 40


class Interfaces:
    """The interfaces of one section, in the order in which they were described."""

    def __init__(self, lost_before: int = 0) -> None:
        self._lost_before = lost_before
        self._rows = np.zeros(4, INTERFACE)
        self._n = 0

    def __len__(self) -> int:
        return self._n

    @property
    def rows(self) -> NDArray[Any]:
        """(N,) of :data:`INTERFACE`."""
        return self._rows[: self._n]

    def describe(self, body: bytes, order: Literal["little", "big"]) -> None:
        """Add the interface of an Interface Description Block's body; options that make no sense are as if absent."""
        if self._n == len(self._rows):
            self._rows = np.concatenate([self._rows, np.zeros_like(self._rows)])
        row = self._rows[self._n]
        row["link_type"] = int.from_bytes(body[0:2], order)
        row["snapshot"] = int.from_bytes(body[4:8], order)
        row["exponent"] = 6
        for code, value in _options(body[8:], order):
            if code == _TSRESOL and len(value) >= 1:
                row["binary"], row["exponent"] = value[0] >> 7, value[0] & 0x7F
            elif code == _TSOFFSET and len(value) >= 8:
                offset_s = int.from_bytes(value[:8], order, signed=True)
                most = LATEST_NS // 1_000_000_000
                row["offset_s"] = max(-most, min(most, offset_s))
        self._n += 1

    def lost(self, body: bytes, order: Literal["little", "big"]) -> None:
        """Note the drops of an Interface Statistics Block's body; they count from the beginning of the capture."""
        number = int.from_bytes(body[0:4], order)
        if number >= self._n or len(body) < _STATISTICS:
            return
        drops = [
            int.from_bytes(value[:8], order) for code, value in _options(body[_STATISTICS:], order) if code in _DROPS
        ]
        self._rows[number]["lost"] = max(self._rows[number]["lost"], min(sum(drops), _MOST_LOST))

    @property
    def total_lost(self) -> int:
        """Packets that these interfaces and those of the sections before are said to have dropped."""
        return self._lost_before + int(self.rows["lost"].sum())


def _options(data: bytes, order: Literal["little", "big"]) -> list[tuple[int, bytes]]:
    """(code, value) of each option up to the end mark, or to the first that does not fit."""
    found = []
    while len(data) >= 4:
        code, length = int.from_bytes(data[0:2], order), int.from_bytes(data[2:4], order)
        if code == 0 or 4 + length > len(data):
            break
        found.append((code, data[4 : 4 + length]))
        data = data[4 + (length + 3) // 4 * 4 :]
    return found
