"""Plots on their way into a page or a file of their own."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from packetclip.benchmark.report.blocks import Block, Plot
from packetclip.benchmark.report.colours import PAPER, dark_rules

__all__ = ["check", "standalone", "width"]

_MARGIN: Final = 10
# A plot is the one thing that a page takes as it is: what could act or fetch is refused.
_ACTIVE: Final = re.compile(r"<\s*(?:script|foreignobject|iframe|use[^>]+href=\"[^#])|\son\w+\s*=", re.IGNORECASE)
_OUTSIDE: Final = re.compile(r"(?:href|src)\s*=\s*[\"'](?!#|data:image/png)|url\((?!#)", re.IGNORECASE)


def check(blocks: Iterable[Block]) -> None:
    """Raises ValueError for a plot that is none, fetches or acts, or has another's name."""
    names: set[str] = set()
    for plot in (block for block in blocks if isinstance(block, Plot)):
        if not re.fullmatch(r"[A-Za-z0-9-]+", plot.name):
            raise ValueError(f"{plot.name!r} names no file: letters, digits and hyphens; slug() makes such names")
        if plot.name.lower() in names:
            raise ValueError(f"two plots are named {plot.name!r}: their files would be one")
        if not plot.svg.startswith("<svg") or _ACTIVE.search(plot.svg) or _OUTSIDE.search(_untitled(plot.svg)):
            raise ValueError(f"{plot.name} is no SVG element that stands alone")
        names.add(plot.name.lower())


def _untitled(svg: str) -> str:
    """Without words, which may say anything."""
    return re.sub(r'aria-label="[^"]*"|>[^<]+<', "", svg)


def width(svg: str) -> int:
    """Of a plot as it was drawn, in pixels; 640 where it does not say."""
    found = re.match(r'<svg[^>]*?\swidth="(\d+)', svg)
    return int(found[1]) if found else 640


def standalone(svg: str) -> str:
    """A file for an image's place, on paper of its own, light or dark as the reader's system is."""
    head, rest = svg.split(">", 1)
    size = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)" width="[\d.]+" height="[\d.]+"', head)
    if size is None:
        raise ValueError("a plot says neither its viewBox nor its width and height")
    wide, high = (float(side) + 2 * _MARGIN for side in size.groups())
    box = f'viewBox="-{_MARGIN} -{_MARGIN} {wide:g} {high:g}" width="{wide:g}" height="{high:g}"'
    style = f"<style>@media (prefers-color-scheme: dark){{{dark_rules()}}}</style>"
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n{head.replace(size[0], box)}>{style}'
        f'<rect x="-{_MARGIN}" y="-{_MARGIN}" width="100%" height="100%" rx="4" fill="{PAPER}"/>{rest}\n'
    )
