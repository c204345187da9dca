"""The corpus: rare behaviour is drawn, captions stay within their budget, the same inputs give the same pairs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from packetclip.errors import RecipeError
from packetclip.learning.contrastive import CorpusConfig, Group, build_pairs
from packetclip.learning.contrastive.corpus import _within_budget
from packetclip.learning.contrastive.sampling import fill_evenly, ranked_rows

COLUMNS = ("fields", "bytes", "caption", "vectors", "signature", "said", "group")


class Toy:
    """Any sentence to a unit vector."""

    name = "toy"

    def encode(self, sentences: Sequence[str]) -> NDArray[np.float32]:
        vectors = np.array([[len(s), s.count("e"), 1.0] for s in sentences], np.float32)
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def test_rare_behaviour_is_drawn() -> None:
    signature = np.zeros((1000, 8), np.uint8)
    signature[:5, 0] = 1
    draws = [ranked_rows(signature, 20, 1.0, np.random.default_rng(seed)) for seed in range(30)]
    rare = np.mean([(chosen < 5).mean() for chosen in draws])
    assert rare > 0.15  # of 0.25 at most, where an even draw has 0.005
    plain = np.mean([(ranked_rows(signature, 20, 0.0, np.random.default_rng(s)) < 5).mean() for s in range(30)])
    assert plain < 0.03


@given(st.lists(st.integers(0, 50), max_size=8), st.integers(0, 200))
def test_quotas_fill(available: list[int], total: int) -> None:
    taken = fill_evenly(available, total)
    assert sum(taken) == min(sum(available), total)
    assert all(0 <= took <= there for took, there in zip(taken, available, strict=True))
    unmet = [took for took, there in zip(taken, available, strict=True) if took < there]
    assert not unmet or max(unmet) >= max(taken) - 1


def test_past_the_budget_captions_are_borrowed() -> None:
    signature = np.array([[0, 1]] * 3 + [[1, 0]], np.uint8)
    texts = [("a",), ("b",), ("c",), ("d",)]
    kept, caption, words = _within_budget(signature, texts, most=2)
    assert len(words) == 2
    assert len(kept) == len(caption) >= 2
    for row, numbers in zip(kept, caption, strict=True):
        lender = texts.index((words[numbers[0]],))
        assert signature[lender].tolist() == signature[row].tolist()


def test_pairs_of_a_capture(tmp_path: Path, shared: Path) -> None:
    group = Group((shared / "apps" / "ndpi" / "443-curl.pcap", shared / "apps" / "ndpi" / "443-git.pcap"))
    config = CorpusConfig(pairs=60, captions=2)
    one = build_pairs([group], config, Toy(), tmp_path / "a.npz")
    two = build_pairs([group], config, Toy(), tmp_path / "a.npz")
    assert len(one) == 60
    assert one.caption.shape == (60, 2)
    assert len(np.unique(one.group)) > 1
    for name in COLUMNS:
        np.testing.assert_array_equal(getattr(one, name), getattr(two, name))


def test_no_captures(tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match="names no captures"):
        build_pairs([], CorpusConfig(), Toy(), tmp_path / "a.npz")
