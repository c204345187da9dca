"""``packetclip model show``: what a model was made from and what it can do."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from packetclip.cli import options


@click.group("model")
def command() -> None:
    """Models: folders that hold everything that detection needs."""


@command.command("show")
@options.model
@options.formats("text", "json")
def show(model: Path | None, form: str) -> None:
    """Show a model: its card, its missions, its files. Every file is checked against its SHA-256 first."""
    from packetclip.model import load

    loaded = load(model)
    manifest = loaded.manifest
    sizes = {name: (loaded.folder / name).stat().st_size for name in manifest.files}
    if form == "json":
        import orjson

        value = {
            "type": "model",
            "name": manifest.name,
            "version": manifest.version,
            "created": manifest.created,
            "folder": str(loaded.folder),
            "missions": manifest.missions,
            "fields": manifest.fields,
            "history": manifest.history,
            "files": sizes,
            "card": loaded.card,
        }
        sys.stdout.buffer.write(orjson.dumps(value, option=orjson.OPT_APPEND_NEWLINE))
        return
    from packetclip.cli.plain import plain

    click.echo(plain(f"{loaded.name}, made {manifest.created}, in {loaded.folder}"))
    click.echo(plain(f"  {len(manifest.missions)} missions: {', '.join(manifest.missions)}"))
    click.echo(plain(f"  reads {len(manifest.fields)} context fields and {manifest.bytes_width} masked bytes a packet"))
    key, steps = manifest.history.key, manifest.history.steps
    click.echo(
        plain("  judges each packet alone" if key == "none" else f"  looks back on {steps} packets of the {key}")
    )
    click.echo(plain(f"  {len(sizes)} files, {sum(sizes.values()) / 1e6:.1f} MB, all as the manifest says"))
    if card := loaded.card:
        click.echo("\n" + plain(card.rstrip(), keep="\n"))
