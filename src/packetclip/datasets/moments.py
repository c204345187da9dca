"""Times as tables of labels write them, and how exactly they say it."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Final, NamedTuple

__all__ = ["SECOND_NS", "Moment", "exactly", "moment"]

SECOND_NS: Final = 1_000_000_000
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST_S: Final = 1 << 33


class Moment(NamedTuple):
    """A time and the width of what it may mean: a time written in whole seconds is all of that second."""

    time_ns: int
    width_ns: int

    @property
    def end_ns(self) -> int:
        """The last nanosecond that is still meant."""
        return self.time_ns + self.width_ns - 1


def moment(text: str) -> Moment:
    """Unix seconds or ISO 8601 (without a zone: UTC). Raises ValueError for anything else.

    >>> moment("1700000000.25")
    Moment(time_ns=1700000000250000000, width_ns=10000000)
    >>> moment("2023-11-14T22:13:20Z").end_ns
    1700000000999999999
    """
    try:
        seconds = Decimal(text)
    except InvalidOperation:
        return _written(text)
    if not (seconds.is_finite() and 0 <= seconds < _LATEST_S):
        raise ValueError(f"{text} is no time")
    exponent = seconds.as_tuple().exponent
    digits = min(9, max(0, -exponent)) if isinstance(exponent, int) else 0
    return Moment(int(seconds * SECOND_NS), int(SECOND_NS // 10**digits))


def exactly(time: datetime) -> int:
    """Nanoseconds since 1970 UTC; a time without a zone is in UTC."""
    since = (time if time.tzinfo else time.replace(tzinfo=UTC)) - _EPOCH
    return (since.days * 86_400 + since.seconds) * SECOND_NS + since.microseconds * 1000


def _written(text: str) -> Moment:
    time = datetime.fromisoformat(text)
    clock = text[10:].partition("+")[0].rstrip("Zz")
    if "." in clock or "," in clock:
        return Moment(exactly(time), 1000)
    return Moment(exactly(time), SECOND_NS if clock.count(":") == 2 or not clock else 60 * SECOND_NS)
