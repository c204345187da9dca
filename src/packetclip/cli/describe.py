"""``packetclip describe``: each flow in plain sentences."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from packetclip.cli import options

if TYPE_CHECKING:
    from packetclip.wire.capture import Source


@click.command("describe")
@options.sources
@options.formats("text", "jsonl")
@click.option("--limit", metavar="N", type=click.IntRange(1), help="Only the first N flows.")
@click.option("--sentences", metavar="N", type=click.IntRange(1), default=6, help="At most N sentences a flow; 6.")
@options.output
@options.quiet
def command(
    sources: tuple[Source, ...], form: str, limit: int | None, sentences: int, output: Path | None, quiet: bool
) -> None:
    """Describe each flow in plain sentences: what it did, and what its hosts did lately.

    The sentences are made from the traffic alone; no model is asked and nothing is judged. SOURCE may also be Zeek's
    conn.log or Suricata's eve.json: flow records, told by what they hold.
    """
    from packetclip.cli.accounts import accounted
    from packetclip.cli.output import writing

    with writing(output) as file, accounted(quiet) as (ledger, progress):
        from packetclip.api import describe

        found = describe(*sources, limit=limit, sentences=sentences, ledger=ledger, progress=progress)
        if form == "jsonl":
            import orjson

            for flow in found:
                file.write(orjson.dumps({"type": "description", **_fields(flow)}, option=orjson.OPT_APPEND_NEWLINE))
            file.write(orjson.dumps(ledger.as_dict(), option=orjson.OPT_APPEND_NEWLINE))
        else:
            from packetclip.cli.plain import plain

            for flow in found:
                file.write(f"{flow.flow}  {plain(flow.title)}\n   {plain(flow.sentences)}\n".encode())


def _fields(value: object) -> dict[str, object]:
    from dataclasses import asdict

    return asdict(value)  # type: ignore[call-overload,no-any-return]
