"""What a report is made of."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["Block", "Listing", "Plot", "Section", "Table", "Text", "slug"]


def slug(text: str) -> str:
    """A name for a file or an anchor, out of any text.

    >>> slug("Extra trees / a5, c5")
    'extra-trees-a5-c5'
    """
    return "-".join(re.findall(r"[a-z0-9]+", text.lower())) or "unnamed"


@dataclass(frozen=True, slots=True)
class Text:
    """Paragraphs in plain words, an empty line between them; ``code`` in backticks and nothing else is marked."""

    words: str


@dataclass(frozen=True, slots=True)
class Table:
    """Cells as text; the first column names the row."""

    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    caption: str
    """What the figures are, so that a reader who has seen nothing else understands them."""


@dataclass(frozen=True, slots=True)
class Listing:
    """Lines as a program wrote them, folded away until somebody asks."""

    title: str
    lines: str


@dataclass(frozen=True, slots=True)
class Plot:
    """A picture that was drawn."""

    name: str
    """For its file: letters, digits and hyphens."""
    svg: str
    """A whole SVG element, without a prologue."""
    caption: str
    alt: str
    """What it shows, for those who do not see it."""


Block = Text | Table | Listing | Plot


@dataclass(frozen=True, slots=True)
class Section:
    """A title and what stands under it."""

    title: str
    blocks: Sequence[Block]
