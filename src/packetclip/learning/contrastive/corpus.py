"""The pairs that pre-training learns from: packets of captures, and captions made of their own facts.

No label is read anywhere on this way. Captures are followed from their first packet to their last, as in detection;
then some packets of each are drawn, captioned, and the captions encoded once by the frozen text encoder.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from packetclip.errors import RecipeError
from packetclip.language.captions import BITS, said_mask, signature_vectors, write_training_caption
from packetclip.language.text import VectorCache
from packetclip.learning.contrastive.dataset import Pairs
from packetclip.learning.contrastive.pretrain import Progress, silent
from packetclip.learning.contrastive.sampling import fill_evenly, ranked_rows
from packetclip.wire import capture
from packetclip.wire.context import FIELDS, ContextTracker
from packetclip.wire.flows import FlowTracker
from packetclip.wire.packets import dissect, masked_bytes

_SPARE = 3
"""Candidates kept of each capture, as a multiple of its even share: small captures leave room to larger ones."""
_CHUNK = 2048
"""Sentences encoded between two reports of progress."""


class TextEncoder(Protocol):
    """A frozen sentence encoder: a ``Teacher``, or anything like it."""

    name: str

    def encode(self, sentences: Sequence[str]) -> NDArray[np.float32]:
        """(n, D) unit vectors."""


@dataclass(frozen=True, slots=True)
class CorpusConfig:
    """How many pairs are made, and how."""

    pairs: int = 80_000
    captions: int = 1
    """K, captions a packet."""
    most_captions: int = 50_000
    """Different captions that are encoded, which is what takes time; packets beyond borrow a caption that is true of
    them, and are left out where there is none."""
    balance: float = 0.75
    """0 draws packets as the traffic comes, 1 every kind of behaviour equally often."""
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Group:
    """Captures that share a part of the corpus."""

    files: tuple[Path, ...]
    share: float = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class _Rows:
    """Some packets of one or more captures."""

    fields: NDArray[np.float32]
    bytes: NDArray[np.uint8]
    signature: NDArray[np.uint8]
    group: NDArray[np.int64]

    def first(self, rows: int) -> _Rows:
        return _Rows(self.fields[:rows], self.bytes[:rows], self.signature[:rows], self.group[:rows])


def build_pairs(
    groups: Sequence[Group],
    config: CorpusConfig,
    encoder: TextEncoder,
    cache: Path,
    progress: Progress = silent,
) -> Pairs:
    """Read captures and make pairs; the same captures, config and encoder give the same pairs.

    :param cache: file that text vectors are kept in, so that a resumed run need not encode again.

    Raises CaptureError for a source that cannot be read, RecipeError when nothing is left to learn from.
    """
    rows = _gather(groups, config, progress)
    texts, said = _describe(rows, config, progress)
    kept, caption, words = _within_budget(rows.signature, texts, config.most_captions)
    if len(kept) == 0:
        raise RecipeError("No packet of the recipe's captures can be captioned. Name other captures.")
    return Pairs(
        rows.fields[kept],
        rows.bytes[kept],
        caption,
        _encode(words, encoder, cache, progress),
        rows.signature[kept],
        np.stack([said[text] for text in words])[caption],
        rows.group[kept],
    )


def _gather(groups: Sequence[Group], config: CorpusConfig, progress: Progress) -> _Rows:
    whole = sum(group.share for group in groups)
    count, total = 0, sum(len(group.files) for group in groups)
    taken: list[_Rows] = []
    for group in groups:
        pairs = round(config.pairs * group.share / whole)
        candidates: list[_Rows] = []
        for file in group.files:
            most = max(1, -(-pairs // len(group.files))) * _SPARE
            candidates.append(_read(file, count, most, config))
            count += 1
            progress("Reading captures", count, total)
        quotas = fill_evenly([len(rows.fields) for rows in candidates], pairs)
        taken.extend(rows.first(quota) for rows, quota in zip(candidates, quotas, strict=True))
    if not taken:
        raise RecipeError("The recipe names no captures: add a [[captures]] entry with a path.")
    return _Rows(*(np.concatenate([getattr(rows, name) for rows in taken]) for name in _Rows.__slots__))


def _read(file: Path, number: int, most: int, config: CorpusConfig) -> _Rows:
    """At most ``most`` packets of a capture in the order of a weighted draw."""
    tracker, behaviour = FlowTracker(), ContextTracker()
    parts: list[tuple[NDArray[Any], ...]] = []
    for frames in capture.read(file):
        packets = dissect(frames)
        steps = tracker.update(packets)
        fields = behaviour.update(packets, steps).values
        good = np.flatnonzero(packets["dropped"] == 0)
        signature = signature_vectors(fields[good]).astype(np.uint8)
        group = (number << 40) + (steps["flow"][good] & ((1 << 40) - 1))  # packets outside flows are one group
        parts.append((fields[good], masked_bytes(packets)[good], signature, group))
    if not parts:
        parts.append(_nothing())
    whole = _Rows(*(np.concatenate(column) for column in zip(*parts, strict=True)))
    chosen = ranked_rows(whole.signature, most, config.balance, np.random.default_rng([config.seed, 3, number]))
    return _Rows(whole.fields[chosen], whole.bytes[chosen], whole.signature[chosen], whole.group[chosen])


def _nothing() -> tuple[NDArray[Any], ...]:
    return (
        np.zeros((0, len(FIELDS)), np.float32),
        np.zeros((0, 64), np.uint8),
        np.zeros((0, len(BITS)), np.uint8),
        np.zeros(0, np.int64),
    )


def _describe(
    rows: _Rows, config: CorpusConfig, progress: Progress
) -> tuple[list[tuple[str, ...]], dict[str, NDArray[np.uint8]]]:
    """The captions of each packet, and the signature bits that each different text speaks of."""
    texts: list[tuple[str, ...]] = []
    said: dict[str, NDArray[np.uint8]] = {}
    for i, values in enumerate(rows.fields):
        told = [
            write_training_caption(values, (config.seed << 40) + i * config.captions + k)
            for k in range(config.captions)
        ]
        texts.append(tuple(one.text for one in told))
        for one in told:
            if one.text not in said:
                said[one.text] = said_mask(one.facts).astype(np.uint8)
        if i % 1000 == 999 or i + 1 == len(rows.fields):
            progress("Writing captions", i + 1, len(rows.fields))
    return texts, said


def _within_budget(
    signature: NDArray[np.uint8], texts: Sequence[tuple[str, ...]], most: int
) -> tuple[NDArray[np.int64], NDArray[np.int32], list[str]]:
    """Packets that keep a caption, (n, K) numbers of their captions, and the texts by number.

    Past ``most`` texts a packet borrows those of one with the same signature, of which they are as true.
    """
    number: dict[str, int] = {}
    lender: dict[bytes, tuple[int, ...]] = {}
    kept: list[int] = []
    caption: list[tuple[int, ...]] = []
    keys = np.packbits(signature, axis=1)
    # Packets stand capture by capture: taken in that order, the budget would end before the last ones.
    for i in np.random.default_rng(0).permutation(len(texts)).tolist():
        new = {text for text in texts[i] if text not in number}
        key = keys[i].tobytes()
        if len(number) + len(new) <= most:
            mine = tuple(number.setdefault(text, len(number)) for text in texts[i])
            lender.setdefault(key, mine)
        elif key in lender:
            mine = lender[key]
        else:
            continue
        kept.append(i)
        caption.append(mine)
    order = np.argsort(np.array(kept, np.int64), kind="stable")
    return np.array(kept, np.int64)[order], np.array(caption, np.int32)[order], list(number)


def _encode(words: Sequence[str], encoder: TextEncoder, path: Path, progress: Progress) -> NDArray[np.float32]:
    """(C, D) vectors of the texts, in their order; sentences of like length are encoded together."""
    cache = VectorCache(path, encoder.name)
    order = sorted(range(len(words)), key=lambda i: len(words[i]))
    parts: list[NDArray[np.float32]] = []
    saved = len(cache)
    for start in range(0, len(order), _CHUNK):
        parts.append(cache.encode([words[i] for i in order[start : start + _CHUNK]], encoder.encode))
        end = min(start + _CHUNK, len(order))
        if len(cache) - saved >= 4 * _CHUNK or (end == len(order) and len(cache) > saved):
            cache.save()
            saved = len(cache)
        progress("Encoding captions", end, len(order))
    vectors = np.concatenate(parts)
    back = np.empty_like(vectors)
    back[order] = vectors
    return back
