"""A picture as matplotlib writes it, made small, self-contained and fit to stand beside others in one page."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Iterator
from typing import Any, Final
from xml.etree import ElementTree

__all__ = ["FONTS", "tidy"]

FONTS: Final = "system-ui, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, 'DejaVu Sans', sans-serif"
_SPACE: Final = "{http://www.w3.org/2000/svg}"
_LINK: Final = "{http://www.w3.org/1999/xlink}href"
_NUMBER: Final = re.compile(r"-?\d*\.\d+(?:e-?\d+)?")
_KEPT: Final = {"d", "x", "y", "width", "height", "transform", "clip-path", "id", "points"}
# Widths are measured in the widest of common fonts, so that no text leaves its place whatever the reader has.
_DROPPED: Final = {"font-family", "font-style"}
_DEFAULT: Final = {("stroke-dashoffset", "0"), ("stroke-linejoin", "round"), ("stroke-linecap", "butt")}


def tidy(svg: str, name: str, alt: str, colours: int = 40) -> str:
    """One SVG element without prologue, metadata or anything outside itself.

    Styles become attributes, which a page's style sheet may overrule; identifiers that something refers to get
    ``name`` before them; images are reduced to ``colours``.
    """
    root = ElementTree.fromstring(svg.encode())
    width, height = (root.get("viewBox") or "0 0 0 0").split()[2:]
    out = ElementTree.Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "viewBox": f"0 0 {_short(width)} {_short(height)}",
            "width": _short(width),
            "height": _short(height),
            "role": "img",
            "aria-label": alt,
            "font-family": FONTS,
            "stroke-linejoin": "round",
        },
    )
    out.extend(_children(root, name, _referred(root), colours))
    return ElementTree.tostring(out, encoding="unicode")


def _referred(root: ElementTree.Element) -> set[str]:
    links = " ".join(value for item in root.iter() for value in item.attrib.values())
    return {*re.findall(r"url\(#([^)]+)\)", links), *(v[1:] for i in root.iter() if (v := i.get(_LINK, ""))[:1] == "#")}


def _children(parent: ElementTree.Element, name: str, kept: set[str], colours: int) -> Iterator[ElementTree.Element]:
    for item in parent:
        tag = str(item.tag).removeprefix(_SPACE)
        if tag in {"metadata", "style"}:
            continue
        attributes = dict(_attributes(item, name, kept, colours))
        if str(parent.tag) == f"{_SPACE}defs" and tag == "path":  # each use says its colours, where style sheets reach
            attributes = {key: value for key, value in attributes.items() if key not in {"fill", "stroke"}}
        inside = list(_children(item, name, kept, colours))
        if tag in {"g", "defs"} and not attributes and (tag == "g" or not inside):
            yield from inside
            continue
        out = ElementTree.Element(tag, attributes)
        out.text = item.text if tag == "text" else None
        out.extend(inside)
        yield out


def _attributes(item: ElementTree.Element, name: str, kept: set[str], colours: int) -> Iterator[tuple[str, str]]:
    for key, value in item.attrib.items():
        if key == "style":
            for part in filter(None, map(str.strip, value.split(";"))):
                what, how = map(str.strip, part.split(":", 1))
                if what not in _DROPPED and (what, how) not in _DEFAULT:
                    yield what, _rounded(how.removesuffix("px")) if "#" not in how else how
        elif key == _LINK:
            yield "href", f"#{name}-{value[1:]}" if value.startswith("#") else _smaller(value, colours)
        elif key == "id":
            if value in kept:
                yield key, f"{name}-{value}"
        elif key == "clip-path":
            yield key, value.replace("url(#", f"url(#{name}-")
        elif key == "transform" and value.startswith("rotate(-0 "):
            continue
        elif key in _KEPT:
            yield key, _path(value) if key == "d" else _rounded(value) if "scale" not in value else value


def _short(number: str) -> str:
    return f"{float(number):.1f}".removesuffix(".0")


def _rounded(text: str, digits: int = 2) -> str:
    return _NUMBER.sub(lambda found: f"{float(found[0]):.{digits}f}".rstrip("0").rstrip(".") or "0", text)


def _path(text: str) -> str:
    """Moves and lines to a tenth of a point, without spaces that carry nothing."""
    digits = 1 if len(text) > 600 else 2  # markers and ticks are small and seen many times
    return re.sub(r"\s*([A-Za-z])\s*", r"\1", _rounded(text, digits)).strip()


def _smaller(link: str, colours: int) -> str:
    from PIL import Image

    picture: Any = Image.open(io.BytesIO(base64.b64decode(link.partition(",")[2])))
    out = io.BytesIO()
    picture.convert("RGBA").quantize(colours, Image.Quantize.FASTOCTREE).save(out, "PNG", optimize=True)
    return f"data:image/png;base64,{base64.b64encode(out.getvalue()).decode()}"
