"""``packetclip evaluate``: take every measurement of a benchmark's recipe and write the report."""

from __future__ import annotations

from pathlib import Path

import click

from packetclip.cli import training
from packetclip.errors import MissingExtra, PacketclipError


@click.command("evaluate")
@training.recipe
@training.output("The report's folder; by default runs/ and the recipe's name.")
@click.option(
    "--workers",
    metavar="N",
    type=click.IntRange(1),
    help="Measurements taken at a time, each on one core; by default one a core.",
)
def command(recipe: Path, output: Path | None, workers: int | None) -> None:
    """Measure every method of a recipe on every split, after an audit for leaks, and write a report. Encoders that the
    recipe tells how to pre-train, and that nobody has yet, are pre-trained first.

    DIR/report.html stands alone; DIR/report.md with its plots is the same as Markdown. What was measured is kept in
    DIR/results: a run that was cut goes on, and one that is repeated measures only what has changed.

    Needs the extras [train] and [benchmark].
    """
    from packetclip.cli.progress import showing
    from packetclip.threads import available_cores

    training.need_torch("evaluate")
    try:
        import sklearn  # noqa: F401
    except ImportError:
        raise MissingExtra("evaluate", "benchmark") from None
    from packetclip.benchmark.evaluation import evaluate
    from packetclip.benchmark.plan import Plan

    folder = training.folder_of(recipe, output)
    with showing(lines=True) as progress:
        failed = evaluate(Plan(recipe), folder, workers or available_cores(), progress)
    click.echo(f"The report is {folder / 'report.html'}.", err=True)
    if failed:
        raise PacketclipError(f"{len(failed)} measurements failed. " + " ".join(failed))
