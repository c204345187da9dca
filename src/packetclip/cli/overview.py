"""A summary for people: how much, of what, between whom, and when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from packetclip.cli.plain import plain
from packetclip.cli.tables import drawn

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from packetclip.ledger import Ledger
    from packetclip.wire.summary import Rate, Summary

WIDEST: Final = 110
"""Longer lines are hard to read, however wide the terminal."""
ROWS: Final = 10
"""Services and talkers shown; jsonl gives more."""
LEVELS: Final = " ▁▂▃▄▅▆▇█"
BAR: Final = 20
ROOM_FOR_BARS: Final = 90
_BETWEEN: Final = " · "
_MARGIN: Final = 11
"""Columns of the names on the left."""


def show(summary: Summary, ledger: Ledger, *, to_stdout: bool = True) -> str:
    """The summary as text, its sections below each other."""
    return drawn(lambda console: _draw(console, summary, ledger), to_stdout=to_stdout)


def _draw(console: Console, summary: Summary, ledger: Ledger) -> None:
    from rich.text import Text

    width = min(console.width, WIDEST)
    for number, line in enumerate(_opening(summary)):
        console.print(Text(line, "" if number else "bold"), soft_wrap=True)
    if summary.rate is None:
        return
    console.print()
    for name, line, note in _rate(summary.rate, summary, width):
        console.print(Text.assemble((f"{name:<{_MARGIN}}", "bold"), (line, "cyan"), f"  {note}"), soft_wrap=True)
    console.print()
    counts = (
        ("links", summary.link_types),
        ("tunnels", summary.tunnels),
        ("flows", summary.flows_by_protocol),
        ("states", summary.conn_states),
        ("ended", summary.end_reasons),
        ("dropped", ledger.dropped),
        ("weird", ledger.weird),
    )
    for name, counted in counts:
        if counted:
            _list(console, name, _items(counted), width)
    bars = width >= ROOM_FOR_BARS
    _protocols(console, summary, bars)
    _services(console, summary, bars)
    _talkers(console, summary, bars)


def _opening(summary: Summary) -> Iterable[str]:
    if summary.first_seen is None or summary.last_seen is None:
        yield "No packets."
        return
    span = summary.duration_s
    first, last = moment(summary.first_seen), moment(summary.last_seen)
    if first.split()[0] == last.split()[0]:
        last = last.split()[-1]
    yield (
        f"{_many(summary.packets, 'packet')}, {size(summary.bytes)}, {_many(summary.flows, 'flow')}, "
        f"{'' if summary.hosts_exact else 'about '}{_many(summary.hosts, 'address', 'addresses')}"
    )
    yield f"{first} to {last} UTC, {duration(span)}"
    facts = [f"{summary.bytes / summary.packets:,.0f} bytes a packet"]
    if span > 0:
        facts = [f"{quantity(summary.packets / span)} packets/s", f"{size(summary.bytes / span)}/s", *facts]
    if summary.cut:
        facts.append(f"{_many(summary.cut, 'packet')} ({share(summary.cut, summary.packets)}) cut by a snapshot length")
    yield _BETWEEN.join(facts)


def _rate(rate: Rate, summary: Summary, width: int) -> Iterable[tuple[str, str, str]]:
    """(name, line, what stands to its right) of the two rates and of the times below them."""
    room = max(width - _MARGIN - 24, 10)
    group = -(-len(rate.packets) // room)
    column_s = group * rate.bin_s
    packets, sizes = _grouped(rate.packets, group), _grouped(rate.bytes, group)
    yield "packets", sparkline(packets), f"peak {quantity(max(packets) / column_s)}/s"
    yield "bytes", sparkline(sizes), f"peak {size(max(sizes) / column_s)}/s"
    assert summary.first_seen is not None and summary.last_seen is not None
    first, last = (moment(t).split()[-1] for t in (summary.first_seen, summary.last_seen))
    if len(packets) > len(first) + len(last):
        yield "", f"{first}{last:>{len(packets) - len(first)}}", f"a column is {duration(column_s)}"
    else:
        yield "", "", f"a column is {duration(column_s)}"


def sparkline(values: Sequence[int]) -> str:
    """A character a value, the largest full height; anything above 0 is seen.

    >>> sparkline([0, 1, 50, 100])
    ' ▁▄█'
    """
    top = max(values, default=0) or 1
    return "".join(LEVELS[-(-value * 8 // top) if value < top / 8 else round(value * 8 / top)] for value in values)


def _grouped(values: Sequence[int], group: int) -> list[int]:
    return [sum(values[at : at + group]) for at in range(0, len(values), group)]


def _list(console: Console, name: str, items: Iterable[str], width: int) -> None:
    """``name`` and its items, as many on a line as fit whole."""
    from rich.text import Text

    lines = [""]
    for item in items:
        longer = f"{lines[-1]}{_BETWEEN}{item}" if lines[-1] else item
        if lines[-1] and _MARGIN + len(longer) > width:
            lines.append(item)
        else:
            lines[-1] = longer
    for number, line in enumerate(lines):
        console.print(Text.assemble((f"{'' if number else name:<{_MARGIN}}", "bold"), line), soft_wrap=True)


def _items(counts: Mapping[str, int]) -> list[str]:
    largest = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return [f"{plain(name).replace('_', ' ')} {n:,}" for name, n in largest]


def _protocols(console: Console, summary: Summary, bars: bool) -> None:
    table = _table("protocol", "packets>", "share>", *[""] * bars)
    for name, n in list(summary.protocols.items())[: 2 * ROWS]:
        cells = name.replace("_", " "), f"{n:,}", share(n, summary.packets)
        table.add_row(*cells, *[bar(n, summary.packets)] * bars)
    _print(console, table, len(summary.protocols) - 2 * ROWS, "protocol")


def _services(console: Console, summary: Summary, bars: bool) -> None:
    table = _table("service", "port>", "flows>", "packets>", "bytes>", "share>", *[""] * bars)
    for service in summary.services[:ROWS]:
        table.add_row(
            service.name or "-",
            f"{service.port}/{service.transport}",
            f"{service.flows:,}",
            f"{service.packets:,}",
            size(service.bytes),
            share(service.bytes, summary.bytes),
            *[bar(service.bytes, summary.bytes)] * bars,
        )
    _print(console, table, summary.ports - ROWS, "port")


def _talkers(console: Console, summary: Summary, bars: bool) -> None:
    table = _table("address", "sent>", "received>", "packets>", "share>", *[""] * bars)
    for talker in summary.talkers[:ROWS]:
        least = "≥ " if talker.missed_bytes else ""
        table.add_row(
            talker.address,
            least + size(talker.sent_bytes),
            least + size(talker.received_bytes),
            f"{least}{talker.sent_packets + talker.received_packets:,}",
            share(talker.bytes, summary.bytes),
            *[bar(talker.bytes, summary.bytes)] * bars,
        )
    _print(console, table, summary.hosts - ROWS, "address", "addresses", "" if summary.hosts_exact else "about ")


def _table(*headers: str) -> Table:
    """Columns by their headers; those that end in > are set to the right, and the first one gives way."""
    from rich.table import Table

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for number, header in enumerate(headers):
        right = header.endswith(">")
        style = "" if header else "cyan"
        table.add_column(
            header.rstrip(">"), justify="right" if right else "left", no_wrap=number > 0, overflow="fold", style=style
        )
    return table


def _print(console: Console, table: Table, more: int, one: str, several: str = "", about: str = "") -> None:
    from rich.text import Text

    if not table.row_count:
        return
    console.print()
    console.print(table)
    if more > 0:
        console.print(Text(f"and {about}{_many(more, one, several)} more", "dim"), soft_wrap=True)


def bar(part: int, whole: int) -> str:
    """``part`` of ``whole`` as a bar of at most :data:`BAR` columns, in halves."""
    halves = round(2 * BAR * part / whole) if whole else 0
    return "━" * (halves // 2) + "╸" * (halves % 2)


def share(part: int, whole: int) -> str:
    """``12 %``; never 0 or 100 where it is not."""
    percent = 100 * part / whole if whole else 0.0
    if 0 < percent < 0.1:
        return "<0.1 %"
    if 99.9 < percent < 100:
        return ">99.9 %"
    return f"{percent:.1f} %" if percent < 99.95 and percent else f"{percent:.0f} %"


def size(count: float) -> str:
    """``999 bytes``, ``1.2 kB``, ``34 MB``."""
    for least, unit in ((1e12, "TB"), (1e9, "GB"), (1e6, "MB"), (1e3, "kB")):
        if count >= least * 0.9995:
            return f"{_three(count / least)} {unit}"
    return _many(round(count), "byte")


def quantity(value: float) -> str:
    """``0.25``, ``3.4``, ``1,234``."""
    return _three(value) if value < 1000 else f"{value:,.0f}"


def duration(seconds: float) -> str:
    """``1 ms``, ``66.7 s``, ``12.5 min``, ``3.5 h``, ``20 days``."""
    for least, length, unit in ((172_800, 86_400, "days"), (7_200, 3_600, "h"), (120, 60, "min"), (1, 1, "s")):
        if seconds >= least:
            return f"{_three(seconds / length)} {unit}"
    return f"{_three(seconds * 1000)} ms"


def moment(time_s: float) -> str:
    """``2026-11-23 16:39:43``, UTC."""
    try:
        return f"{datetime.fromtimestamp(time_s, UTC):%Y-%m-%d %H:%M:%S}"
    except (OverflowError, ValueError, OSError):  # a corrupt time beyond the year 9999
        return "unknown"


def _three(value: float) -> str:
    """Three significant digits, no trailing zeros."""
    digits = 2 if value < 10 else 1 if value < 100 else 0
    text = f"{value:.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _many(n: int, one: str, several: str = "") -> str:
    return f"{n:,} {one if n == 1 else several or one + 's'}"
