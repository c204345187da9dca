"""Tables for people: drawn as text, in colours only where a terminal shows them."""

from __future__ import annotations

import io
import os
import shutil
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from packetclip.cli.plain import plain

if TYPE_CHECKING:
    from rich.console import Console

PIPE_WIDTH: Final = 120
"""Columns where there is no terminal and COLUMNS is not set."""


def drawn(draw: Callable[[Console], object], *, to_stdout: bool = True) -> str:
    """What ``draw`` prints, for standard output or a file; NO_COLOR and COLUMNS are heeded."""
    from rich.console import Console

    terminal = to_stdout and sys.stdout.isatty()
    width = shutil.get_terminal_size().columns if terminal or "COLUMNS" in os.environ else PIPE_WIDTH
    text = io.StringIO()
    draw(Console(file=text, force_terminal=terminal, width=width, highlight=False, emoji=False, markup=False))
    return "".join(line.rstrip() + "\n" for line in text.getvalue().splitlines())


def show_table(headers: Sequence[str], rows: Sequence[Sequence[str]], narrow: int = 0) -> None:
    """Print rows of plain text on standard output; the first ``narrow`` columns are never wrapped."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    table = Table(box=SIMPLE_HEAD, pad_edge=False, header_style="bold")
    for number, header in enumerate(headers):
        table.add_column(header, no_wrap=number < narrow, overflow="fold")
    for row in rows:
        table.add_row(*(Text(plain(cell)) for cell in row))
    print(drawn(lambda console: console.print(table)).strip("\n"))
