"""``packetclip stats``: what is in a capture."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from packetclip.cli import options

if TYPE_CHECKING:
    from packetclip.wire.capture import Source


@click.command("stats")
@options.sources
@options.formats("table", "jsonl")
@options.output
@options.two_workers
@options.quiet
def command(sources: tuple[Source, ...], form: str, output: Path | None, workers: int, quiet: bool) -> None:
    """Say what is in captures: time span, protocols, services, flows, who talks most, and the rate over time.

    No model is asked and nothing is judged. Several SOURCEs are one stream, in the order given; jsonl gives one object
    for all of them (docs/formats.md).
    """
    from packetclip.cli.accounts import accounted
    from packetclip.cli.output import writing
    from packetclip.cli.plain import plain

    with writing(output) as file, accounted(quiet, verb="dissected") as (ledger, progress):
        from packetclip.wire.summary import summarize

        summary = summarize(sources, ledger, progress, workers)
        if form == "jsonl":
            import orjson

            warnings = [plain(warning) for warning in ledger.warnings]
            line = {**summary.as_dict(), **ledger.as_dict(), "type": "stats", "warnings": warnings}
            file.write(orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE))
        else:
            from packetclip.cli.overview import show

            file.write(show(summary, ledger, to_stdout=output is None).encode())
