"""A sentence is encoded once, and a warm cache says what a cold one said."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from packetclip.language.text import VectorCache


class Counting:
    def __init__(self) -> None:
        self.seen: list[str] = []

    def __call__(self, sentences: Sequence[str]) -> NDArray[np.float32]:
        self.seen.extend(sentences)
        vectors = np.array([[len(s), s.count("a"), 1.0] for s in sentences], dtype=np.float32)
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def test_each_sentence_once_in_order(tmp_path: Path) -> None:
    encode = Counting()
    cache = VectorCache(tmp_path / "v.npz", "toy")
    first = cache.encode(["aa", "b", "aa"], encode)
    assert encode.seen == ["aa", "b"]
    np.testing.assert_array_equal(first[0], first[2])
    cache.save()
    again = VectorCache(tmp_path / "v.npz", "toy")
    assert len(again) == 2
    np.testing.assert_array_equal(again.encode(["b", "aa"], encode), first[[1, 0]])
    assert encode.seen == ["aa", "b"]


def test_encoders_do_not_share(tmp_path: Path) -> None:
    encode = Counting()
    cache = VectorCache(tmp_path / "v.npz", "toy")
    cache.encode(["a"], encode)
    cache.save()
    VectorCache(tmp_path / "v.npz", "other").encode(["a"], encode)
    assert encode.seen == ["a", "a"]


def test_a_damaged_file_counts_as_empty(tmp_path: Path) -> None:
    (tmp_path / "v.npz").write_bytes(b"PK\x03\x04 cut short")
    assert len(VectorCache(tmp_path / "v.npz", "toy")) == 0


def test_no_sentences(tmp_path: Path) -> None:
    cache = VectorCache(tmp_path / "v.npz", "toy")
    assert len(cache.encode([], Counting())) == 0
    cache.save()
