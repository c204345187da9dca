"""Which columns of a table hold numbers, and are therefore set flush right."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from packetclip.benchmark.report.blocks import Table

__all__ = ["filled", "numeric"]

_NUMBER: Final = re.compile(r"(?<!\w)[+\N{MINUS SIGN}\N{EN DASH}-]?(?:\d[\d,'\u202f]*(?:\.\d+)?|\.\d+)(?:e[+-]?\d+)?")
_UNITS: Final = frozenset(
    "k M G T B kB MB GB TB KiB MiB GiB s ms µs ns min h d FLOP FLOPs GFLOP GFLOPs to of x".split()  # noqa: SIM905
)
_BETWEEN: Final = frozenset(" \u202f±[](),;/…≈~≤≥<>=%*")
_NOTHING: Final = {"", "-", "–", "—", "n/a"}


def filled(table: Table) -> tuple[list[str], list[list[str]]]:
    """Head and rows of one width: what is cut short is filled with nothing."""
    width = max([len(table.head), *map(len, table.rows)], default=0)
    return [*table.head, *[""] * (width - len(table.head))], [[*row, *[""] * (width - len(row))] for row in table.rows]


def numeric(rows: Sequence[Sequence[str]]) -> list[bool]:
    """For each column whether it holds numbers (units, intervals and dashes beside) and no words; never the first.

    >>> numeric([["trees", "0.91 [0.88, 0.93]", "a1"], ["ours", "–", "2"]])
    [False, True, False]
    """
    columns = list(zip(*rows, strict=True))
    return [i > 0 and _numbers(column) for i, column in enumerate(columns)]


def _numbers(column: Sequence[str]) -> bool:
    cells = [cell for text in column if (cell := text.strip()) not in _NOTHING]
    return bool(cells) and all(map(_number, cells))


def _number(cell: str) -> bool:
    rest = _NUMBER.sub(" ", cell)
    words = re.findall(r"[^\W\d_]+", rest)
    others = re.sub(r"[^\W\d_]+", "", rest)
    return rest != cell and _UNITS.issuperset(words) and _BETWEEN.issuperset(others)
