"""``packetclip fit``: fit the missions' reasoning on a pre-trained encoder, then calibrate it."""

from __future__ import annotations

from pathlib import Path

import click

from packetclip.cli import training


@click.command("fit")
@training.recipe
@training.output("The model's folder; by default runs/ and the recipe's name.")
@training.resume
def command(recipe: Path, output: Path | None, resume: bool) -> None:
    """Fit the missions' reasoning on a pre-trained encoder, by a recipe, and write a model's folder.

    Detect with it: packetclip detect --model DIR SOURCE. Needs the extra [train].
    """
    training.need_torch("fit")
    from packetclip.cli.progress import showing
    from packetclip.detection.tune import TuneCapture, tune
    from packetclip.learning import reasoning

    folder = training.folder_of(recipe, output)
    with showing(lines=True) as progress:
        held_out = reasoning.run(recipe, folder, resume, progress)
        # Fitting and calibrating never meet: the one leaves a folder, the other reads it, on captures of its own.
        captures = [TuneCapture(c.source, None if c.labels is None else c.labels - 1) for c in held_out]
        tune(folder, captures, progress)
    click.echo(f"The model is in {folder}. Look at it with: packetclip model show --model {folder}", err=True)
