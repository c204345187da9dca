"""A fact that can be checked: one context field against a threshold, softly."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Final, Literal, cast

from packetclip.errors import InvalidMission
from packetclip.language.knowledge.suggest import did_you_mean
from packetclip.wire.context.catalogue import FIELDS, POSITION

Comparison = Literal[">=", "<="]

LOG_SLOPE: Final = 4.0
"""Of fields that span orders of magnitude: twice the threshold holds to 0.94, half of it to 0.06."""
LINEAR_SLOPE: Final = 12.0
"""Of flags and shares: a flag against 0.5 holds to 0.998 or 0.002."""
LOG_OFFSET: Final = 0.01
"""Keeps the logarithm of a field that is 0 finite; small against every threshold in use."""

_SHAPE: Final = re.compile(
    r"\s*(?P<field>[A-Za-z_]\w*)\s*(?P<comparison>[<>]=)\s*(?P<threshold>[0-9][0-9_.]*(?:e[+-]?\d+)?)"
    r"\s*(?:~\s*(?P<slope>[0-9][0-9_.]*))?\s*",
)


@dataclass(frozen=True, slots=True)
class Predicate:
    """``pair_ports_60s >= 15``: holds to 0.5 at the threshold and towards 0 or 1 on its two sides."""

    field: str
    """A name of :data:`packetclip.wire.context.catalogue.FIELDS`."""
    comparison: Comparison
    threshold: float
    """In the field's unit; above 0."""
    slope: float
    """Steepness of the sigmoid over the logarithm of the field, or over the field itself where it is no log field."""

    @property
    def column(self) -> int:
        """The field's column in the context."""
        return POSITION[self.field]

    @property
    def log(self) -> bool:
        """Whether the field is compared on a logarithmic scale."""
        return FIELDS[self.column].log

    @property
    def sign(self) -> float:
        """1 where more is more, -1 where less is."""
        return 1.0 if self.comparison == ">=" else -1.0

    def degree(self, value: float) -> float:
        """How far the predicate holds of one value, 0 to 1; the plain form of :func:`logic.degrees`.

        >>> round(parse_predicate("pair_ports_60s >= 15").degree(30.0), 2)
        0.94
        """
        value = max(value, 0.0) if self.log else value
        distance = (
            math.log(value + LOG_OFFSET) - math.log(self.threshold + LOG_OFFSET) if self.log else value - self.threshold
        )
        margin = self.sign * self.slope * distance
        return 1.0 / (1.0 + math.exp(-max(-700.0, min(700.0, margin))))

    def __str__(self) -> str:
        usual = LOG_SLOPE if self.log else LINEAR_SLOPE
        tail = "" if self.slope == usual else f" ~ {self.slope:g}"
        return f"{self.field} {self.comparison} {self.threshold:.10g}{tail}"


def parse_predicate(text: str) -> Predicate:
    """Read ``field >= threshold`` or ``field <= threshold``; ``~ slope`` may follow where the usual one is not meant.

    Raises:
        InvalidMission: the text has another shape, the field does not exist, or a number is not above 0.

    """
    match = _SHAPE.fullmatch(text)
    if match is None:
        raise InvalidMission(
            f"The fact {text!r} cannot be read. Write a context field, >= or <=, and a number: 'pair_ports_60s >= 15'."
        )
    field = match["field"]
    if field not in POSITION:
        raise InvalidMission(
            f"The fact {text!r} names no context field.{did_you_mean(field, POSITION)} All fields: docs/fields.md."
        )
    usual = LOG_SLOPE if FIELDS[POSITION[field]].log else LINEAR_SLOPE
    try:
        threshold = float(match["threshold"])
        slope = float(match["slope"]) if match["slope"] else usual
    except ValueError:
        raise InvalidMission(f"The fact {text!r} holds a number that cannot be read.") from None
    if not (0.0 < threshold < math.inf and 0.0 < slope < math.inf):
        raise InvalidMission(f"The fact {text!r} needs a threshold and a slope above 0.")
    return Predicate(field, cast("Comparison", match["comparison"]), threshold, slope)
