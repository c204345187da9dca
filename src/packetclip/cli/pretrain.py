"""``packetclip pretrain``: learn one space for packets and sentences."""

from __future__ import annotations

from pathlib import Path

import click

from packetclip.cli import training


@click.command("pretrain")
@training.recipe
@training.output("Where checkpoints, metrics and the encoder go; by default runs/ and the recipe's name.")
@training.resume
def command(recipe: Path, output: Path | None, resume: bool) -> None:
    """Learn one space for packets and sentences, by a recipe.

    Captions are made from the traffic itself, so no labels are needed. Metrics are written to the output folder as it
    goes. Needs the extra [train].
    """
    training.need_torch("pretrain")
    from packetclip.cli.progress import showing
    from packetclip.learning import contrastive

    folder = training.folder_of(recipe, output)
    with showing(lines=True) as progress:
        contrastive.run(recipe, folder, resume, progress)
    click.echo(f"The encoder is in {folder}.", err=True)
