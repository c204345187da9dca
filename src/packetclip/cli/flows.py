"""``packetclip flows``: the flow table."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from packetclip.cli import options

if TYPE_CHECKING:
    from packetclip.wire.capture import Source


@click.command("flows")
@options.sources
@options.formats("csv", "parquet", "zeek")
@options.output
@options.two_workers
@options.quiet
def command(sources: tuple[Source, ...], form: str, output: Path | None, workers: int, quiet: bool) -> None:
    """Write a row a flow: Zeek's conn.log fields, statistics of each direction, and what its hosts did lately.

    Flows come in the order in which they end, those still open at the end last. No model is asked. Several SOURCEs are
    one stream, in the order given. For those who come from NFStream or CICFlowMeter: docs/from-nfstream.md.
    """
    from packetclip.cli.accounts import accounted
    from packetclip.cli.output import writing

    with writing(output) as file, accounted(quiet, verb="in flows") as (ledger, progress):
        from packetclip.wire.export import FORMATS, flow_records

        FORMATS[form](file, flow_records(sources, ledger, progress, workers=workers))
