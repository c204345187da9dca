"""Our word pieces are those of the published tokenizer."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from packetclip.errors import ModelError
from packetclip.language.text import BUNDLED, LONGEST, WordPiece

PIECES = WordPiece.load(BUNDLED / "vocab.txt")


def test_a_sentence_by_hand() -> None:
    lines = (BUNDLED / "vocab.txt").read_text(encoding="utf-8").split("\n")
    numbers = PIECES.numbers("Telnet's flows: 212!", 64)
    assert [lines[number] for number in numbers] == [
        "[CLS]", "tel", "##net", "'", "s", "flows", ":", "212", "!", "[SEP]",
    ]  # fmt: skip


def test_long_sentences_are_cut_and_still_end() -> None:
    numbers = PIECES.numbers("packet " * 500, LONGEST)
    assert len(numbers) == LONGEST
    assert numbers[-1] == PIECES.numbers("", LONGEST)[-1]


def test_rows_are_padded_with_zero() -> None:
    batch = PIECES.batch(["one", "one two three"], LONGEST)
    assert batch.shape == (2, 5)
    assert batch[0, 3:].tolist() == [0, 0]


# Scripts whose characters have not changed between the versions of Unicode that Python and the tokenizer carry.
OLD = st.one_of(st.characters(max_codepoint=0x5FF), st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5))


@given(st.text(OLD, max_size=80).filter(lambda sentence: "[" not in sentence))
def test_equals_the_published_tokenizer(sentence: str) -> None:
    tokenizers = pytest.importorskip("tokenizers")
    published = tokenizers.BertWordPieceTokenizer(str(BUNDLED / "vocab.txt"), lowercase=True)
    published.enable_truncation(LONGEST)
    assert PIECES.numbers(sentence, LONGEST) == published.encode(sentence).ids


def test_a_foreign_vocabulary_says_what_it_lacks() -> None:
    with pytest.raises(ModelError, match=r"lacks \[UNK\], \[CLS\], \[SEP\]"):
        WordPiece(["[PAD]", "a"])


def test_text_cannot_smuggle_in_a_marker() -> None:
    assert PIECES.numbers("[SEP]", 64) != PIECES.numbers("", 64)
    assert PIECES.numbers("[SEP]", 64).count(PIECES.numbers("", 64)[-1]) == 1
