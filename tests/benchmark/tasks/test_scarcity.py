"""How a training side is made smaller, and that figures by share are reported."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from packetclip.benchmark.fewer_episodes import fewer_episodes
from packetclip.benchmark.fold import LIFE
from packetclip.benchmark.report.blocks import Plot, Table
from packetclip.benchmark.samples import Samples, join
from packetclip.benchmark.tasks.scarcity import Scarcity
from tests.benchmark.tasks.small import Small, capture, recipe


def whole() -> Samples:
    life = [capture(f"life{n}", 90 + n) for n in range(5)]
    calm = [dataclasses.replace(s, classes=s.classes * 0, episodes=s.episodes * 0 - 1, networks=(LIFE,)) for s in life]
    return join([capture("a1", 0), capture("a2", 1), *calm])


def episodes(samples: Samples, code: int) -> set[tuple[str, int]]:
    own = samples.classes == code
    return {(samples.names[c], int(e)) for c, e in zip(samples.capture[own], samples.episodes[own], strict=True)}


@given(st.floats(0.0, 1.0), st.floats(0.0, 1.0), st.integers(0, 50))
def test_more_holds_less_and_of_each_kind_something_stays(one: float, other: float, seed: int) -> None:
    train = whole()
    small, large = (fewer_episodes(train, share, seed) for share in sorted((one, other)))
    assert {*small.samples.content.tolist()} <= {*large.samples.content.tolist()}
    assert small.all_episodes == 16
    for code in (1, 2):
        kept = episodes(small.samples, code)
        assert len(kept) == max(1, round(min(one, other) * 8))
        for name, episode in kept:  # whole episodes
            number = train.names.index(name)
            mine = (train.capture == number) & (train.episodes == episode)
            assert np.isin(train.content[mine], small.samples.content).all()
    benign = small.samples.take(small.samples.classes == 0)
    assert {"a1", "a2"} <= {benign.names[c] for c in benign.capture}
    assert any(name.startswith("life") for name in (benign.names[c] for c in benign.capture))


def test_all_is_all_and_seeds_differ() -> None:
    train = whole()
    assert np.array_equal(fewer_episodes(train, 1.0, 3).samples.content, train.content)
    drawn = [frozenset(episodes(fewer_episodes(train, 0.01, seed).samples, 1)) for seed in range(8)]
    assert len(set(drawn)) > 1


@pytest.fixture(scope="module")
def measured() -> dict[str, dict[str, float]]:
    pytest.importorskip("sklearn")
    return dict(Scarcity().measure(Small(recipe()), "network/extra trees/0"))


def test_figures_of_each_share_say_what_was_learned_from(measured: dict[str, dict[str, float]]) -> None:
    assert list(measured) == ["0.1", "0.5", "1"]
    assert [own["known"] for own in measured.values()] == [2, 8, 16]
    assert measured["0.1"]["learned"] < measured["0.5"]["learned"] < measured["1"]["learned"]
    assert measured["1"]["mean_auc"] > 0.95
    assert measured == Scarcity().measure(Small(recipe()), "network/extra trees/0")


def test_permuted_labels_leave_chance() -> None:
    pytest.importorskip("sklearn")
    plan = Small(recipe())
    plan.captures |= {name: capture(name, n, permuted=True) for n, name in enumerate(("a1", "a2"))}
    found = Scarcity().measure(plan, "network/extra trees/0")["1"]
    low, high = found["intervals"]["any_auc"]
    assert low - 0.1 < 0.5 < high + 0.1


def test_the_report_shows_curves_and_tables(measured: dict[str, dict[str, float]]) -> None:
    pytest.importorskip("matplotlib")
    plan = Small(recipe("network", "elsewhere", about=("extra trees", "LightGBM")))
    (section,) = Scarcity().sections(plan, {"network/extra trees/0": measured})
    assert [type(block) for block in section.blocks[1:]] == [Plot, Table, Plot, Table]
    table = section.blocks[2]
    assert isinstance(table, Table)
    assert table.rows[0][0].startswith("10 %: 2 of 16 episodes")
    assert "Not measured: LightGBM" in table.caption
    (nothing,) = Scarcity().sections(plan, {})
    assert "Not measured" in nothing.blocks[0].words  # type: ignore[union-attr]
