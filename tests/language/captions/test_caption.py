"""Whole captions and captions for training."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from packetclip.language.captions import caption, said_of, training_caption, write_training_caption
from packetclip.language.captions.caption import MOST_WORDS
from tests.language.captions.rows import SCENARIOS, random_row

scenarios = pytest.mark.parametrize("name", SCENARIOS)


def test_the_caption_of_the_issue() -> None:
    text = caption(SCENARIOS["telnet logins"])
    assert (
        "The originator opened about 200 flows to one host's telnet service in the last ten seconds; almost all of "
        "them exchanged a little and ended; each sent under 100 bytes and fetched under 200 bytes on average." in text
    )


@scenarios
def test_a_caption_tells_all_sentences_in_order_or_the_most_unusual(name: str) -> None:
    values = SCENARIOS[name]
    told = said_of(values)
    assert caption(values) == " ".join(said.text for said in told)
    few = caption(values, sentences=2)
    kept = [said for said in told if said.text in few]
    assert len(kept) == min(2, len(told))
    assert min(said.weight for said in kept) >= max((s.weight for s in told if s not in kept), default=0.0)
    assert caption(values, sentences=0) == ""


@given(st.integers(0, 2**32 - 1), st.integers(0, 2**63))
def test_a_training_caption_is_short_and_made_of_the_rows_facts(row_seed: int, seed: int) -> None:
    values = random_row(row_seed)
    written = write_training_caption(values, seed)
    assert written == write_training_caption(values, seed)
    assert written.text == training_caption(values, seed)
    assert 1 <= written.text.count(". ") + 1 <= 4
    words = len(written.text.split())
    assert words <= MOST_WORDS or written.text.count(". ") == 0
    assert len(set(written.facts)) == len(written.facts)


@scenarios
def test_training_captions_vary_with_the_seed(name: str) -> None:
    texts = {training_caption(SCENARIOS[name], seed) for seed in range(60)}
    assert len(texts) >= (3 if name in ("unreadable", "another protocol") else 20)


def test_training_captions_prefer_what_is_notable() -> None:
    values = SCENARIOS["echo requests to many hosts"]
    told = [training_caption(values, seed) for seed in range(200)]
    loud = sum("new host" in text for text in told)
    plain = sum("subnet" in text for text in told)
    assert loud > 1.5 * plain > 0


def test_training_captions_leave_the_global_seed_alone() -> None:
    random.seed(1)
    before = random.getstate()
    training_caption(SCENARIOS["browsing"], 3)
    assert random.getstate() == before


def test_a_caption_does_not_change_its_row() -> None:
    values = SCENARIOS["browsing"].copy()
    caption(values)
    np.testing.assert_array_equal(values, SCENARIOS["browsing"])
