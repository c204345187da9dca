"""``packetclip detect``: stories, or scores of every packet or flow."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from packetclip.cli import options
from packetclip.cli.exits import STORIES_FOUND

if TYPE_CHECKING:
    from packetclip.cli.progress import Progress
    from packetclip.ledger import Ledger
    from packetclip.model import Model
    from packetclip.wire.capture import Source

FORMS = {"stories": ("table", "jsonl", "eve"), "per-packet": ("csv", "jsonl"), "per-flow": ("csv", "jsonl")}
"""What each kind of answer can be written as; the first is the default."""


@click.command("detect")
@options.sources
@click.option("--per-packet", "what", flag_value="per-packet", help="A row a packet in file order, none left out.")
@click.option("--per-flow", "what", flag_value="per-flow", help="A row a flow, with its 5-tuple and community id.")
@click.option(
    "--format",
    "-f",
    "form",
    type=click.Choice(("table", "jsonl", "eve", "csv")),
    help="Stories: table (default), jsonl or eve. Packets and flows: csv (default) or jsonl.",
)
@click.option("--explain", is_flag=True, help="Below the table, show each story's path through its mission's graph.")
@click.option("--exit-code", is_flag=True, help="Leave with 3 when there are stories.")
@options.output
@options.model
@options.workers
@options.quiet
def command(
    sources: tuple[Source, ...],
    what: str | None,
    form: str | None,
    explain: bool,
    exit_code: bool,
    output: Path | None,
    model: Path | None,
    workers: int | None,
    quiet: bool,
) -> int:
    """Tell what goes on in captures, as a few explained stories.

    A SOURCE is a pcap or pcapng file, plain or compressed, a folder of them, or - for standard input. Several are one
    stream, in the order given. docs/sources.md has all ways of feeding it, docs/formats.md what it writes.
    """
    what = what or "stories"
    form = _form(what, form)
    if explain and form != "table":
        raise click.UsageError("--explain goes with the table; the other formats hold the reasons anyway.")
    if exit_code and what != "stories":
        raise click.UsageError(f"--exit-code counts stories, and --{what} gives none.")
    from packetclip.cli.accounts import accounted
    from packetclip.model import load

    loaded = load(model)
    with accounted(quiet) as (ledger, progress):
        if what == "stories":
            found = _stories(loaded, sources, form, explain, output, workers, ledger, progress)
            return STORIES_FOUND if found and exit_code else 0
        _rows(loaded, sources, what, form, output, workers, ledger, progress)
        return 0


def _form(what: str, form: str | None) -> str:
    forms = FORMS[what]
    if form is not None and form not in forms:
        kind = "Stories" if what == "stories" else f"Rows of --{what}"
        raise click.UsageError(f"{kind} cannot be written as {form}; choose {' or '.join(forms)}.")
    return form or forms[0]


def _stories(
    model: Model,
    sources: tuple[Source, ...],
    form: str,
    explain: bool,
    output: Path | None,
    workers: int | None,
    ledger: Ledger,
    progress: Progress,
) -> int:
    from packetclip.cli.output import writing
    from packetclip.detection import detect, eve_json, ledger_json, story_json

    with writing(output) as file:
        stories = detect(model, sources, ledger, workers=workers, progress=progress)
        if form == "table":
            from packetclip.cli.stories import show

            found = sorted(stories, key=lambda story: (story.first_ns, story.id))
            file.write(show(found, model.missions if explain else (), to_stdout=output is None).encode())
            return len(found)
        line = story_json if form == "jsonl" else eve_json
        count = 0
        for story in stories:
            file.write(line(story))
            file.flush()  # whoever reads the pipe sees a story when it ends
            count += 1
        if form == "jsonl":
            file.write(ledger_json(ledger))
        return count


def _rows(
    model: Model,
    sources: tuple[Source, ...],
    what: str,
    form: str,
    output: Path | None,
    workers: int | None,
    ledger: Ledger,
    progress: Progress,
) -> None:
    from packetclip.cli.output import writing
    from packetclip.detection import ledger_json, score_flows, score_packets

    with writing(output) as file:
        if what == "per-flow":
            tables = iter([score_flows(model, sources, ledger, workers=workers, progress=progress)])
        else:
            batches = score_packets(model, sources, ledger, workers=workers, progress=progress)
            tables = (batch.table() for batch in batches)
        header = True
        for table in tables:
            file.write(table.to_csv(header) if form == "csv" else table.to_jsonl())
            file.flush()
            header = False
        if form == "jsonl":
            file.write(ledger_json(ledger))
