"""A report as Markdown, with its plots as files beside it: for a repository's pages."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, count
from typing import Final
from urllib.parse import quote

from packetclip.benchmark.report.blocks import Block, Listing, Section, Table, Text
from packetclip.benchmark.report.columns import filled, numeric
from packetclip.benchmark.report.pictures import check, standalone
from packetclip.benchmark.report.words import lines, marked, paragraphs, seen

__all__ = ["Document", "document"]

_MARKS: Final = re.compile(r"[\\`*\[\]|~$]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])")
_ENTITY: Final = re.compile(r"&(?=#?\w+;)")
_LINK: Final = re.compile(r"(?i)(?<=https)(?=:)|(?<=http)(?=:)|(?<=ftp)(?=:)|(?<=mailto)(?=:)|(?<=www)(?=\.)")
_BEGINNING: Final = re.compile(r"^(?:([#>+=-])|(\d{1,9})([.)]))")


@dataclass(frozen=True, slots=True)
class Document:
    """Text, and the files that it shows."""

    text: str
    plots: dict[str, str]
    """SVG by path, relative to where the text will lie."""


def document(
    title: str, intro: Sequence[Block], sections: Sequence[Section], footer: str = "", plots: str = "benchmark"
) -> Document:
    """The same report as ``html.page``; ``plots`` is the folder of its pictures, relative to it.

    Raises ValueError for plots that share a name or are no plots.
    """
    blocks = list(chain(intro, *(section.blocks for section in sections)))
    check(blocks)
    writer = _Writer(plots.strip("/"))
    parts = [f"# {_words(title)}", *writer.blocks(intro)]
    if sections:
        links = zip((section.title for section in sections), _anchors(title, sections), strict=True)
        parts += ["\n".join(f"- [{_words(text)}](#{anchor})" for text, anchor in links)]
    for section in sections:
        parts += [f"## {_words(section.title)}", *writer.blocks(section.blocks)]
    if footer.strip():
        parts += ["---", *map(_paragraph, paragraphs(footer))]
    return Document("\n\n".join(parts) + "\n", writer.plots)


class _Writer:
    """Counts tables and figures, and keeps the pictures, through a document."""

    def __init__(self, folder: str) -> None:
        self._tables, self._plots, self._folder = count(1), count(1), folder
        self.plots: dict[str, str] = {}

    def blocks(self, blocks: Sequence[Block]) -> list[str]:
        return [part for block in blocks for part in self._block(block)]

    def _block(self, block: Block) -> list[str]:
        if isinstance(block, Text):
            return [_paragraph(part) for part in paragraphs(block.words)]
        if isinstance(block, Listing):
            return [
                f"<details><summary>{_safe(seen(block.title))}</summary>",
                _fenced(lines(block.lines)),
                "</details>",
            ]
        if isinstance(block, Table):
            return [_table(block), _caption(f"Table {next(self._tables)}", block.caption)]
        path = f"{self._folder}/{block.name}.svg" if self._folder else f"{block.name}.svg"
        self.plots[path] = standalone(block.svg)
        return [f"![{_plain(block.alt)}]({quote(path)})", _caption(f"Figure {next(self._plots)}", block.caption)]


def _fenced(text: str) -> str:
    longest = max(map(len, re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}\n{text}\n{fence}"


def _caption(name: str, caption: str) -> str:
    return f"**{name}.** " + " ".join(map(_words, paragraphs(caption)))


def _table(table: Table) -> str:
    head, rows = filled(table)
    right = numeric(rows) or [False] * len(head)
    lines = [[_plain(cell) for cell in row] for row in [head, *rows]]
    lines.insert(1, ["---:" if number else "---" for number in right])
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _plain(text: str) -> str:
    """Text in which nothing is a mark, a link or an element."""
    return _safe(seen(text))


def _safe(text: str) -> str:
    return _LINK.sub(r"\\", _MARKS.sub(r"\\\g<0>", _ENTITY.sub("&amp;", text)).replace("<", "&lt;"))


def _words(text: str) -> str:
    return "".join(f"`{part}`" if code else _safe(part) for part, code in marked(seen(text)))


def _paragraph(text: str) -> str:
    return _BEGINNING.sub(lambda found: f"\\{found[1]}" if found[1] else f"{found[2]}\\{found[3]}", _words(text))


def _anchors(title: str, sections: Sequence[Section]) -> list[str]:
    """Names that GitHub gives headings: small letters, hyphens for spaces, nothing else, a number for those seen."""
    used: dict[str, int] = {}
    out = []
    for text in [title, *(section.title for section in sections)]:
        name = re.sub(r"[^\w\- ]", "", seen(text).replace("`", "").lower()).replace(" ", "-")
        seen_before = used.get(name, 0)
        used[name] = seen_before + 1
        out.append(f"{name}-{seen_before}" if seen_before else name)
    return out[1:]
