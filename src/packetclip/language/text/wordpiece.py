"""Sentences to word-piece numbers, as BERT's uncased vocabulary wants them."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from packetclip.errors import ModelError

PAD: Final = 0
_LONGEST_WORD: Final = 100
"""Characters; a longer word becomes one unknown piece, so that hostile text costs no quadratic search."""
_IDEOGRAPHS: Final = (
    (0x4E00, 0x9FFF),
    (0x3400, 0x4DBF),
    (0x20000, 0x2A6DF),
    (0x2A700, 0x2B73F),
    (0x2B740, 0x2B81F),
    (0x2B920, 0x2CEAF),  # the published range, gap included: the weights were trained with it
    (0xF900, 0xFAFF),
    (0x2F800, 0x2FA1F),
)


class WordPiece:
    """A vocabulary and the greedy longest-match-first split of words into its pieces.

    Source: Wu et al. 2016 (arXiv 1609.08144), as used by BERT (Devlin et al. 2019), uncased.
    """

    def __init__(self, pieces: Sequence[str]) -> None:
        self._number = {piece: number for number, piece in enumerate(pieces)}
        missing = [piece for piece in ("[PAD]", "[UNK]", "[CLS]", "[SEP]") if piece not in self._number]
        if missing or self._number["[PAD]"] != PAD:
            raise ModelError(
                f"The vocabulary of {len(pieces):,} pieces lacks {', '.join(missing) or '[PAD] on its first line'}. "
                "It is not BERT's; take vocab.txt from the folder that the text tower came with."
            )
        self._unknown = self._number["[UNK]"]
        self._first = self._number["[CLS]"]
        self._last = self._number["[SEP]"]
        self._words: dict[str, tuple[int, ...]] = {}

    @classmethod
    def load(cls, path: Path) -> WordPiece:
        """Read ``vocab.txt``: one piece a line, its number the line's. Raises ModelError when it cannot be read."""
        try:
            lines = path.read_text(encoding="utf-8").split("\n")
        except (OSError, UnicodeDecodeError) as error:
            raise ModelError(
                f"The vocabulary {path} cannot be read: {error}. Restore the text tower's folder."
            ) from error
        return cls(lines[:-1] if lines[-1] == "" else lines)

    def __len__(self) -> int:
        return len(self._number)

    def numbers(self, sentence: str, longest: int) -> list[int]:
        """Piece numbers of one sentence, [CLS] and [SEP] included, at most ``longest`` of them."""
        numbers = [self._first]
        for word in _words(sentence):
            numbers.extend(self._pieces(word))
            if len(numbers) >= longest:
                break
        return [*numbers[: longest - 1], self._last]

    def batch(self, sentences: Sequence[str], longest: int) -> NDArray[np.int64]:
        """(n, t) piece numbers, rows padded with 0 to the longest sentence."""
        rows = [self.numbers(sentence, longest) for sentence in sentences]
        padded = np.full((len(rows), max(map(len, rows), default=0)), PAD, dtype=np.int64)
        for row, numbers in zip(padded, rows, strict=True):
            row[: len(numbers)] = numbers
        return padded

    def _pieces(self, word: str) -> tuple[int, ...]:
        known = self._words.get(word)
        if known is None:
            known = self._split(word)
            if len(self._words) < 100_000:  # bounded: sentences may come from anyone
                self._words[word] = known
        return known

    def _split(self, word: str) -> tuple[int, ...]:
        if len(word) > _LONGEST_WORD:
            return (self._unknown,)
        pieces: list[int] = []
        start = 0
        while start < len(word):
            mark = "##" if start else ""
            for end in range(len(word), start, -1):
                number = self._number.get(mark + word[start:end])
                if number is not None:
                    pieces.append(number)
                    start = end
                    break
            else:
                return (self._unknown,)
        return tuple(pieces)


def _words(sentence: str) -> list[str]:
    """Lower-case words and single punctuation marks, accents and control characters removed."""
    spaced = []
    for character in sentence:
        code = ord(character)
        if character in "\t\n\r":
            spaced.append(" ")
        elif code in (0, 0xFFFD) or unicodedata.category(character) in ("Cc", "Cf", "Co", "Cs"):
            continue
        elif any(low <= code <= high for low, high in _IDEOGRAPHS):
            spaced.append(f" {character} ")
        else:
            spaced.append(character)
    plain = "".join(c for c in unicodedata.normalize("NFD", "".join(spaced)) if unicodedata.category(c) != "Mn")
    words = []
    for word in plain.lower().split():
        start = 0
        for position, character in enumerate(word):
            if _is_punctuation(character):
                if position > start:
                    words.append(word[start:position])
                words.append(character)
                start = position + 1
        if start < len(word):
            words.append(word[start:])
    return words


def _is_punctuation(character: str) -> bool:
    # BERT counts every ASCII sign as punctuation, also those that Unicode calls symbols ("$", "+", "<", "^", "`", "|").
    code = ord(character)
    if 33 <= code <= 47 or 58 <= code <= 64 or 91 <= code <= 96 or 123 <= code <= 126:
        return True
    return unicodedata.category(character).startswith("P")
