"""A sentence in the making: values become words, and every number remembers the field it came from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from packetclip.language.captions import quantities
from packetclip.language.captions.fact import Fact
from packetclip.wire.context.catalogue import FIELDS
from packetclip.wire.context.schema import WINDOWS_S, window_name

NAMES = tuple(field.name for field in FIELDS)

Row = Mapping[str, float]
"""One packet's context: every field by its name, finite and not negative."""


_SUBJECTS = ("the originator ", "the responder ")


class Number(NamedTuple):
    """A quantity as a sentence shows it, and where it comes from."""

    shown: str
    """The words, as they stand in the text."""
    value: float
    """What the field held."""
    field: str
    """Name of the field; ``part/whole`` for a portion of one field in another."""
    relation: str = "about"
    """``about``: equal once rounded; ``under``: a bound from above; ``magnitude``, ``portion``: a word for a range."""


class Said(NamedTuple):
    """A sentence, the numbers in it and the facts it speaks of."""

    text: str
    numbers: tuple[Number, ...]
    facts: tuple[str, ...]
    """Names in :data:`~packetclip.language.captions.facts.FACTS`."""
    weight: float
    """How unusual the most unusual of these facts is; 0 for everyday ones."""


def clean(values: NDArray[Any]) -> NDArray[np.float64]:
    """Any numbers as numbers that can be said: not negative, not above 1e15, 0 for NaN. Shape stays."""
    return np.clip(np.nan_to_num(np.asarray(values, dtype=np.float64), nan=0.0), 0.0, quantities.LARGEST)


def row_of(values: NDArray[Any]) -> dict[str, float]:
    """(F,) values in the order of the context's columns, by name."""
    if values.shape != (len(NAMES),):
        raise ValueError(
            f"a caption describes one row of a context, of shape ({len(NAMES)},); this has shape {values.shape}."
        )
    return dict(zip(NAMES, clean(values).tolist(), strict=True))


class Draft:
    """Collects what one sentence says. ``variant`` chooses among phrasings; 0 is the plain one."""

    __slots__ = ("_facts", "_numbers", "_turn", "_weight", "row", "variant")

    def __init__(self, row: Row, variant: int = 0) -> None:
        self.row = row
        self.variant = variant
        self.again(variant)

    def again(self, variant: int) -> None:
        """Begin another sentence about the same row."""
        self.variant = variant
        self._turn = 0
        self._numbers: list[Number] = []
        self._facts: list[str] = []
        self._weight = 0.0

    # Choosing words.

    def pick(self, *options: str) -> str:
        """One of ``options``; several picks of one sentence differ in large variants."""
        chosen = options[(self.variant >> (3 * self._turn)) % len(options)]
        self._turn += 1
        return chosen

    def over(self, window: int) -> str:
        """``in the last ten seconds`` for position 1 of the windows."""
        phrases = quantities.WINDOW_WORDS[window]
        return phrases[(self.variant >> 5) % len(phrases)]

    # Numbers.

    def _note(self, shown: str, field: str, relation: str = "about") -> str:
        self._numbers.append(Number(shown, self.row[field], field, relation))
        return shown

    def count(self, field: str, noun: str) -> str:
        """``about 210 flows``; some variants say ``hundreds of flows``."""
        value = self.row[field]
        if (self.variant >> 7) % 3 == 2 and value >= 1.5:
            return self._note(quantities.magnitude_words(value, noun), field, "magnitude")
        return self._note(quantities.count_words(value, noun), field)

    def size(self, field: str) -> str:
        """``1.4 MB``."""
        return self._note(quantities.size_words(self.row[field]), field)

    def time(self, field: str) -> str:
        """``about 30 seconds``."""
        shown = quantities.time_words(self.row[field])
        return self._note(shown, field, "under" if shown.startswith("under") else "about")

    def every(self, field: str) -> str:
        """``about every 3.4 seconds``."""
        shown = self._note(quantities.time_words(self.row[field]).removeprefix("about "), field)
        return f"about every {shown}"

    def percent(self, field: str) -> str:
        """``about 97 percent``."""
        shown = quantities.percent_words(self.row[field])
        return self._note(shown, field, "under" if shown.startswith("under") else "about")

    def bits(self, field: str) -> str:
        """``about 3.2 bits``."""
        return self._note(quantities.bits_words(self.row[field]), field)

    def under(self, field: str) -> str:
        """``under 200 bytes``: the next round bound above the value."""
        return self._note("under " + quantities.size_words(quantities.upper_bound(self.row[field])), field, "under")

    def portion(self, part: str, whole: str) -> str:
        """``almost all``: what share of ``whole`` is ``part``."""
        share = self.row[part] / self.row[whole] if self.row[whole] > 0.0 else 0.0
        shown = quantities.portion_words(share)
        self._numbers.append(Number(shown, share, f"{part}/{whole}", "portion"))
        return shown

    # Facts.

    def about(self, *names: str) -> None:
        """This sentence speaks of these facts, whatever their value."""
        self._facts.extend(names)

    def weigh(self, weight: float) -> None:
        """This sentence is at least that unusual."""
        self._weight = max(self._weight, weight)

    def quantity(self, fact: Fact, window: int) -> str:
        """The fact's number with its noun; the fact counts as told."""
        field = fact.fields[window]
        self._facts.append(fact.name)
        self._weight = max(self._weight, fact.unusual(self.row[field], window))
        if fact.noun == "flag":
            return ""
        if fact.noun == "bytes":
            return self.size(field)
        if fact.noun == "seconds":
            return self.time(field)
        if fact.noun == "share":
            return self.percent(field)
        return self.count(field, fact.noun)

    def clause(self, fact: Fact, window: int | None = None, dated: bool = True) -> str | None:
        """The fact in words, or None when it is not worth saying (in ``window``, when one is given).

        Not ``dated``, the clause leaves the window to the one before it.
        """
        spoken = fact.window(self.row, self.variant)
        if spoken is None:
            return None
        if window is not None and fact.windowed:
            if self.row[fact.fields[window]] < fact.least:
                return None
            spoken = window
        words = self.pick(*fact.phrasings)
        return words.format(n=self.quantity(fact, spoken), window=self.over(spoken) if dated else "").strip()

    def said(self, text: str) -> Said:
        """Close the sentence: a capital first, a full stop last."""
        return Said(text[0].upper() + text[1:] + ".", tuple(self._numbers), tuple(self._facts), self._weight)


def joined(clauses: Sequence[str]) -> str:
    """Clauses as one sentence: ``a``, ``a, and b``, ``a; b; c``; a subject said twice in a row becomes ``it``."""
    told = list(clauses)
    for subject in _SUBJECTS:
        for i in range(1, len(told)):
            if clauses[i].startswith(subject) and clauses[i - 1].startswith(subject):
                told[i] = "it " + clauses[i].removeprefix(subject)
    return f"{told[0]}, and {told[1]}" if len(told) == 2 else "; ".join(told)


def recent(family: str, window: int) -> str:
    """Name of a windowed field: ``recent("orig_flows", 1)`` is ``orig_flows_10s``."""
    return window_name(family, WINDOWS_S[window])
