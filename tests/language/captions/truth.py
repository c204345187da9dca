"""Reads numbers back out of captions, without the code that wrote them, and says what each may stand for."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

from packetclip.language.captions import Number, Said

# IPv6 is a name, not a number.
DIGITS = re.compile(r"(?<![A-Za-z])\d[\d,]*(?:\.\d+)?(?:e[+-]?\d+)?")

UNITS = {
    "byte": 1.0, "bytes": 1.0, "kB": 1e3, "MB": 1e6, "GB": 1e9, "TB": 1e12, "ms": 1e-3, "second": 1.0, "seconds": 1.0,
    "minute": 60.0, "minutes": 60.0, "hour": 3600.0, "hours": 3600.0, "day": 86400.0, "days": 86400.0, "percent": 0.01,
    "bits": 1.0,
}  # fmt: skip

RANGES = {
    "a single": (0.5, 1.5), "a few": (1.5, 5), "several": (5, 12), "dozens of": (12, 100), "hundreds of": (100, 1e3),
    "thousands of": (1e3, 1e4), "tens of thousands of": (1e4, 1e5), "hundreds of thousands of": (1e5, math.inf),
}  # fmt: skip

PORTIONS = {
    "almost none": (0.0, 0.05), "a minority": (0.05, 0.35), "about half": (0.35, 0.65), "most": (0.65, 0.9),
    "almost all": (0.9, math.inf),
}  # fmt: skip


def held(values: Mapping[str, float], field: str) -> float:
    """What the row holds under a number's field; a portion names two."""
    part, _, whole = field.partition("/")
    if not whole:
        return values[part]
    return values[part] / values[whole] if values[whole] > 0.0 else 0.0


def is_true(number: Number, value: float) -> bool:
    """Whether the words of ``number`` may be said of ``value``."""
    if number.relation == "magnitude":
        return any(number.shown.startswith(words + " ") and a <= value < b for words, (a, b) in RANGES.items())
    if number.relation == "portion":
        low, high = PORTIONS[number.shown]
        return low <= value < high
    if number.shown == "under a millisecond":
        return value < 1e-3
    found = DIGITS.search(number.shown)
    if found is None:
        return number.shown.startswith("no ") and value <= 0.5
    scale = UNITS.get(number.shown[found.end() :].split()[0], 1.0)
    told = float(found[0].replace(",", "")) * scale
    if number.relation == "under":
        return value < told
    # Two significant digits; percents and counts below 100 are whole.
    whole = 0.00501 if scale == 0.01 else 0.5 if scale == 1.0 and told < 100 else 0.0
    return abs(told - value) <= max(0.0501 * max(told, value), whole)


def untrue(said: Said, values: Mapping[str, float]) -> list[str]:
    """Everything wrong with the numbers of a sentence."""
    wrong = []
    text = said.text[0].lower() + said.text[1:]
    rest = text
    for number in sorted(said.numbers, key=lambda n: -len(n.shown)):
        if number.value != held(values, number.field):
            wrong.append(f"{number} does not hold what {number.field} held")
        if not is_true(number, number.value):
            wrong.append(f"{number} is not true of {number.value}")
        if number.shown not in text:
            wrong.append(f"{number} is not in {text!r}")
        rest = rest.replace(number.shown, "#")
    if DIGITS.search(rest):
        wrong.append(f"a number without provenance in {rest!r}")
    return wrong
