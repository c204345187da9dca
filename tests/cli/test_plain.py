from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from packetclip.cli.plain import plain


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Port Scan", "Port Scan"),
        ("größer → 3", "größer → 3"),
        ("\x1b[31mred\x07", "\\x1b[31mred\\x07"),
        ("exe\u202egnp", "exe\\u202egnp"),
        ("two\nlines", "two\\nlines"),
    ],
)
def test_what_a_terminal_would_obey_is_escaped(text: str, shown: str) -> None:
    assert plain(text) == shown


@given(st.text())
def test_only_printable_text_comes_out(text: str) -> None:
    assert all(c.isprintable() or c.isspace() for c in plain(text))
    assert "\x1b" not in plain(text, keep="\n")
