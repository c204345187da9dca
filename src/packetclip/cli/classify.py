"""``packetclip classify``: which of your sentences fits each flow best."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from packetclip.cli import options


@click.command("classify")
@options.source
@click.argument("sentences", metavar="SENTENCE...", nargs=-1, required=True)
@options.formats("table", "csv", "jsonl")
@options.output
@options.model
@options.workers
@options.quiet
def command(
    source: str,
    sentences: tuple[str, ...],
    form: str,
    output: Path | None,
    model: Path | None,
    workers: int | None,
    quiet: bool,
) -> None:
    """Say which of your SENTENCES fits each flow of SOURCE best.

    No training is needed for a new sentence: flows and sentences are compared in the space that the model learned for
    both. In csv and jsonl, the column sentence is the one that fits best; p0, p1, ... are the probabilities of the
    sentences in their order, c0, c1, ... the cosines.

    SOURCE may also be Zeek's conn.log or Suricata's eve.json. Such flow records come without packets: what is compared
    then is their description (packetclip describe).
    """
    if len(sentences) < 2:
        raise click.UsageError("Give two sentences or more: a probability needs something to compare with.")
    from packetclip.api import load
    from packetclip.cli.accounts import accounted
    from packetclip.cli.output import writing

    loaded = load(model, workers=workers)
    with writing(output) as file, accounted(quiet) as (ledger, progress):
        table = loaded.classify(source, sentences, ledger, progress)
        if form == "table":
            file.write(_drawn(list(table), to_stdout=output is None).encode())
        else:
            file.write(table.to_csv() if form == "csv" else table.to_jsonl())
        of_records = ledger.unit == "record"
    if of_records and not quiet:
        click.echo(
            "Note: flow records hold no packets; their descriptions were compared with your sentences.", err=True
        )


def _drawn(rows: list[dict[str, Any]], *, to_stdout: bool) -> str:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    from packetclip.cli.plain import plain
    from packetclip.cli.stories import percent
    from packetclip.cli.tables import drawn

    table = Table(box=SIMPLE_HEAD, pad_edge=False, header_style="bold")
    table.add_column("flow", justify="right")
    table.add_column("originator", overflow="fold")
    table.add_column("target", overflow="fold")
    table.add_column("packets", justify="right")
    table.add_column("sure", justify="right")
    table.add_column("fits best", overflow="fold")
    for row in rows:
        table.add_row(
            str(row["flow"]),
            f"{row['originator']} {row['originator_port']}",
            f"{row['target']} {row['target_port']}",
            str(row["packets"]),
            percent(row[f"p{row['best']}"]),
            Text(plain(str(row["sentence"]))),
        )
    return drawn(lambda console: console.print(table), to_stdout=to_stdout)
