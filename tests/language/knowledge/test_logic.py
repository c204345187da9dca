"""The packed arrays say what the missions say, and the compiled logical reading equals a plain one."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from packetclip.language.knowledge import (
    Concept,
    Mission,
    concept_degrees,
    degrees,
    load_missions,
    mission_degrees,
    pack,
    parse_predicate,
)
from packetclip.wire.context.catalogue import FIELDS, POSITION

ALL = load_missions()


def plain(mission: Mission, row: NDArray[np.float32]) -> dict[str, float]:
    """The oracle: degrees of a mission's concepts for one packet; the mission's own under its name."""
    degree: dict[str, float] = {}
    for concept in sorted(mission.concepts, key=lambda concept: concept.level):
        if concept.level == 1:
            degree[concept.id] = min(fact.degree(float(row[POSITION[fact.field]])) for fact in concept.facts)
        else:
            below = [degree[source] for source in concept.sources]
            degree[concept.id] = max(below) if concept.holds == "any" else min(below)
    degree[mission.name] = max(degree[concept.id] for concept in mission.at_level(mission.depth))
    return degree


def rows(n: int, seed: int) -> NDArray[np.float32]:
    """Values around all thresholds, with zeros and flags."""
    random = np.random.default_rng(seed)
    values = random.lognormal(2.0, 3.0, (n, len(FIELDS)))
    flags = np.array([not field.log for field in FIELDS])
    values[:, flags] = random.integers(0, 2, (n, int(flags.sum())))
    values[random.random(values.shape) < 0.2] = 0.0
    return values.astype(np.float32)


def assert_equal_to_plain(missions: tuple[Mission, ...], values: NDArray[np.float32]) -> None:
    packed = pack(missions)
    keys, whole, levels = (
        degrees(missions, values),
        mission_degrees(missions, values),
        concept_degrees(missions, values),
    )
    for i, row in enumerate(values):
        for m, mission in enumerate(missions):
            oracle = plain(mission, row)
            assert whole[i, m] == pytest.approx(oracle[mission.name], abs=1e-4)
            for k, level in enumerate(packed.levels[:-1]):
                for n, name in enumerate(level.ids[m]):
                    assert levels[k][i, m, n] == pytest.approx(oracle[name], abs=1e-4)
        for c, name in enumerate(packed.facts.key_ids):
            mission = missions[int(packed.facts.key_mission[c])]
            assert keys[i, c] == pytest.approx(plain(mission, row)[name], abs=1e-4)
    assert np.array_equal(levels[-1][:, :, 0], whole)


def test_equals_the_plain_reading() -> None:
    assert_equal_to_plain(ALL, rows(12, 1))


def deeper(mission: Mission) -> Mission:
    """The same with one level more."""
    last = mission.at_level(mission.depth)
    top = Concept("all_of_it", mission.depth + 1, "all of it together", sources=tuple(c.id for c in last), holds="all")
    return dataclasses.replace(mission, concepts=(*mission.concepts, top))


def test_missions_of_different_depth() -> None:
    missions = (deeper(ALL[0]), *ALL[1:4])
    assert_equal_to_plain(missions, rows(8, 2))
    assert [level.text.shape[0] for level in pack(missions).levels] == [4] * 4


@given(st.integers(0, 2**32 - 1), st.lists(st.sampled_from(range(len(ALL))), min_size=1, max_size=4, unique=True))
def test_any_choice_of_missions(seed: int, chosen: list[int]) -> None:
    assert_equal_to_plain(tuple(ALL[m] for m in chosen), rows(2, seed))


def test_rows_do_not_depend_on_each_other() -> None:
    values = rows(3000, 3)
    whole = mission_degrees(ALL, values)
    parts = np.concatenate([mission_degrees(ALL, values[at : at + 700]) for at in range(0, 3000, 700)])
    assert np.array_equal(whole, parts)


def test_odd_values_are_survived() -> None:
    values = np.zeros((4, len(FIELDS)), np.float32)
    values[1], values[2], values[3] = 1e30, -1.0, 1e-30
    got = mission_degrees(ALL, values)
    assert np.isfinite(got).all() and (got >= 0).all() and (got <= 1).all()
    assert mission_degrees(ALL, values[:0]).shape == (0, len(ALL))
    assert degrees(ALL, values[:0]).shape == (0, len(pack(ALL).facts.key_ids))


def test_nothing_holds_of_nothing() -> None:
    assert mission_degrees(ALL, np.zeros((1, len(FIELDS)), np.float32)).max() < 0.05


def test_packing() -> None:
    packed = pack(ALL)
    assert packed is pack(list(ALL))
    assert packed.names == tuple(mission.name for mission in ALL)
    key, second, end = packed.levels
    assert key.adjacency.shape[2] == 1 and end.adjacency.shape[1] == 1
    assert second.adjacency.shape[1:] == (second.text.shape[1], key.text.shape[1])
    for m, mission in enumerate(ALL):
        for n, concept in enumerate(mission.at_level(2)):
            read = {key.ids[m][j] for j in np.flatnonzero(second.adjacency[m, n])}
            assert read == set(concept.sources)
            assert packed.texts[second.text[m, n]] == concept.text
            assert second.any_of[m, n] == (concept.holds == "any")
        assert end.adjacency[m, 0].sum() == len(mission.at_level(2)) and end.any_of[m, 0]
        assert key.adjacency[m, :, 0].sum() == len(mission.key_concepts) == key.present[m].sum()
    for level in packed.levels:
        assert not level.adjacency[~level.present].any()
        assert not level.adjacency.flags.writeable
    facts = packed.facts
    assert (np.diff(facts.concept) >= 0).all() and set(facts.concept.tolist()) == set(range(len(facts.key_ids)))
    written = [str(fact) for mission in ALL for key_ in mission.key_concepts for fact in key_.facts]
    assert list(facts.text) == written
    assert [FIELDS[c].name for c in facts.column] == [parse_predicate(text).field for text in written]
