"""Sentences that fit flow records: there are no packets to embed, so a record's own description stands for it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from packetclip.detection.comparison import compared
from packetclip.detection.tables import Table
from packetclip.language.captions import record_caption
from packetclip.model import Model
from packetclip.wire.records import RecordTable, facts

SENTENCES: Final = 6
"""Sentences of a description that are compared."""
WORDING: Final = 256
"""The variant that tells counts by their magnitude: as good to compare, and half as many texts to encode."""

_TOGETHER: Final = 4096


def classify_records(
    model: Model,
    table: RecordTable,
    sentences: Sequence[str],
    encode: Callable[[Sequence[str]], NDArray[np.float32]],
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Table:
    """As :func:`~packetclip.detection.classify`, a row a flow, but with text on both sides.

    The description of a record (its most unusual sentences) and each sentence asked meet in the joint space, both
    through the text's projection; ``p0``, ... are the softmax over their cosines with the learned temperature.
    """
    wanted = model.concepts.project(encode(list(sentences)))  # (S, D)
    captions = [record_caption(known, WORDING, SENTENCES) for known in facts(table)]
    texts = list(dict.fromkeys(captions))  # many records are told alike
    of_text = np.zeros((len(texts), len(wanted)), np.float32)  # (texts, S)
    for at in range(0, len(texts), _TOGETHER):
        part = texts[at : at + _TOGETHER]
        of_text[at : at + len(part)] = model.concepts.project(encode(part)) @ wanted.T
        progress(at + len(part), len(texts))
    position = {text: i for i, text in enumerate(texts)}
    cosine = of_text[[position[text] for text in captions]] if captions else of_text  # (N, S)
    return compared(table, cosine, model.concepts.logit_scale)
