"""``packetclip embed``: the embedding of every packet."""

from __future__ import annotations

from pathlib import Path

import click

from packetclip.cli import options


@click.command("embed")
@options.source
@click.option(
    "--output", "-o", metavar="FILE", type=options.FILE, required=True, help="A NumPy archive; numpy.load reads it."
)
@options.model
@options.workers
@options.quiet
def command(source: str, output: Path, model: Path | None, workers: int | None, quiet: bool) -> None:
    """Write the embedding of every packet of SOURCE, a row a packet in file order.

    The archive holds packet, time, flow, scored (false where a packet cannot be scored; its row is zeros) and
    embedding (N, D), of unit norm: the cosine of two rows is their dot product.
    """
    from packetclip.cli.accounts import accounted
    from packetclip.cli.npz import write_npz
    from packetclip.cli.output import writing
    from packetclip.detection import embed
    from packetclip.model import load

    loaded = load(model)
    with writing(output) as file, accounted(quiet) as (ledger, progress):
        write_npz(file, (table.columns for table in embed(loaded, source, ledger, workers=workers, progress=progress)))
