"""Arguments and options that several verbs share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])

FILE: Final = click.Path(path_type=Path, allow_dash=True)

source: Final = click.argument("source", metavar="SOURCE")
sources: Final = click.argument("sources", metavar="SOURCE...", nargs=-1, required=True)
model: Final = click.option(
    "--model",
    "-m",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="A model's folder; by default the one that ships.",
)
output: Final = click.option(
    "--output", "-o", metavar="FILE", type=FILE, help="Write here instead of to standard output."
)
quiet: Final = click.option("--quiet", "-q", is_flag=True, help="No progress and no ledger on standard error.")


def formats(*choices: str, default: str | None = None) -> Callable[[Command], Command]:
    """``--format`` with its choices; the first is the default."""
    default = default or choices[0]
    text = f"Form of the result; {default} by default."
    return click.option("--format", "-f", "form", type=click.Choice(choices), default=default, help=text)
