"""Tables as Markdown, and documents that keep their words."""

from __future__ import annotations

from packetclip.benchmark import figure, fill, table


def test_a_cell_cannot_break_the_table() -> None:
    assert table(["a", "b"], [["x|y", "1\n2"], ["short"]]).splitlines() == [
        "| a | b |",
        "|---|---|",
        "| x\\|y | 1 2 |",
        "| short |  |",
    ]


def test_figures() -> None:
    assert (figure(0.5), figure(12.345, 1), figure(None)) == ("0.5000", "12.3", "–")


def test_words_stay_and_tables_change() -> None:
    text = "# T\n\nwords\n\n<!-- one -->\nold\n<!-- end -->\n\nmore words\n"
    once = fill(text, {"one": "new \\1", "two": "second"})
    assert "words" in once
    assert "old" not in once
    assert once.endswith("<!-- two -->\n\nsecond\n\n<!-- end -->\n")
    assert fill(once, {"one": "new \\1", "two": "second"}) == once
