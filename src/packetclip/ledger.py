"""The ledger: what was read, what was scored, what was dropped and why."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

__all__ = ["Ledger"]


@dataclass(slots=True)
class Ledger:
    """Counts of one run, which must add up: packets read = scored + dropped.

    >>> ledger = Ledger()
    >>> ledger.read(10); ledger.score(7); ledger.drop("unknown_link_type", 3)
    >>> ledger.balanced
    True
    >>> ledger.sentence()
    'Read 10 packets: 7 scored, 3 dropped (3 unknown link type).'
    """

    packets: int = 0
    """Packets read from all sources."""
    scored: int = 0
    """Packets that got a score; where no model is asked, those that were worked on all the same."""
    dropped: Counter[str] = field(default_factory=Counter)
    """Packets that got none, by reason (names of ``packets.DROPS``)."""
    weird: Counter[str] = field(default_factory=Counter)
    """Oddities seen, by name (``packets.WEIRDS``); one packet may have several, scored or not."""
    warnings: list[str] = field(default_factory=list)
    """Whole sentences, in the order of events: truncated files, corrupt records."""
    unit: str = "packet"
    """What is counted; ``record`` where a log of flows stands in place of packets."""
    verb: str = "scored"
    """What the sentence says of packets that were not dropped; where no model is asked, they are ``dissected``."""

    def read(self, n: int) -> None:
        """Count ``n`` packets that came out of a source."""
        self.packets += n

    def score(self, n: int) -> None:
        """Count ``n`` packets that got a score."""
        self.scored += n

    def drop(self, reason: str, n: int = 1) -> None:
        """Count ``n`` packets that got no score, because of ``reason``."""
        if n:
            self.dropped[reason] += n

    def note(self, weird: str, n: int = 1) -> None:
        """Count ``n`` sightings of an oddity."""
        if n:
            self.weird[weird] += n

    def warn(self, text: str) -> None:
        """Keep a sentence that whoever reads the results must see."""
        self.warnings.append(text)

    @property
    def balanced(self) -> bool:
        """Whether every packet read is accounted for."""
        return self.packets == self.scored + self.dropped.total()

    def as_dict(self) -> dict[str, Any]:
        """The ledger as the last JSON line of a result; keys sorted by size, then name."""
        return {
            "type": "ledger",
            "packets": self.packets,
            "scored": self.scored,
            "dropped": dict(_largest_first(self.dropped)),
            "weird": dict(_largest_first(self.weird)),
            "warnings": list(self.warnings),
        }

    def sentence(self) -> str:
        """The ledger for people, in one sentence; warnings are printed apart."""
        text = (
            f"Read {_counted(self.packets, self.unit)}: {self.scored:,} {self.verb}, {self.dropped.total():,} dropped"
        )
        if reasons := _largest_first(self.dropped):
            text += " (" + ", ".join(f"{n:,} {reason.replace('_', ' ')}" for reason, n in reasons) + ")"
        if missing := self.packets - self.scored - self.dropped.total():
            text += f", {missing:,} unaccounted for"
        return text + "."


def _largest_first(counts: Counter[str]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def _counted(n: int, unit: str) -> str:
    return f"{n:,} {unit}" if n == 1 else f"{n:,} {unit}s"
