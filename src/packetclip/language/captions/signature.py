"""What a row means, coarsely: which facts hold and how large they are. Captions that mean the same share it.

Each fact has up to four levels, from what is worth saying upwards in steps of about three (of more for bytes and
packets). Windowed facts are taken over ten seconds and over ten minutes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from packetclip.language.captions.draft import NAMES, clean, row_of
from packetclip.language.captions.fact import LEVELS, Fact
from packetclip.language.captions.facts import FACTS
from packetclip.wire.context import POSITION, Context

_WINDOWS: Final = (1, 3)


class Bit(NamedTuple):
    """One column of :func:`signature_vectors`: ``fact`` holds in ``field`` and reaches ``threshold``."""

    fact: Fact
    field: str
    level: int
    """1 to 4; 1: worth saying at all."""
    threshold: float


def _bits() -> tuple[Bit, ...]:
    bits: list[Bit] = []
    for fact in FACTS:
        fields = tuple(fact.fields[w] for w in _WINDOWS) if fact.windowed else fact.fields
        levels = 1 if fact.noun == "flag" else LEVELS
        for field in fields:
            bits.extend(
                Bit(fact, field, level, fact.least * fact.step ** (level - 1)) for level in range(1, levels + 1)
            )
    return tuple(bits)


BITS: Final = _bits()
"""The columns of :func:`signature_vectors`, S in number."""

_FIELD: Final = np.array([POSITION[bit.field] for bit in BITS])
_THRESHOLD: Final = np.array([bit.threshold for bit in BITS])
_CONDITIONS: Final = tuple(
    (fact, np.array([bit.fact is fact for bit in BITS])) for fact in FACTS if fact.when is not None
)
_OF_FACT: Final = {fact.name: [i for i, bit in enumerate(BITS) if bit.fact is fact] for fact in FACTS}


def fact_signature(values: NDArray[Any]) -> frozenset[str]:
    """The facts that hold of one row with their highest level: ``{"packet_tcp:1", "orig_flows_10s:3", ...}``.

    :param values: (F,) one row of the context, natural units.
    """
    row = row_of(values)
    highest: dict[str, int] = {}
    for bit in BITS:
        if row[bit.field] >= bit.threshold and (bit.fact.when is None or bit.fact.when(row)):
            highest[bit.field] = max(bit.level, highest.get(bit.field, 0))
    return frozenset(f"{name}:{level}" for name, level in highest.items())


class _Columns(Mapping[str, Any]):
    """(N, F) values as a mapping from names to columns, for conditions over many rows at once."""

    def __init__(self, values: NDArray[np.float64]) -> None:
        self._values = values

    def __getitem__(self, name: str) -> NDArray[np.float64]:
        column: NDArray[np.float64] = self._values[:, POSITION[name]]
        return column

    def __iter__(self) -> Any:
        return iter(NAMES)

    def __len__(self) -> int:
        return len(NAMES)


def signature_vectors(context: Context | NDArray[Any]) -> NDArray[np.float32]:
    """:func:`fact_signature` of many rows as multi-hot vectors, for similarities by matrix product.

    A fact of level 3 sets its levels 1, 2 and 3, so that neighbouring magnitudes overlap.

    :param context: a context of N packets, or its (N, F) values.
    :return: (N, S) of 0 and 1, columns in the order of :data:`BITS`.
    """
    cleaned = clean(context.values if isinstance(context, Context) else context)  # (N, F)
    held = cleaned[:, _FIELD] >= _THRESHOLD  # (N, S)
    columns = _Columns(cleaned)
    for fact, mine in _CONDITIONS:
        assert fact.when is not None
        held &= ~mine | np.asarray(fact.when(columns), dtype=np.bool_)[:, None]
    return held.astype(np.float32)


def said_mask(facts: Iterable[str]) -> NDArray[np.float32]:
    """(S,) 1 at every level of the facts a caption speaks of: what it says, high or low."""
    mask = np.zeros(len(BITS), dtype=np.float32)
    for name in facts:
        mask[_OF_FACT[name]] = 1.0
    return mask


def disagreement(
    rows: NDArray[np.float32], captioned: NDArray[np.float32], said: NDArray[np.float32]
) -> NDArray[np.float32]:
    """How false each caption is of each row: the share of the levels it speaks of that differ; 0: equally true.

    Soft targets for contrastive training: a caption is no negative of a row of which it is true as well.

    :param rows: (N, S) signatures of the rows.
    :param captioned: (M, S) signatures of the rows that the captions were written for.
    :param said: (M, S) :func:`said_mask` of the captions.
    :return: (N, M) from 0 to 1.
    """
    spoken = captioned * said  # (M, S)
    # |a - b| = a + b - 2ab for bits, summed over what is said.
    differing = rows @ said.T + spoken.sum(axis=1) - 2.0 * (rows @ spoken.T)  # (N, M)
    share: NDArray[np.float32] = differing / np.maximum(said.sum(axis=1), 1.0)
    return share
