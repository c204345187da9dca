"""Numbers in words: two significant digits, the unit an analyst would choose, windows spelled out.

Digits always stand for a value of the traffic; windows of time and orders of magnitude are spelled in letters, so that
a reader (and the truth test) can tell the one from the other.
"""

from __future__ import annotations

import math
from typing import Final

LARGEST: Final = 1e15
"""Values are cut here before they are put into words."""

WINDOW_WORDS: Final = (
    ("in the last second", "within one second", "over the past second", "in about one second"),
    ("in the last ten seconds", "within ten seconds", "over the past ten seconds", "in about ten seconds"),
    ("in the last minute", "within one minute", "over the past minute", "in about one minute"),
    ("in the last ten minutes", "within ten minutes", "over the past ten minutes", "in about ten minutes"),
)
"""Phrasings for each of :data:`packetclip.wire.context.schema.WINDOWS_S`."""

MAGNITUDES: Final = (
    (0.5, 1.5, "a single"),
    (1.5, 5.0, "a few"),
    (5.0, 12.0, "several"),
    (12.0, 100.0, "dozens of"),
    (100.0, 1_000.0, "hundreds of"),
    (1_000.0, 10_000.0, "thousands of"),
    (10_000.0, 100_000.0, "tens of thousands of"),
    (100_000.0, math.inf, "hundreds of thousands of"),
)
"""(from, below, words) for a count."""

PORTIONS: Final = (
    (0.0, 0.05, "almost none"),
    (0.05, 0.35, "a minority"),
    (0.35, 0.65, "about half"),
    (0.65, 0.9, "most"),
    (0.9, math.inf, "almost all"),
)
"""(from, below, words) for a part of a whole."""

_BYTE_UNITS: Final = ((1e12, "TB"), (1e9, "GB"), (1e6, "MB"), (1e3, "kB"))
_TIME_UNITS: Final = ((86_400.0, "day"), (3_600.0, "hour"), (60.0, "minute"), (1.0, "second"))
_BOUND_STEPS: Final = (1.0, 2.0, 5.0)


def round_significant(value: float, digits: int = 2) -> float:
    """``value`` to ``digits`` significant digits; 0 stays 0."""
    if value <= 0.0:
        return 0.0
    return round(value, digits - 1 - math.floor(math.log10(value)))


def round_count(value: float) -> float:
    """A count as it is told: whole below 100, two significant digits above."""
    return float(round(value)) if value < 99.5 else round_significant(value)


def plural(noun: str) -> str:
    """The plural of a noun phrase whose last word carries the number."""
    if noun.endswith("y") and noun[-2:-1] not in "aeiou":
        return noun[:-1] + "ies"
    return noun + ("es" if noun.endswith(("s", "x", "ch")) else "s")


def number_words(value: float) -> str:
    """A rounded number with thousands separated: ``1,200``, ``1.4``, ``0.25``."""
    if value == math.floor(value):
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 1.0 else f"{value:.2g}"


def _hedged(shown: float, value: float) -> str:
    exact = abs(shown - value) <= 1e-6 * max(1.0, value)
    return number_words(shown) if exact else "about " + number_words(shown)


def count_words(value: float, noun: str) -> str:
    """``no flows``, ``1 flow``, ``about 210 flows``."""
    shown = round_count(value)
    if shown < 1.0:
        return f"no {plural(noun)}"
    return f"{_hedged(shown, value)} {noun if shown == 1.0 else plural(noun)}"


def magnitude_words(value: float, noun: str) -> str:
    """``a few flows``, ``hundreds of flows``."""
    for least, below, words in MAGNITUDES:
        if least <= value < below:
            return f"{words} {noun if words == 'a single' else plural(noun)}"
    return f"no {plural(noun)}"


def size_words(value: float) -> str:
    """``no bytes``, ``96 bytes``, ``about 850 bytes``, ``1.4 MB``; decimal units."""
    for scale, unit in _BYTE_UNITS:
        shown = round_significant(value / scale)
        if shown >= 1.0:
            return f"{_hedged(shown, value / scale)} {unit}"
    return count_words(value, "byte")


def time_words(value: float) -> str:
    """``under a millisecond``, ``about 20 ms``, ``30 seconds``, ``about 5.1 minutes``; takes seconds."""
    if value < 0.001:
        return "under a millisecond"
    if value < 0.9995:
        return f"{_hedged(round_significant(value * 1e3), value * 1e3)} ms"
    for scale, unit in _TIME_UNITS:
        if value >= 1.5 * scale or unit == "second":
            shown = round_significant(value / scale)
            return f"{_hedged(shown, value / scale)} {unit if shown == 1.0 else unit + 's'}"
    raise AssertionError("unreachable: the last unit takes every value")


def percent_words(share: float) -> str:
    """``about 97 percent``, ``under 1 percent``; takes a share from 0 to 1."""
    value = 100.0 * min(share, 1.0)
    if 0.0 < value < 0.5:
        return "under 1 percent"
    return f"{_hedged(float(round(value)), value)} percent"


def upper_bound(value: float) -> float:
    """The next of 50, 100, 200, 500, ... above ``value``."""
    value = max(value, 20.0)
    decade = 10.0 ** math.floor(math.log10(value))
    for factor in (*_BOUND_STEPS, 10.0, 20.0):
        if value < factor * decade:
            return factor * decade
    raise AssertionError("unreachable: 20 decades exceed the value")


def portion_words(share: float) -> str:
    """``almost none``, ``about half``, ``almost all``."""
    for least, below, words in PORTIONS:
        if least <= share < below:
            return words
    return PORTIONS[0][2]


def bits_words(value: float) -> str:
    """``about 3.2 bits``."""
    return f"{_hedged(round_significant(value), value)} bits"
