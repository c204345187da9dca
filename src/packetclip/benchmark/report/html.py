"""A report as one HTML file: it fetches nothing, runs nothing, and reads on paper, on a phone and in the dark."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from itertools import chain, count
from typing import Final

from packetclip.benchmark.report.blocks import Block, Listing, Plot, Section, Table, Text, slug
from packetclip.benchmark.report.colours import DARK, GRID, INK, MUTED, PAPER, dark_rules
from packetclip.benchmark.report.columns import filled, numeric
from packetclip.benchmark.report.pictures import check, width
from packetclip.benchmark.report.words import lines, marked, paragraphs, seen

__all__ = ["page"]

_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"


def page(title: str, intro: Sequence[Block], sections: Sequence[Section], footer: str = "") -> str:
    """A whole page: title, what comes before the first section, contents, sections, a last line.

    Raises ValueError for plots that share a name or are no plots.
    """
    check(chain(intro, *(section.blocks for section in sections)))
    anchors = _anchors(sections)
    writer = _Writer()
    links = "".join(
        f'<li><a href="#{anchor}">{_words(section.title)}</a></li>\n'
        for anchor, section in zip(anchors, sections, strict=True)
    )
    contents = f'<nav aria-label="Contents">\n<h2>Contents</h2>\n<ol>\n{links}</ol>\n</nav>\n' if sections else ""
    opening = writer.blocks(intro)
    body = "".join(
        f'<section id="{anchor}">\n<h2>{_words(section.title)}</h2>\n{writer.blocks(section.blocks)}</section>\n'
        for anchor, section in zip(anchors, sections, strict=True)
    )
    ending = f"<footer>\n{''.join(f'<p>{_words(line)}</p>' for line in paragraphs(footer))}\n</footer>\n"
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>{escape(seen(title))}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        f"<header>\n<h1>{_words(title)}</h1>\n{opening}</header>\n{contents}"
        f"<main>\n{body}</main>\n{ending if footer.strip() else ''}</body>\n</html>\n"
    )


def _anchors(sections: Sequence[Section]) -> list[str]:
    """A name for each section, none twice."""
    out: list[str] = []
    for section in sections:
        name = f"s-{slug(section.title)}"
        again = (f"{name}-{i}" for i in count(2))
        while name in out:
            name = next(again)
        out.append(name)
    return out


class _Writer:
    """Counts tables and figures through a page."""

    def __init__(self) -> None:
        self._tables, self._plots = count(1), count(1)

    def blocks(self, blocks: Sequence[Block]) -> str:
        return "".join(map(self._block, blocks))

    def _block(self, block: Block) -> str:
        if isinstance(block, Text):
            return "".join(f"<p>{_words(part)}</p>\n" for part in paragraphs(block.words))
        if isinstance(block, Listing):
            inside = f"<summary>{escape(seen(block.title))}</summary>\n<pre>{escape(lines(block.lines))}</pre>"
            return f"<details>\n{inside}\n</details>\n"
        if isinstance(block, Table):
            name = f"Table {next(self._tables)}"
            return _figure("table", name, _table(block), block.caption)
        name = f"Figure {next(self._plots)}"
        return _figure(f'plot" id="figure-{block.name}', name, _plot(block), block.caption)


def _figure(kind: str, name: str, inside: str, caption: str) -> str:
    words = "<br>".join(map(_words, paragraphs(caption)))
    return (
        f'<figure class="{kind}">\n'
        f'<div class="scroll" role="region" aria-label="{name}" tabindex="0">\n{inside}</div>\n'
        f"<figcaption><b>{name}.</b> {words}</figcaption>\n</figure>\n"
    )


def _table(table: Table) -> str:
    head, rows = filled(table)
    right = [' class="n"' if number else "" for number in numeric(rows)] or [""] * len(head)
    top = "".join(f'<th scope="col"{kind}>{_cell(cell)}</th>' for cell, kind in zip(head, right, strict=True))
    lines = "".join(
        f'<tr><th scope="row">{_cell(row[0])}</th>'
        + "".join(f"<td{kind}>{_cell(cell)}</td>" for cell, kind in zip(row[1:], right[1:], strict=True))
        + "</tr>\n"
        for row in rows
        if row
    )
    return f"<table>\n<thead><tr>{top}</tr></thead>\n<tbody>\n{lines}</tbody>\n</table>\n"


def _plot(plot: Plot) -> str:
    """Between four fifths of its size, where it scrolls, and five quarters."""
    drawn = width(plot.svg)
    return (
        plot.svg.replace("<svg ", f'<svg style="min-width:{drawn * 4 // 5}px;max-width:{drawn * 5 // 4}px" ', 1) + "\n"
    )


def _cell(text: str) -> str:
    return escape(seen(text))


def _words(text: str) -> str:
    return "".join(f"<code>{escape(part)}</code>" if code else escape(part) for part, code in marked(seen(text)))


_STYLE: Final = f"""
:root {{
  --ink: {INK}; --muted: {MUTED}; --grid: {GRID}; --paper: {PAPER}; --link: #0058a8; --tint: #f5f7f9;
}}
* {{ box-sizing: border-box }}
html {{ scroll-behavior: smooth; -webkit-text-size-adjust: 100% }}
body {{
  margin: 0 auto; padding: 2.5rem 1.25rem 4rem; max-width: 60rem; color: var(--ink); background: var(--paper);
  font: 1rem/1.55 system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; overflow-wrap: break-word;
}}
h1 {{ font-size: 2rem; line-height: 1.2; margin: 0 0 1rem; text-wrap: balance }}
h2 {{ font-size: 1.4rem; line-height: 1.25; margin: 0 0 .75rem }}
p {{ margin: 0 0 1rem; max-width: 46rem }}
a {{ color: var(--link) }}
code {{
  font: .9em/1.4 ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace;
  padding: .1em .3em; border-radius: 4px; background: var(--tint);
}}
details {{ margin: .3rem 0; font-size: .9rem }}
summary {{ cursor: pointer; color: var(--link) }}
pre {{
  overflow-x: auto; padding: .8rem 1rem; border-radius: 6px; background: var(--tint);
  font: .82rem/1.4 ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace;
}}
section {{ margin-top: 2.25rem; padding-top: 1.75rem; border-top: 1px solid var(--grid); scroll-margin-top: 0 }}
nav {{ margin: 2rem 0 0; font-size: .94rem }}
nav h2 {{ font-size: .82rem; color: var(--muted); margin: 0 0 .4rem }}
nav ol {{ margin: 0; padding-left: 1.9rem; columns: 17rem auto }}
nav li {{ margin: .2rem 0; break-inside: avoid }}
nav a {{ text-decoration: none }}
nav a:hover {{ text-decoration: underline }}
figure {{ margin: 1.25rem 0 2rem }}
figcaption {{ margin-top: .6rem; max-width: 46rem; font-size: .9rem; line-height: 1.45; color: var(--muted) }}
figcaption b {{ color: var(--ink) }}
.scroll {{ overflow-x: auto; max-width: 100% }}
.scroll:focus-visible {{ outline: 2px solid var(--link); outline-offset: 3px }}
svg {{ display: block; width: 100%; height: auto }}
table {{
  border-collapse: separate; border-spacing: 0; font-size: .9rem; line-height: 1.35; font-variant-numeric: tabular-nums;
}}
th, td {{ padding: .42rem .8rem; text-align: left; vertical-align: top; border-bottom: 1px solid var(--grid) }}
th:first-child {{ padding-left: .2rem; position: sticky; left: 0; z-index: 1; background: var(--paper) }}
thead th {{
  font-weight: 600; vertical-align: bottom; color: var(--muted); border-bottom: 1.5px solid var(--muted);
  min-width: 4rem;
}}
tbody th {{ font-weight: 500; min-width: 7rem; max-width: 20rem }}
tbody td {{ max-width: 24rem }}
tbody td:not(.n) {{ min-width: 9rem }}
tbody tr:hover > * {{ background: var(--tint) }}
.n {{ text-align: right }}
td.n {{ white-space: nowrap }}
footer {{
  margin-top: 3rem; padding-top: 1rem; border-top: 1px solid var(--grid); font-size: .85rem; color: var(--muted);
}}
@media (min-width: 78rem) {{
  body {{ max-width: 76rem; display: grid; grid-template-columns: 14rem minmax(0, 1fr); column-gap: 3rem }}
  header, main, footer {{ grid-column: 2 }}
  nav {{
    grid-column: 1; grid-row: 1 / span 2; margin: 0; position: sticky; top: 2.5rem; align-self: start;
    max-height: calc(100vh - 5rem); overflow-y: auto;
  }}
  nav ol {{ columns: auto }}
}}
@media (max-width: 40rem) {{
  body {{ padding: 1.25rem 1rem 3rem }}
  h1 {{ font-size: 1.55rem }}
  h2 {{ font-size: 1.2rem }}
  tbody th {{ max-width: 9.5rem }}
  th, td {{ padding: .4rem .6rem }}
}}
@media screen and (prefers-color-scheme: dark) {{
  :root {{
    --ink: {DARK[INK]}; --muted: {DARK[MUTED]}; --grid: {DARK[GRID]}; --paper: {DARK[PAPER]};
    --link: #6cb2f5; --tint: #20252c;
  }}
  {dark_rules()}
}}
@media print {{
  body {{ display: block; max-width: none; padding: 0; font-size: 10pt }}
  nav {{ position: static; max-height: none; overflow: visible }}
  section {{ margin-top: 1.5rem }}
  h2 {{ break-after: avoid }}
  figure.plot, tr {{ break-inside: avoid }}
  figcaption {{ break-before: avoid }}
  .scroll {{ overflow: visible }}
  svg {{ min-width: 0 !important }}
  table {{ font-size: 8pt }}
  th, td {{ padding: .25rem .35rem }}
  td.n {{ white-space: normal }}
  thead {{ display: table-header-group }}
}}
"""
