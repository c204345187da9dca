"""What each kind of split keeps apart, and that a seed gives the same folds again."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from packetclip.benchmark.fold import LIFE, Fold
from packetclip.benchmark.samples import Samples
from packetclip.benchmark.splits import SPLITS, folds
from packetclip.errors import RecipeError
from tests.benchmark.splits.world import CLASSES, Toy, capture, entry

GROUPS = {"loud": ["Scan", "Flood"], "quiet": ["Tunnel"]}


def made(kind: str, toy: Toy | None = None, seed: int = 0, **rest: object) -> list[Fold]:
    if kind == "behaviour_withheld":
        rest = {"groups": GROUPS, **rest}
    return list(folds(toy or Toy(), entry(kind, **rest), seed))  # type: ignore[arg-type]


def pairs(samples: Samples, column: str) -> set[tuple[str, int]]:
    return {(samples.names[c], int(v)) for c, v in zip(samples.capture, getattr(samples, column), strict=True)}


def hosts(samples: Samples) -> set[int]:
    return {*samples.orig.tolist(), *samples.resp.tolist()}


@pytest.mark.parametrize("kind", SPLITS)
def test_one_seed_gives_the_same_folds(kind: str) -> None:
    first, again, other = made(kind), made(kind), made(kind, seed=1)
    assert [fold.name for fold in first] == [fold.name for fold in again]
    assert first
    for one, two in zip(first, again, strict=True):
        for side in ("train", "tune", "test"):
            assert np.array_equal(getattr(one, side).content, getattr(two, side).content)
    assert not np.array_equal(first[0].train.content, other[0].train.content)


@pytest.mark.parametrize("kind", SPLITS)
def test_no_packet_is_on_two_sides_and_life_is_learned_from(kind: str) -> None:
    for fold in made(kind, Toy(lives=2)):
        train, tune, test = (pairs(side, "content") for side in (fold.train, fold.tune, fold.test))
        assert train
        assert tune
        assert test
        assert not train & tune
        assert not train & test
        assert not tune & test
        assert (fold.split, fold.classes) == (kind, CLASSES)
        life = np.isin(fold.train.capture, np.flatnonzero(np.array(fold.train.networks) == LIFE))
        assert life.any() or kind == "device"  # where the hosts of two captures of life may all be asked about
        assert not fold.train.classes[life].any()
        assert LIFE not in fold.test.networks


def test_captures_are_whole() -> None:
    toy = Toy()
    (fold,) = made("captures", toy)
    assert fold.test.names == ("b1", "b2")
    assert len(fold.test) == len(toy.samples("b1")) + len(toy.samples("b2"))
    assert len(fold.tune) == len(toy.samples("a3"))
    assert fold.asked == (1, 2, 3)
    assert set(fold.train.names) == {"a1", "a2"}


def test_packets_share_flows_and_flows_do_not() -> None:
    (by_packet,), (by_flow,) = made("packet"), made("flow")
    assert len(pairs(by_packet.train, "flow") & pairs(by_packet.test, "flow")) > 50
    for side in (by_flow.train, by_flow.tune):
        assert not pairs(side, "flow") & pairs(by_flow.test, "flow")
        assert not pairs(side, "conversation") & pairs(by_flow.test, "conversation")
    for fold in (by_packet, by_flow):
        assert 0.2 < len(fold.test) / 2400 < 0.4


@pytest.mark.parametrize(("seconds", "gap"), [(420.0, 140.0), (4000.0, 600.0)])
def test_later_is_asked_after_a_gap(seconds: float, gap: float) -> None:
    toy = Toy({name: capture(name, "A", k, seconds=seconds) for k, name in enumerate(("a1", "a2"))})
    (fold,) = made("time", toy)
    for number in (0, 1):
        train, tune, test = (side.time_ns[side.capture == number] for side in (fold.train, fold.tune, fold.test))
        assert train.max() < tune.min()
        assert tune.max() < test.min()
        assert (test.min() - tune.max()) / 1e9 == pytest.approx(gap, abs=40.0)


def test_what_is_one_event_on_a_side_is_not_asked() -> None:
    toy = Toy()
    whole, other = toy.captures["a1"], toy.captures["a2"]
    toy.captures["a1"] = dataclasses.replace(whole, episodes=np.where(whole.classes == 2, 7, whole.episodes))
    toy.captures["a2"] = dataclasses.replace(other, classes=np.where(other.classes == 2, 0, other.classes))
    (fold,) = made("flow", toy)
    assert fold.asked == (1, 3)
    toy.captures["a1"] = dataclasses.replace(whole, classes=whole.classes * 0)
    with pytest.raises(RecipeError, match="no attack of which train and test both hold two episodes"):
        made("flow", toy, train=("a1",))


def test_conversations_across_the_gap_are_not_asked() -> None:
    toy = Toy()
    for name in ("a1", "a2"):
        whole = toy.captures[name]
        toy.captures[name] = dataclasses.replace(whole, flow=np.where(whole.flow % 10 == 0, 0, whole.flow))
    (fold,) = made("time", toy)
    assert not pairs(fold.train, "flow") & pairs(fold.test, "flow")
    assert not pairs(fold.tune, "flow") & pairs(fold.test, "flow")
    assert len(fold.test)


def test_devices_are_on_one_side() -> None:
    (fold,) = made("device")
    assert not hosts(fold.train) & hosts(fold.test)
    assert not hosts(fold.tune) & hosts(fold.test)
    (named,) = made("device", train=("a1",), tune=("a2",), test=("a3",))
    assert (named.train.names, named.tune.names, named.test.names) == (("a1",), ("a2",), ("a3",))
    assert not hosts(named.tune) & hosts(named.test)


def test_tuning_captures_take_the_place_of_what_is_cut_off() -> None:
    (cut,), (named,) = made("packet"), made("packet", tune=("a3",))
    assert named.tune.names == ("a3",)
    assert len(named.tune) == 1200
    assert np.array_equal(named.test.content, cut.test.content)


def test_what_is_withheld_is_asked() -> None:
    toy = Toy()
    by_class, by_group = made("class_withheld", toy), made("behaviour_withheld", toy)
    assert [(fold.name, fold.asked) for fold in by_class] == [("Scan", (1,)), ("Flood", (2,)), ("Tunnel", (3,))]
    assert [(fold.name, fold.asked) for fold in by_group] == [("loud", (1, 2)), ("quiet", (3,))]
    for fold in (*by_class, *by_group):
        for side in (fold.train, fold.tune):
            assert not np.isin(side.classes, fold.asked).any()
            assert set(side.classes) == {0, 1, 2, 3} - set(fold.asked)
        assert set(fold.test.classes) == {0, *fold.asked}


def test_a_class_that_the_test_side_lacks_asks_nothing() -> None:
    toy = Toy()
    for name in ("b1", "b2"):
        whole = toy.captures[name]
        toy.captures[name] = dataclasses.replace(whole, classes=np.where(whole.classes == 2, 0, whole.classes))
    assert [fold.name for fold in made("class_withheld", toy)] == ["Scan", "Tunnel"]


@pytest.mark.parametrize(
    ("kind", "rest", "said"),
    [
        ("captures", {"tune": ()}, "no captures in tune"),
        ("packet", {"train": ()}, "no captures in train"),
        ("flow", {"test": ("b1",)}, "take the kind 'captures'"),
        ("device", {"train": ()}, "no captures in train"),
        ("behaviour_withheld", {"groups": {}}, "names none"),
        ("behaviour_withheld", {"groups": {"loud": ["Scam"]}}, "'Scam' is none. Known: Scan"),
        ("class_withheld", {"groups": {"loud": "Scan"}}, "must be a list"),
        ("packets", {}, "Did you mean .packet."),
    ],
)
def test_a_split_that_cannot_be_made_is_said(kind: str, rest: dict[str, object], said: str) -> None:
    with pytest.raises(RecipeError, match=said):
        made(kind, **rest)
