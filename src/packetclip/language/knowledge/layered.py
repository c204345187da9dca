"""All missions packed into dense arrays, so that one batched product a level serves every graph at once.

Letters: M missions; L levels of concepts; n_k nodes of the widest mission at level k (n_0 = 1, the sensor; n_{L+1} = 1,
the encoding node); C key concepts and P predicates of all missions, each end to end in the order of the missions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from packetclip.language.knowledge.schema import KEY_LEVEL, Concept, Mission


@dataclass(frozen=True, slots=True, eq=False)
class Level:
    """The nodes of one level of all missions; a mission with fewer nodes is padded."""

    ids: tuple[tuple[str, ...], ...]
    """Per mission the ids of its nodes, in the order of the columns, without padding."""
    text: NDArray[np.int64]
    """(M, n_k) position of each node's text in :attr:`Layered.texts`; -1 for padding."""
    present: NDArray[np.bool_]
    """(M, n_k) False for padding."""
    adjacency: NDArray[np.float32]
    """(M, n_k, n_{k-1}) 1 where the node (row) reads the node of the level below (column), else 0."""
    any_of: NDArray[np.bool_]
    """(M, n_k) True where one source suffices; False where all must hold."""


@dataclass(frozen=True, slots=True, eq=False)
class Facts:
    """Every predicate of every key concept, sorted by key concept; what a graph needs to check them by itself."""

    concept: NDArray[np.int64]
    """(P,) the key concept, 0 to C - 1; not falling, and every concept occurs."""
    column: NDArray[np.int64]
    """(P,) column of the context."""
    log: NDArray[np.bool_]
    """(P,) whether to compare log(x + :data:`predicate.LOG_OFFSET`) instead of x."""
    threshold: NDArray[np.float32]
    """(P,) in the field's unit."""
    slope: NDArray[np.float32]
    """(P,) steepness of the sigmoid."""
    sign: NDArray[np.float32]
    """(P,) 1 for >=, -1 for <=."""
    text: tuple[str, ...]
    """(P,) the predicate as it is written."""
    key_mission: NDArray[np.int64]
    """(C,) the mission of each key concept."""
    key_node: NDArray[np.int64]
    """(C,) its column among the nodes of level 1."""
    key_ids: tuple[str, ...]
    """(C,) its id."""


@dataclass(frozen=True, slots=True, eq=False)
class Layered:
    """What the graph network and the logical reading both run on."""

    names: tuple[str, ...]
    """(M,) missions in order."""
    texts: tuple[str, ...]
    """Distinct texts of all nodes, to be embedded once."""
    levels: tuple[Level, ...]
    """Levels 1 to L, then the encoding node as level L + 1.

    A mission that is less deep repeats its last level: each repeated node reads only itself, so the logical reading is
    unchanged.
    """
    facts: Facts


def pack(missions: Sequence[Mission]) -> Layered:
    """Pack checked missions; the same missions give the same object."""
    return _pack(tuple(missions))


@lru_cache(maxsize=8)
def _pack(missions: tuple[Mission, ...]) -> Layered:
    depth = max((mission.depth for mission in missions), default=KEY_LEVEL)
    texts: dict[str, int] = {}
    levels: list[Level] = []
    below: list[tuple[str, ...]] = [("sensor",) for _ in missions]
    for number in range(KEY_LEVEL, depth + 1):
        rows = [_nodes(mission, number) for mission in missions]
        levels.append(_level(rows, below, texts))
        below = [tuple(node.id for node in row) for row in rows]
    roots = [
        (Concept(mission.name, depth + 1, mission.description, sources=ids, holds="any"),)
        for mission, ids in zip(missions, below, strict=True)
    ]
    levels.append(_level(roots, below, texts))
    return Layered(tuple(mission.name for mission in missions), tuple(texts), tuple(levels), _facts(missions))


def _nodes(mission: Mission, number: int) -> tuple[Concept, ...]:
    if number <= mission.depth:
        return mission.at_level(number)
    return tuple(Concept(last.id, number, last.text, sources=(last.id,)) for last in mission.at_level(mission.depth))


def _level(rows: Sequence[tuple[Concept, ...]], below: Sequence[tuple[str, ...]], texts: dict[str, int]) -> Level:
    width = max((len(row) for row in rows), default=0)
    width_below = max((len(ids) for ids in below), default=0)
    text = np.full((len(rows), width), -1, np.int64)
    adjacency = np.zeros((len(rows), width, width_below), np.float32)
    any_of = np.zeros((len(rows), width), np.bool_)
    for m, (row, ids) in enumerate(zip(rows, below, strict=True)):
        for n, node in enumerate(row):
            text[m, n] = texts.setdefault(node.text, len(texts))
            any_of[m, n] = node.holds == "any"
            for source in node.sources or ids[:1]:
                adjacency[m, n, ids.index(source)] = 1.0
    names = tuple(tuple(node.id for node in row) for row in rows)
    return Level(names, _frozen(text), _frozen(text >= 0), _frozen(adjacency), _frozen(any_of))


def _facts(missions: Sequence[Mission]) -> Facts:
    keys = [(m, n, key) for m, mission in enumerate(missions) for n, key in enumerate(mission.key_concepts)]
    flat = [(c, fact) for c, (_, _, key) in enumerate(keys) for fact in key.facts]
    return Facts(
        concept=_frozen(np.array([c for c, _ in flat], np.int64)),
        column=_frozen(np.array([fact.column for _, fact in flat], np.int64)),
        log=_frozen(np.array([fact.log for _, fact in flat], np.bool_)),
        threshold=_frozen(np.array([fact.threshold for _, fact in flat], np.float32)),
        slope=_frozen(np.array([fact.slope for _, fact in flat], np.float32)),
        sign=_frozen(np.array([fact.sign for _, fact in flat], np.float32)),
        text=tuple(str(fact) for _, fact in flat),
        key_mission=_frozen(np.array([m for m, _, _ in keys], np.int64)),
        key_node=_frozen(np.array([n for _, n, _ in keys], np.int64)),
        key_ids=tuple(key.id for _, _, key in keys),
    )


def _frozen(array: NDArray[Any]) -> NDArray[Any]:
    array.setflags(write=False)
    return array
