"""Tables for people, on standard output."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from packetclip.cli.plain import plain

if TYPE_CHECKING:
    from rich.console import Console

PIPE_WIDTH: Final = 120
"""Columns where there is no terminal and COLUMNS is not set."""


def console() -> Console:
    """Standard output; colours only on a terminal, and there unless NO_COLOR is set."""
    from rich.console import Console

    known = sys.stdout.isatty() or "COLUMNS" in os.environ
    return Console(width=None if known else PIPE_WIDTH, highlight=False, emoji=False, markup=False)


def show_table(headers: Sequence[str], rows: Sequence[Sequence[str]], narrow: int = 0) -> None:
    """Print rows of plain text; the first ``narrow`` columns are never wrapped."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    table = Table(box=SIMPLE_HEAD, pad_edge=False, header_style="bold")
    for number, header in enumerate(headers):
        table.add_column(header, no_wrap=number < narrow, overflow="fold")
    for row in rows:
        table.add_row(*(Text(plain(cell)) for cell in row))
    console().print(table)
