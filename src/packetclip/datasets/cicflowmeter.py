"""CICFlowMeter's tables of flows: what they say, and what is wrong with it.

Sources: the tool's own (github.com/ahlashkari/CICFlowMeter), and Engelen, Rimmer, Joosen, "Troubleshooting an Intrusion
Detection Dataset", 2021.

- Column names vary (``Src IP``, `` Source IP``) and bear spaces.
- Times are local, without a zone; some files give minutes only; old versions write a clock of twelve hours without
  saying which half of the day is meant; the day comes first, but not everywhere.
- Protocol 0 stands for whatever is neither TCP nor UDP.
- A flow ends with the first FIN, not with the last: what follows, and the other side's FIN, makes another flow of the
  same 5-tuple, with a few packets and perhaps with the ends swapped. Flows are also cut after 120 s.
- Files repeat rows, hold rows of nothing but commas, and mix encodings.

So a row is taken for what it is good for: a 5-tuple, a beginning, a duration and a label.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Final

from packetclip.datasets.cells import address_in, number_in
from packetclip.datasets.codes import plain
from packetclip.datasets.moments import SECOND_NS, Moment, exactly
from packetclip.datasets.rows import read_rows
from packetclip.datasets.spans import NEITHER, Span
from packetclip.errors import CaptureError

__all__ = ["flow_spans", "local_moment"]

_COLUMNS: Final = {
    "src": ["Src IP", "Source IP"],
    "src_port": ["Src Port", "Source Port"],
    "dst": ["Dst IP", "Destination IP"],
    "dst_port": ["Dst Port", "Destination Port"],
    "protocol": ["Protocol"],
    "time": ["Timestamp"],
    "duration": ["Flow Duration"],
    "label": ["Label"],
}
_TIME: Final = re.compile(
    r"(?P<one>\d{1,2})/(?P<two>\d{1,2})/(?P<year>\d{4})\s+"
    r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?P<part>\.\d+)?)?\s*(?P<half>[AP]M)?",
    re.IGNORECASE,
)
_LONGEST_US: Final = 10**12
_FIRST_HOUR: Final = 8
"""Of office hours: on a clock of twelve, a smaller hour is in the afternoon."""


def flow_spans(table: Path, code: Callable[[str], int], remedy: str, office_hours: bool = False) -> Iterator[Span]:
    """The rows of one CSV as spans in the local time of an unknown zone.

    ``code`` gives the class code of a label and raises ValueError for one that it does not know. With
    ``office_hours`` no packet is older than eight in the morning, and clocks of twelve hours are read so.

    Raises MissingCapture, or CaptureError naming the line.
    """
    month_first = _month_first(table, remedy)
    codes: dict[str, int] = {}
    for line, cells in read_rows(table, _COLUMNS, remedy):
        try:
            src, dst = address_in(cells["src"]), address_in(cells["dst"])
            protocol = number_in(cells["protocol"], "protocol", 0, 255) or NEITHER
            ports = [number_in(cells[side], "port", 0, 65535) for side in ("src_port", "dst_port")]
            begun = local_moment(cells["time"], month_first, office_hours)
            duration = max(0, number_in(cells["duration"], "duration", -_LONGEST_US, _LONGEST_US)) * 1000
            label = cells["label"]
            if label not in codes:
                codes[label] = code(plain(label))
            yield Span(src, dst, ports[0], ports[1], protocol, begun.time_ns, begun.end_ns + duration, codes[label])
        except ValueError as error:
            raise CaptureError(f"{table}, line {line}: {error}. {remedy}") from None


@lru_cache(maxsize=1 << 12)
def local_moment(text: str, month_first: bool = False, office_hours: bool = False) -> Moment:
    """A time as the tool writes it, as if its zone were UTC. Raises ValueError.

    >>> local_moment("5/7/2017 1:30", office_hours=True) == local_moment("05/07/2017 01:30:00 PM")._replace(
    ...     width_ns=60 * SECOND_NS
    ... )
    True
    """
    found = _TIME.fullmatch(text)
    if found is None:
        try:
            return Moment(exactly(datetime.fromisoformat(text)), 1000 if "." in text else SECOND_NS)
        except ValueError:
            raise ValueError(f"the time {text!r} is written in no way that CICFlowMeter is known for") from None
    day, month = int(found["one"]), int(found["two"])
    if month_first:
        day, month = month, day
    hour = int(found["hour"])
    if found["half"]:
        hour = hour % 12 + 12 * (found["half"].upper() == "PM")
    elif office_hours and hour < _FIRST_HOUR:
        hour += 12
    try:
        time = datetime(int(found["year"]), month, day, hour, int(found["minute"]), int(found["second"] or 0))
    except ValueError:
        raise ValueError(f"there is no time {text!r}") from None
    if found["part"]:
        return Moment(exactly(time) + int(float(found["part"]) * 1e6) * 1000, 1000)
    return Moment(exactly(time), (1 if found["second"] else 60) * SECOND_NS)


def _month_first(table: Path, remedy: str) -> bool:
    """Whether the file's dates begin with the month: only when one of them cannot be read otherwise."""
    for _, cells in read_rows(table, {"time": _COLUMNS["time"]}, remedy):
        found = _TIME.fullmatch(cells["time"])
        if found is None or int(found["one"]) > 12:
            return False
        if int(found["two"]) > 12:
            return True
    return False
