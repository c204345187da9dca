"""Sentences that fit flow records: there are no packets to embed, so a record's own description stands for it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from packetclip.detection.tables import Column, Table, seconds
from packetclip.language.captions import record_caption
from packetclip.model import Model
from packetclip.wire.packets import format_addresses
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
    scaled = model.concepts.logit_scale * cosine
    chance = np.exp(scaled - scaled.max(axis=1, initial=-1e9, keepdims=True))
    chance /= chance.sum(axis=1, keepdims=True)
    columns = record_columns(table)
    columns["best"] = chance.argmax(axis=1) if len(chance) else np.zeros(0, np.int64)
    columns |= {f"p{s}": chance[:, s].astype(np.float32) for s in range(len(wanted))}
    columns |= {f"c{s}": cosine[:, s].astype(np.float32) for s in range(len(wanted))}
    return Table(columns)


def record_columns(table: RecordTable) -> dict[str, Column]:
    """The columns that flows of packets have; -1 and empty text stand for what a record does not hold."""
    return {
        "flow": table["flow"],
        "first": seconds(table["first_ns"]),
        "last": seconds(table["last_ns"]),
        "originator": format_addresses(table["orig_hi"], table["orig_lo"]),
        "originator_port": table["orig_port"],
        "target": format_addresses(table["resp_hi"], table["resp_lo"]),
        "target_port": table["resp_port"],
        "protocol": table["protocol"],
        "community_id": table.community_ids(),
        "packets": table.packets(),
        "orig_bytes": table["orig_bytes"],
        "resp_bytes": table["resp_bytes"],
        "conn_state": table.conn_states(),
    }
