"""What a fact is: a number of the context that is worth saying, from when on, and in which words."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from packetclip.wire.context.schema import WINDOWS_S, window_name

LEVELS: Final = 4
"""How many magnitudes of a fact a signature tells apart."""

_RECENCY: Final = (1.0, 1.0, 0.8, 0.4)
"""Weight of what is unusual in each window: what happened minutes ago says less of this packet."""

_SPOKEN: Final = (1, 2)
"""Positions of the ten-second and the one-minute window: preferred when most of what a longer one holds is in them."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that can be said of a packet's context, with its number."""

    name: str
    """Field of the context, or the family of a windowed one: ``flow_age_s``, ``orig_flows``."""
    noun: str
    """What is counted (``"flow"``), or ``bytes``, ``seconds``, ``share``, ``flag``."""
    least: float
    """Worth saying from this value on."""
    usual: float
    """What everyday traffic reaches (of a windowed fact: in a minute); 0 when its mere presence is unusual."""
    phrasings: tuple[str, ...] = ()
    """Clauses with ``{n}`` for the number and ``{window}`` for the time it fell in."""
    windowed: bool = False
    step: float = 3.0
    """Ratio of two neighbouring levels of a signature."""
    when: Callable[[Mapping[str, Any]], Any] | None = None
    """What must hold besides; takes a row or columns, so it is written with ``&`` and ``|``."""
    fields: tuple[str, ...] = field(init=False)
    """The fields it may speak of; four when windowed, shortest window first."""
    expected: tuple[float, ...] = field(init=False)
    """:attr:`usual` in each of these windows; bursts make it grow with the square root of time."""

    def __post_init__(self) -> None:
        names = tuple(window_name(self.name, w) for w in WINDOWS_S) if self.windowed else (self.name,)
        object.__setattr__(self, "fields", names)
        scales = tuple((w / 60.0) ** 0.5 for w in WINDOWS_S) if self.windowed else (1.0,)
        object.__setattr__(self, "expected", tuple(self.usual * scale for scale in scales))

    def window(self, row: Mapping[str, float], variant: int = 0) -> int | None:
        """Position in :attr:`fields` to speak of, or None when the fact is not worth saying.

        The shortest of ten seconds, a minute and ten minutes that holds half of what the next one holds; some variants
        choose the next longer one.
        """
        if not self.windowed:
            return 0 if row[self.name] >= self.least and (self.when is None or self.when(row)) else None
        fields = self.fields
        longest = row[fields[3]]
        if longest < self.least or not (self.when is None or self.when(row)):
            return None
        chosen = 3
        for position in _SPOKEN:
            value = row[fields[position]]
            if value >= self.least and value >= 0.5 * row[fields[position + 1]]:
                chosen = position
                break
        longer = min(chosen + 1, 3)
        return longer if variant % 4 == 3 and row[fields[longer]] >= self.least else chosen

    def unusual(self, value: float, window: int = 0) -> float:
        """By how many doublings ``value`` exceeds what everyday traffic reaches, 12 at most; less over long windows."""
        expected = self.expected[window]
        if expected <= 0.0:
            return 3.0 * _RECENCY[window]
        ratio = value / expected
        return min(math.log2(ratio), 12.0) * _RECENCY[window] if ratio > 1.0 else 0.0
