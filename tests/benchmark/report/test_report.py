"""The report: one page, one document, and nothing that a name holds becomes markup."""

from __future__ import annotations

import os
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from packetclip.benchmark.report import Block, Document, Listing, Plot, Section, Table, Text, document, page, slug
from packetclip.benchmark.report.columns import numeric
from packetclip.benchmark.report.pictures import standalone
from tests.benchmark.report.gallery import INTRO, sections

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20" width="40" height="20"><path d="M0 0h40"/></svg>'
HOSTILE = (
    "</title></style><script>alert(1)</script><img src=x onerror=alert(1)> a|b `c` [l](http://e.vil) ![i](x) "
    "**b** _e_ ~~s~~ &lt;b&gt; $m$ \x1b[31m\u202e https://e.vil www.e.vil\n# h\n---\n<!-- "
)


def _plot(name: str, words: str = "made up") -> Plot:
    return Plot(name, SVG, f"What `{name}` shows: {words}.", f"A line, {words}")


def _report(words: str = "made up") -> tuple[str, list[Block], list[Section], str]:
    table = Table([words, "n", "words"], [[words, "1,200", words], ["short"]], f"Counts. {words}")
    return (
        f"Report {words}",
        [Text(f"{words} opens.\n\nA `code`, then more."), table],
        [
            Section("Same", [Text(words), _plot("first", words)]),
            Section("Same", [_plot("second", words), table, Listing(words, f"one\n  ```\n{words}")]),
            Section(words, []),
        ],
        f"Made of {words}.",
    )


class _Elements(HTMLParser):
    """What a browser would see: elements with their attributes, and whether each is closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.words: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in {"meta", "br"}:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def _shape(text: str) -> list[str]:
    return [tag for tag, _ in _Elements(text).elements]


def test_every_element_is_closed_and_every_link_leads_somewhere() -> None:
    seen = _Elements(page(*_report()))
    assert not seen.open
    ids = [attributes["id"] for _, attributes in seen.elements if attributes.get("id")]
    assert len(ids) == len(set(ids))
    links = [attributes["href"] for tag, attributes in seen.elements if tag == "a"]
    assert len(links) == 3 and all(link and link[1:] in ids for link in links)


def test_a_page_fetches_and_runs_nothing() -> None:
    text = page(*_report(HOSTILE))
    seen = _Elements(text)
    assert not {"script", "link", "img", "iframe", "object", "form"} & {tag for tag, _ in seen.elements}
    for tag, attributes in seen.elements:
        assert not any(name.startswith("on") or name == "src" for name in attributes), tag
        assert (attributes.get("href") or "#").startswith("#")
    style = re.search(r"<style>(.*?)</style>", text, re.DOTALL)
    assert style and "url(" not in style[1] and "@import" not in style[1]
    assert "default-src 'none'" in text


def test_hostile_words_change_no_structure_of_a_page() -> None:
    tame, wild = page(*_report()), page(*_report(HOSTILE.replace("`", "")))
    assert _shape(tame) == _shape(wild)
    assert "alert(1)" in "".join(_Elements(wild).words) and "\x1b" not in wild and "\u202e" not in wild


def test_hostile_words_change_no_structure_of_markdown() -> None:
    markdown_it = pytest.importorskip("markdown_it")
    reader = markdown_it.MarkdownIt("gfm-like", {"linkify": False, "html": True})

    def shape(text: str) -> list[str]:
        out = []
        for token in reader.parse(text):
            out.append(token.type)
            out += [child.type for child in token.children or [] if child.type not in {"text", "text_special"}]
        return out

    tame, wild = document(*_report()).text, document(*_report(HOSTILE.replace("`", ""))).text
    assert shape(wild) == shape(tame)
    odd = [token for token in shape(wild) if "html" in token or token == "fence"]
    assert odd == ["html_block", "fence", "html_block"]  # the listing's, between its fold
    rendered = reader.render(wild)
    assert "alert(1)" in rendered and "<script" not in rendered and "e.vil)" in rendered


@pytest.mark.parametrize("words", ["# h", "> q", "- item", "+ item", "= x", "12. item", "3) item", "---", "~~~", "|a|"])
def test_no_paragraph_begins_something_else(words: str) -> None:
    markdown_it = pytest.importorskip("markdown_it")
    tokens = markdown_it.MarkdownIt("gfm-like", {"linkify": False}).parse(document("t", [Text(words)], []).text)
    assert [token.type for token in tokens][3:] == ["paragraph_open", "inline", "paragraph_close"]


@pytest.mark.parametrize("words", ["http://e.vil", "HTTPS://e.vil", "www.e.vil", "ftp://e.vil", "mailto:a@e.vil"])
def test_no_name_becomes_a_link_of_githubs(words: str) -> None:
    text = document("t", [Text(f"see {words}")], []).text
    assert words not in text and words in text.replace("\\", "")


def test_code_is_marked_and_nothing_else() -> None:
    text = Text("run `make <all>` and **not** this ` one")
    assert "<p>run <code>make &lt;all&gt;</code> and **not** this ` one</p>" in page("t", [text], [])
    assert r"run `make <all>` and \*\*not\*\* this \` one" in document("t", [text], []).text


def test_numbers_stand_right() -> None:
    rows = [
        ["1", "0.91", "0.91 [0.88, 0.93]", "12 of 49", "1,234,567", "−3.2 %", "1e-5", "92,000/s", "a1", "–", "2 x 3"],
        ["2", "–", "0.91 ± 0.01", "", "7", "< 1 %", "22 GFLOPs", "1.6 M", "2", "–", "2"],
    ]
    assert numeric(rows) == [False, True, True, True, True, True, True, True, False, False, True]
    text = page("t", [Table(["name", "n"], [["a", "1"]], "c")], [])
    assert '<th scope="col" class="n">n</th>' in text and '<td class="n">1</td>' in text
    assert "| --- | ---: |" in document("t", [Table(["name", "n"], [["a", "1"]], "c")], []).text


def test_a_cell_of_many_numbers_costs_no_time() -> None:
    assert numeric([["a", "1 " * 5000 + "!"]]) == [False, False]


def test_tables_and_figures_are_counted_through() -> None:
    for text in (page(*_report()), document(*_report()).text):
        assert [f"{kind} {i}." in text for kind in ("Table", "Figure") for i in (1, 2, 3)] == [True, True, False] * 2


def test_pictures_lie_beside_the_document() -> None:
    made = document(*_report(), plots="pictures")
    assert sorted(made.plots) == ["pictures/first.svg", "pictures/second.svg"]
    assert all(f"]({path})" in made.text for path in made.plots)
    assert made.plots["pictures/first.svg"].startswith("<?xml") and "prefers-color-scheme" in standalone(SVG)


def test_a_picture_lies_on_paper_with_a_margin() -> None:
    assert 'viewBox="-10 -10 60 40" width="60" height="40"' in standalone(SVG)
    with pytest.raises(ValueError, match="neither its viewBox"):
        standalone('<svg width="3"></svg>')


def test_the_same_report_gives_the_same_bytes() -> None:
    assert page(*_report()) == page(*_report())
    assert document(*_report()) == document(*_report()) and isinstance(document(*_report()), Document)


@pytest.mark.parametrize(
    "plots",
    [
        [_plot("one"), _plot("One")],
        [_plot("a/b")],
        [_plot("")],
        [Plot("p", "<p>no picture</p>", "c", "a")],
        [Plot("p", SVG.replace("<path", "<script>1</script><path"), "c", "a")],
        [Plot("p", SVG.replace("<path", '<image href="http://e.vil/x.png"/><path'), "c", "a")],
        [Plot("p", SVG.replace("<path", '<path onclick="1"'), "c", "a")],
    ],
)
def test_what_is_no_plot_is_refused(plots: list[Plot]) -> None:
    with pytest.raises(ValueError, match=r"plot|file|alone"):
        page("t", plots, [])
    with pytest.raises(ValueError, match=r"plot|file|alone"):
        document("t", plots, [])


def test_slugs() -> None:
    assert slug("Extra trees / a5, c5") == "extra-trees-a5-c5" and slug("…") == "unnamed"


def test_the_gallery_is_a_page() -> None:
    from packetclip.benchmark.report.html import page as html

    pytest.importorskip("matplotlib")
    from tests.benchmark.plots.made_up import plots

    seen = _Elements(html("gallery", INTRO, sections(plots())))
    ids = [attributes["id"] for _, attributes in seen.elements if attributes.get("id")]
    assert not seen.open and len(ids) == len(set(ids))


@pytest.mark.parametrize("name", ["report.html", "report.md"])
def test_golden_report(root: Path, name: str) -> None:
    path = root / "tests" / "golden" / name
    text = page(*_report("<tame>")) if name.endswith("html") else document(*_report("<tame>")).text
    text = re.sub(r"<style>.*?</style>", "<style></style>", text, flags=re.DOTALL)
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_text(text, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == text
