"""Text for people: addresses and ports, with everything from the wire escaped."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from packetclip.language.captions import Ends, caption, describe_flow, escape, title_of
from packetclip.language.captions.display import STATE_WORDS
from packetclip.wire.flows import CONN_STATES
from tests.language.captions.rows import SCENARIOS


@pytest.mark.parametrize(
    ("ends", "title"),
    [
        (
            Ends("10.0.0.5", 51234, "10.0.0.9", 23, 6, "SF"),
            "10.0.0.5:51234 -> 10.0.0.9:23 (TCP, telnet): established and ended",
        ),
        (Ends("2001:db8::1", 4000, "2001:db8::2", 4001, 17), "[2001:db8::1]:4000 -> [2001:db8::2]:4001 (UDP)"),
        (Ends("10.0.0.5", 8, "10.0.0.9", 0, 1), "10.0.0.5 -> 10.0.0.9 (ICMP)"),
        (Ends("10.0.0.5", 0, "10.0.0.9", 0, 0), "10.0.0.5 -> 10.0.0.9 (ARP)"),
        (Ends("10.0.0.5", 0, "10.0.0.9", 0, 99, "X\n"), "10.0.0.5 -> 10.0.0.9 (IP protocol 99): X\\x0a"),
    ],
)
def test_titles(ends: Ends, title: str) -> None:
    assert title_of(ends) == title


def test_a_flow_is_its_title_and_its_caption() -> None:
    values = SCENARIOS["telnet logins"]
    text = describe_flow(Ends("10.0.0.5", 51234, "10.0.0.9", 23, 6), values)
    title, words = text.split("\n")
    assert title == "10.0.0.5:51234 -> 10.0.0.9:23 (TCP, telnet)."
    assert words == caption(values, sentences=6)
    assert "10.0.0" not in words


def test_every_state_of_a_flow_has_words() -> None:
    assert {state for state in CONN_STATES if state} <= set(STATE_WORDS)


@given(st.text())
def test_escaped_text_prints_on_one_line(text: str) -> None:
    shown = escape(text)
    assert shown.isprintable()
    assert len(shown) <= 255 * 10 + 3


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain.example", "plain.example"),
        ("a\x1b[2J", "a\\x1b[2J"),
        ("a\u202eb", "a\\u{202e}b"),
        ("\\", "\\\\"),
        ("abc", "abc"),
    ],
)
def test_escapes(text: str, shown: str) -> None:
    assert escape(text) == shown


def test_long_text_is_cut() -> None:
    assert escape("a" * 300) == "a" * 255 + "..."
