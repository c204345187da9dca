"""Captions: a row of the context described in full, or in a few sentences for training."""

from __future__ import annotations

import random
from typing import Any, Final, NamedTuple

from numpy.typing import NDArray

from packetclip.language.captions.draft import Said, row_of
from packetclip.language.captions.sentences import sentences as all_sentences

MOST_WORDS: Final = 60
"""A training caption's length; some 100 word pieces, well within what sentence encoders take."""

_COUNTS: Final = (1, 2, 2, 3, 3, 4)
"""How many sentences a training caption has, each equally likely."""

_FLOOR: Final = 0.35
"""Weight of a sentence about everyday facts; notable ones add their own."""


class Caption(NamedTuple):
    """A text, and the facts it speaks of."""

    text: str
    facts: tuple[str, ...]


def said_of(values: NDArray[Any], variant: int = 0) -> list[Said]:
    """Every sentence worth saying of one row, with its numbers and where they come from, in reading order.

    :param values: (F,) one row of the context, natural units.
    :param variant: which wording; 0 is the plain one.
    """
    return all_sentences(row_of(values), variant)


def caption(values: NDArray[Any], variant: int = 0, sentences: int | None = None) -> str:
    """The description of one packet in its flow and its hosts' recent life.

    :param values: (F,) one row of the context, natural units.
    :param variant: which wording; 0 is the plain one.
    :param sentences: at most so many, the most unusual ones, still in reading order; None for all.
    """
    return " ".join(sentence.text for sentence in most_unusual(said_of(values, variant), sentences))


def most_unusual(said: list[Said], sentences: int | None) -> list[Said]:
    """At most so many of ``said``, the most unusual ones, in their order; all of them for None."""
    if sentences is None or sentences >= len(said):
        return said
    ranked = sorted(range(len(said)), key=lambda i: (-said[i].weight, i))
    return [said[i] for i in sorted(ranked[:sentences])]


def write_training_caption(values: NDArray[Any], seed: int) -> Caption:
    """One to four sentences of varied wording, drawn with a preference for notable facts.

    The same values and seed give the same caption on every machine.

    :param values: (F,) one row of the context, natural units.
    """
    draw = random.Random(seed).random
    said = said_of(values, 1024 + int(draw() * (1 << 22)))
    count = _COUNTS[int(draw() * len(_COUNTS))]
    # Weighted draw without replacement: the largest u ** (1 / weight) win (Efraimidis and Spirakis, 2006).
    ranked = sorted(
        range(len(said)), key=[draw() ** (1.0 / (_FLOOR + s.weight)) for s in said].__getitem__, reverse=True
    )
    chosen: list[int] = []
    words = 0
    for i in ranked[:count]:
        length = said[i].text.count(" ") + 1
        if not chosen or words + length <= MOST_WORDS:
            chosen.append(i)
            words += length
    chosen.sort()
    facts = dict.fromkeys(fact for i in chosen for fact in said[i].facts)
    return Caption(" ".join(said[i].text for i in chosen), tuple(facts))


def training_caption(values: NDArray[Any], seed: int) -> str:
    """The text of :func:`write_training_caption`."""
    return write_training_caption(values, seed).text
