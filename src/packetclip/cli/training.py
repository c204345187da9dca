"""What pretrain and fit share: their arguments, and a clear word when torch is not installed."""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import click

from packetclip.errors import MissingExtra
from packetclip.recipe import output_of

recipe: Final = click.argument("recipe", metavar="RECIPE", type=click.Path(path_type=Path))
resume: Final = click.option("--resume", is_flag=True, help="Go on from the last checkpoint in the output folder.")


def output(help_text: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """``--output`` as a folder."""
    return click.option("--output", "-o", metavar="DIR", type=click.Path(path_type=Path), help=help_text)


def folder_of(recipe: Path, output: Path | None) -> Path:
    """Where the result goes: what the user says, or the recipe's own place."""
    return output or output_of(recipe)


def need_torch(verb: str) -> None:
    """Raise MissingExtra unless torch can be imported; looks, and does not import."""
    if find_spec("torch") is None:
        raise MissingExtra(verb, "train")
