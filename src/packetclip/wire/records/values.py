"""Values as logs write them: numbers, times, addresses. What cannot be read is unknown, and counted as a weird."""

from __future__ import annotations

import math
from collections import Counter
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final

from packetclip.wire.capture.clock import LATEST_NS
from packetclip.wire.packets.addresses import parse_address
from packetclip.wire.records.faults import Dropped
from packetclip.wire.records.record import UNKNOWN

BAD_VALUE: Final = "bad_record_value"
"""Weird in the ledger: a field that is there and cannot be what it should."""

MOST_PACKETS: Final = (1 << 31) - 1
MOST_BYTES: Final = 10**15
"""A petabyte in one flow; nothing above it can be said."""

_LATEST_S: Final = LATEST_NS // 1_000_000_000


class Values:
    """Reads values and counts those that cannot be read. ``None`` is a value that is not there."""

    def __init__(self) -> None:
        self.weird: Counter[str] = Counter()

    def count(self, value: Any, most: int = MOST_BYTES) -> int:
        """A whole number from 0 to ``most``, or UNKNOWN."""
        if value is None:
            return UNKNOWN
        try:
            number = int(value)
        except (ValueError, TypeError, OverflowError):
            return self._bad()
        if isinstance(value, bool) or (isinstance(value, float) and number != value):
            return self._bad()
        return number if 0 <= number <= most else self._bad()

    def packets(self, value: Any) -> int:
        """A number of packets."""
        return self.count(value, MOST_PACKETS)

    def port(self, value: Any) -> int:
        """A port, or an ICMP type or code."""
        return self.count(value, 65535)

    def flags(self, value: Any) -> int:
        """TCP flags as Suricata writes them, two hexadecimal digits; 0 is UNKNOWN, as no segment bears none."""
        if value is None:
            return UNKNOWN
        try:
            flags = int(value, 16)
        except (ValueError, TypeError):
            return self._bad()
        return (flags or UNKNOWN) if 0 <= flags < 512 else self._bad()

    def duration(self, value: Any) -> int:
        """Seconds as nanoseconds."""
        if value is None:
            return UNKNOWN
        seconds = _number(value)
        return self._bad() if seconds is None else round(seconds * 1e6) * 1000

    def text(self, value: Any) -> str:
        """Text, or nothing."""
        if value is None:
            return ""
        if not isinstance(value, str):
            self._bad()
            return ""
        return value

    def _bad(self) -> int:
        self.weird[BAD_VALUE] += 1
        return UNKNOWN


def time_ns(value: Any) -> int:
    """Unix seconds, or ISO 8601 (without a zone: UTC), to the microsecond that logs resolve. Raises Dropped."""
    seconds = _number(value)
    if seconds is not None:
        return round(seconds * 1e6) * 1000
    if isinstance(value, str) and len(value) <= 40:
        try:
            moment = datetime.fromisoformat(value)
            moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
            since = moment - _EPOCH
        except (ValueError, OverflowError):
            pass
        else:
            microseconds = (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds
            if 0 <= microseconds < _LATEST_S * 1_000_000:
                return microseconds * 1000
    raise Dropped("no_time")


def address(value: Any) -> tuple[int, int]:
    """Halves of an address. Raises Dropped."""
    if not isinstance(value, str) or len(value) > 64:
        raise Dropped("no_address")
    halves = _parsed(value)
    if halves is None:
        raise Dropped("no_address")
    return halves


def is_ipv6(halves: tuple[int, int]) -> bool:
    """Whether an address is not an IPv4 one in its mapped form."""
    return halves[0] != 0 or halves[1] >> 32 != 0xFFFF


_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@lru_cache(maxsize=1 << 16)
def _parsed(text: str) -> tuple[int, int] | None:
    try:
        return parse_address(text)
    except ValueError:
        return None


def _number(value: Any) -> float | None:
    """Seconds that a time or a duration may have, or None."""
    if value is None or isinstance(value, bool):
        return None
    try:
        seconds = float(value)
    except (ValueError, TypeError, OverflowError):
        return None
    return seconds if math.isfinite(seconds) and 0.0 <= seconds < _LATEST_S else None
