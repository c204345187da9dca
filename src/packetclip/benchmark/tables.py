"""Figures as Markdown: tables, and documents whose tables are written anew while their words stay."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

__all__ = ["figure", "fill", "table"]


def figure(value: float | None, digits: int = 4) -> str:
    """A figure to some digits; a dash where there is none.

    >>> figure(0.99871), figure(None)
    ('0.9987', '–')
    """
    return "–" if value is None else f"{value:.{digits}f}"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table; a row that is cut short is filled with nothing.

    >>> print(table(["what", "n"], [["a", "1"]]))
    | what | n |
    |---|---|
    | a | 1 |
    """
    lines = [head, ["---"] * len(head), *([*row, *[""] * (len(head) - len(row))] for row in rows)]
    return "\n".join("|" + "|".join(cells) + "|" if cells[0] == "---" else _line(cells) for cells in lines)


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def fill(document: str, parts: Mapping[str, str]) -> str:
    """The document with each part set between ``<!-- NAME -->`` and ``<!-- end -->``.

    Parts that the document has no place for are put at its end; places without a part stay as they are.

    >>> fill("# Title\\n<!-- a -->\\nold\\n<!-- end -->\\n", {"a": "new"})
    '# Title\\n<!-- a -->\\n\\nnew\\n\\n<!-- end -->\\n'
    """
    for name, text in parts.items():
        block = f"<!-- {name} -->\n\n{text}\n\n<!-- end -->"
        place = re.compile(rf"<!-- {re.escape(name)} -->.*?<!-- end -->", re.DOTALL)
        if place.search(document):
            document = place.sub(block.replace("\\", r"\\"), document, count=1)
        else:
            document = f"{document.rstrip()}\n\n{block}\n"
    return document
