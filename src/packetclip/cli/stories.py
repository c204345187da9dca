"""Stories for people: who did what to whom, when, how sure that is, and why."""

from __future__ import annotations

import re
import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from packetclip.cli.plain import plain
from packetclip.cli.tables import drawn

if TYPE_CHECKING:
    from rich.console import Console

    from packetclip.detection import Story
    from packetclip.language.knowledge import Mission

STYLES: Final = {"critical": "bold red", "high": "red", "medium": "yellow", "low": "cyan"}
REASONS: Final = 3
"""Reasons that the table gives; jsonl gives more, --explain everything."""
WIDEST: Final = 110
"""Longer lines are hard to read, however wide the terminal."""
_BETWEEN: Final = " · "
_UNITS: Final = re.compile(r"(\d) (?=(?:s|min|%)\b|%)")


def show(stories: Sequence[Story], missions: Sequence[Mission] = (), *, to_stdout: bool = True) -> str:
    """The stories as text, a block each; with ``missions``, the explanation of each below its block."""
    if not stories:
        return "No stories: nothing in these packets reached a mission's threshold.\n"
    return drawn(lambda console: _draw(console, stories, missions), to_stdout=to_stdout)


def percent(score: float) -> str:
    """``97 %``; never 0 or 100 where it is not."""
    return ">99 %" if score > 0.99 else "<1 %" if score < 0.01 else f"{score * 100:.0f} %"


def _draw(console: Console, stories: Sequence[Story], missions: Sequence[Mission]) -> None:
    from rich.text import Text

    from packetclip.detection import explain
    from packetclip.detection.explain import LEGEND

    width = min(console.width, WIDEST)
    known = {mission.name: mission for mission in missions}
    margin = len(str(len(stories))) + 2
    opening = [_summary(stories), *([LEGEND] if missions else [])]
    for line in opening:
        console.print(Text("\n".join(_wrapped(line, width))), soft_wrap=True)
    for number, story in enumerate(stories, start=1):
        first, *rest = _block(story, width - margin)
        label = plain(story.label)
        head = Text(f"\n{number:>{margin - 2}}  ", "bold") + Text(first[: len(label)], f"bold {_style(story)}")
        console.print(head + Text(first[len(label) :]), soft_wrap=True)
        if story.mission in known:
            # The first two lines are label and sentence, for readers who have nothing else; the legend stands on top.
            lines = [line for line in explain(story, known[story.mission]).lines()[2:] if line != LEGEND]
            rest += ["", *_explained(lines, width - margin)]
        for line in rest:
            console.print(Text(" " * margin + line if line else ""), soft_wrap=True)


def _style(story: Story) -> str:
    return STYLES.get(story.severity, "default")


def _summary(stories: Sequence[Story]) -> str:
    counts = Counter(story.severity for story in stories)
    severities = [f"{counts[name]} {name}" for name in STYLES if counts[name]]
    first, last = min(story.first_ns for story in stories), max(story.last_ns for story in stories)
    until = _moment(last)
    if _moment(first).split()[0] == until.split()[0]:
        until = until.split()[-1]
    many = "1 story" if len(stories) == 1 else f"{len(stories):,} stories"
    return f"{many} ({', '.join(severities)}), {_moment(first)} to {until} UTC."


def _block(story: Story, width: int) -> Iterator[str]:
    """Lines of at most ``width`` columns; the first begins with the label."""
    from packetclip.detection.explain import counted, parties
    from packetclip.detection.narrate import duration, sureness

    sure = f"{sureness(story.mean)} ({percent(story.mean)})"
    yield from _packed((story.label, story.severity, sure, ", ".join(story.techniques)), width)
    when = f"{_moment(story.first_ns)} UTC, {duration(story.duration_s)}"
    yield from _packed((parties(story), when, ", ".join(counted(story))), width)
    seen = story.sentence.rpartition(". ")[0] or story.sentence  # its last sentence says how sure; the first line did
    yield from _wrapped(f"{seen.rstrip('.')}.", width)
    for reason in story.reasons[:REASONS]:
        yield from _reason(reason, width)


def _packed(items: Iterable[str], width: int) -> Iterator[str]:
    """As many items on a line as fit whole."""
    line = ""
    for item in filter(None, map(plain, items)):
        if line and len(line) + len(_BETWEEN) + len(item) > width:
            yield from _wrapped(line, width)
            line = item
        else:
            line = f"{line}{_BETWEEN}{item}" if line else item
    yield from _wrapped(line, width)


def _reason(reason: str, width: int) -> Iterator[str]:
    """One line; two where it is too long, the numbers on the second."""
    text, opening, numbers = reason.rpartition(" (")
    if opening and len(reason) + 2 > width >= len(text) + 2:
        yield from _wrapped(f"- {text}", width, "  ")
        yield from _wrapped(f"  ({numbers}", width, "  ")
    else:
        yield from _wrapped(f"- {reason}", width, "  ")


def _wrapped(text: str, width: int, indent: str = "") -> list[str]:
    together = _UNITS.sub("\\1\u00a0", plain(text))  # no line begins with the unit of a number
    lines = textwrap.wrap(together, max(width, 20), subsequent_indent=indent, break_on_hyphens=False)
    return [line.replace("\u00a0", " ") for line in lines] or [""]


def _explained(lines: Iterable[str], width: int) -> Iterator[str]:
    """Long lines go on below their own text."""
    for line in lines:
        depth = len(line) - len(line.lstrip())
        mark = 7 if line[depth : depth + 2] in ("+ ", "- ") else 2
        yield from _wrapped(line, width, " " * (depth + mark))


def _moment(time_ns: int) -> str:
    try:
        return f"{datetime.fromtimestamp(time_ns / 1e9, UTC):%Y-%m-%d %H:%M:%S}"
    except (OverflowError, ValueError, OSError):  # a corrupt time beyond the year 9999
        return "unknown"
