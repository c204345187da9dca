"""Stories for people: what, who, when, how sure and why."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from packetclip.cli.plain import plain
from packetclip.cli.tables import drawn

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from packetclip.detection import Story
    from packetclip.language.knowledge import Mission

STYLES: Final = {"critical": "bold red", "high": "red", "medium": "yellow", "low": "cyan"}
REASONS: Final = 2
"""Reasons that the table gives; --explain gives all."""
NAMED: Final = 2
"""Hosts that a cell names before it counts."""


def show(stories: Sequence[Story], missions: Sequence[Mission] = (), *, to_stdout: bool = True) -> str:
    """The table of stories as text; with ``missions``, the explanation of each below it."""
    if not stories:
        return "No stories: nothing in these packets reached a mission's threshold.\n"
    return drawn(lambda console: _draw(console, stories, missions), to_stdout=to_stdout)


def _draw(console: Console, stories: Sequence[Story], missions: Sequence[Mission]) -> None:
    console.print(_table(stories))
    known = {mission.name: mission for mission in missions}
    for number, story in enumerate(stories, start=1):
        if story.mission in known:
            from packetclip.detection import explain

            console.print(f"\n{number}. {plain(story.label)} ({story.id})", style="bold")
            for line in explain(story, known[story.mission]).lines():
                console.print("   " + plain(line), soft_wrap=True)


def _table(stories: Sequence[Story]) -> Table:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    table = Table(box=SIMPLE_HEAD, pad_edge=False, header_style="bold", leading=1)
    table.add_column("#", justify="right")
    table.add_column("story", max_width=18)
    table.add_column("who", max_width=24, overflow="fold")
    table.add_column("when (UTC)", no_wrap=True)
    table.add_column("sure", justify="right", no_wrap=True)
    table.add_column("what was seen, and why", overflow="fold")
    for number, story in enumerate(stories, start=1):
        table.add_row(
            str(number),
            Text(plain(story.label), STYLES.get(story.severity, ""))
            + Text(f"\n{story.severity}\n{_techniques(story)}"),
            Text(plain(_who(story), keep="\n")),
            Text(_when(story)),
            Text(percent(story.mean)),
            Text(plain(_why(story), keep="\n")),
        )
    return table


def percent(score: float) -> str:
    """``97 %``; never 0 or 100 where it is not."""
    return ">99 %" if score > 0.99 else "<1 %" if score < 0.01 else f"{score * 100:.0f} %"


def _techniques(story: Story) -> str:
    return "\n".join(story.techniques[:REASONS])


def _who(story: Story) -> str:
    return f"{_hosts(story.originators, story.originator_count)}\n→ {_hosts(story.targets, story.target_count)}"


def _hosts(names: Sequence[str], count: int) -> str:
    if count > NAMED:
        return f"{names[0]} and {count - 1:,} more"
    return ", ".join(names[:NAMED]) or "unknown"


def _when(story: Story) -> str:
    try:
        begin = f"{datetime.fromtimestamp(story.first_ns / 1e9, UTC):%Y-%m-%d\n%H:%M:%S}"
    except (OverflowError, ValueError, OSError):  # a corrupt time beyond the year 9999
        begin = "unknown"
    seconds = story.duration_s
    lasted = f"{seconds:.1f} s" if seconds < 10 else f"{seconds:.0f} s" if seconds < 600 else f"{seconds / 60:.0f} min"
    packets = f"{story.packets:,} packet{'s' * (story.packets != 1)}"
    flows = f"{story.flows:,} flow{'s' * (story.flows != 1)}"
    return f"{begin}\nfor {lasted}\n{packets}\n{flows}"


def _why(story: Story) -> str:
    seen = story.sentence.rpartition(". ")[0] or story.sentence  # its last sentence says how sure; the table has that
    return "\n".join([f"{seen.rstrip('.')}.", *(f"- {reason}" for reason in story.reasons[:REASONS])])
