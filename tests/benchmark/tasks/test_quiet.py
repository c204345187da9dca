"""Stories of others' attacks against stories of ordinary life."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from packetclip.benchmark import fitted
from packetclip.benchmark.plan import QuietEntry
from packetclip.benchmark.report.blocks import Table, Text
from packetclip.benchmark.samples import Samples, join
from packetclip.benchmark.tasks.quiet import Quiet, asked, home, measure, outcome, sections, sweep
from packetclip.benchmark.tasks.quiet.asked import Asked, Kind
from packetclip.errors import CaptureError
from tests.benchmark.splits.world import CLASSES, Toy, capture, entry
from tests.benchmark.toys import toy

SECOND = 10**9


class Centred:
    """A method of a few lines: how near a packet lies to the mean of each class."""

    def __init__(self, permuted: bool = False) -> None:
        self.permuted, self.means = permuted, np.zeros((0, 0))

    def fit(self, train: Samples, tune: Samples) -> None:
        classes = np.random.default_rng(3).permutation(train.classes) if self.permuted else train.classes
        self.means = np.stack([train.fields[classes == m].mean(axis=0) for m in range(len(CLASSES))])

    def predict_proba(self, samples: Samples) -> np.ndarray:
        far = ((samples.fields[:, None] - self.means) ** 2).sum(axis=2)
        near = np.exp(-(far - far.min(axis=1, keepdims=True)) / 2)
        return near / near.sum(axis=1, keepdims=True)


def one(classes: list[int], orig: int = 1, resp: int = 2, gap_s: float = 1.0) -> Samples:
    """A capture between two hosts; its fields say nothing."""
    given_ = toy(np.zeros((len(classes), 4), np.float32), np.array(classes))
    n = len(classes)
    return dataclasses.replace(
        given_,
        orig=np.full(n, orig, np.uint64),
        resp=np.full(n, resp, np.uint64),
        time_ns=10**18 + (np.arange(n) * gap_s * SECOND).astype(np.int64),
    )


def certain(classes: list[int], score: float = 0.9) -> np.ndarray:
    """Scores of someone who is sure of each packet's class."""
    found = np.full((len(classes), len(CLASSES)), 0.01)
    found[np.arange(len(classes)), classes] = score
    return found


# Thresholds and stories


@given(st.integers(0, 10**6))
def test_thresholds_never_rise_from_strict_to_lax(seed: int) -> None:
    rng = np.random.default_rng(seed)
    tune = capture("a", "A", seed % 100, 40)
    scores = np.round(rng.random((len(tune), len(CLASSES))), 1 + seed % 3)
    limits = sweep.thresholds(scores, tune, CLASSES)
    assert limits.shape == (len(sweep.SETTINGS), len(CLASSES) - 1)
    assert (np.diff(limits, axis=0) <= 0.0).all()


def test_home_is_as_quiet_as_was_wished() -> None:
    tune = capture("a", "A", 1, 200)
    scores = np.random.default_rng(0).random((len(tune), len(CLASSES)))
    limits = sweep.thresholds(scores, tune, CLASSES)
    calm = tune.take(tune.classes == 0)
    found = sweep.told(scores[tune.classes == 0], calm, CLASSES, limits)
    assert not found[: sweep.OPERATING + 1].any()  # a quarter of an hour: nothing is allowed


def test_a_story_takes_five_packets_of_one_originator_within_reach_of_each_other() -> None:
    limits = np.full((1, 3), 0.5)
    five, apart, four = one([1] * 5), one([1] * 5, gap_s=31.0), one([1] * 4)
    others = dataclasses.replace(five, orig=np.arange(5, dtype=np.uint64))
    whole = join([five, apart, four, others])
    found = sweep.told(certain(whole.classes.tolist()), whole, CLASSES, limits)[0]
    assert found.tolist() == [[True, False, False], *[[False] * 3] * 3]


def test_floods_are_told_by_target() -> None:
    forged = dataclasses.replace(one([2] * 5), orig=np.arange(5, dtype=np.uint64))
    assert sweep.told(certain([2] * 5), forged, CLASSES, np.full((1, 3), 0.5))[0, 0].tolist() == [False, True, False]


def test_a_packet_is_evidence_of_the_surest_class_alone() -> None:
    scores = np.array([[0.0, 0.6, 0.9, 0.0], [0.0, 0.6, 0.4, 0.0], [0.0, 0.2, 0.4, 0.0], [1.0, 0.0, 0.0, 0.0]])
    assert sweep.evidence(scores, np.array([0.5, 0.5, 0.5])).tolist() == [2, 1, 0, 0]
    assert sweep.evidence(scores, np.array([0.5, 0.95, 0.5])).tolist() == [1, 1, 0, 0]
    assert sweep.evidence(scores, np.zeros(3)).tolist() == [2, 1, 2, 0]  # zero is evidence of nothing


def test_hours_are_minutes_with_a_packet() -> None:
    years = dataclasses.replace(one([0] * 3), time_ns=np.array([0, 1, 10**18], np.int64))
    assert sweep.active_hours(years) == pytest.approx(2 / 60)


# Figures

ASKED = (
    Asked(Path("scan.pcap"), Kind.ATTACK, "Scan"),
    Asked(Path("flood.pcap"), Kind.ATTACK, "Flood"),
    Asked(Path("odd.pcap"), Kind.STRANGE, "other:Odd"),
    Asked(Path("setup.pcap"), Kind.BENIGN, "Benign"),
    Asked(Path("mail.pcap"), Kind.ORDINARY),
    Asked(Path("chat.pcap"), Kind.ORDINARY),
)


def test_what_is_right_wrong_and_loud() -> None:
    told = np.zeros((2, 6, 3), bool)
    told[0, 0, 0] = told[0, 1, 0] = told[0, 2, 2] = True  # right, wrong, a strange one
    told[1] = True
    figures = outcome.outcome(told, ASKED, CLASSES, 0)
    assert {name: figures[name] for name in ("right", "wrong", "strange", "benign", "loud")} == {
        "right": 0.5, "wrong": 0.5, "strange": 1.0, "benign": 0.0, "loud": 0.0,
    }  # fmt: skip
    assert figures["curve"]["loud"] == [0.0, 1.0] and figures["curve"]["right"] == [0.5, 1.0]
    assert figures["area"] == figures["reach"] == 0.5
    assert figures["classes"] == {"Scan": {"right": 1, "of": 1}, "Flood": {"right": 0, "of": 1}}
    assert figures["stories"] == {"scan.pcap": ["Scan"], "flood.pcap": ["Scan"], "odd.pcap": ["Tunnel"]}
    assert figures["captures"] == {"attack": 2, "strange": 1, "benign": 1, "ordinary": 2}


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=12))
def test_area_lies_between_silence_and_reach(points: list[tuple[float, float]]) -> None:
    loud, right = np.array(points).T
    found = outcome.area(loud, right)
    assert 0.0 <= found <= outcome.reach(loud, right) + 1e-12 <= 1.0 + 1e-12
    assert outcome.area(loud, np.minimum(1.0, right + 0.1)) >= found - 1e-12
    assert outcome.area(np.minimum(1.0, loud + 0.01), right) <= found + 1e-12


def test_all_right_and_none_loud_is_one() -> None:
    assert outcome.area(np.array([0.0, 1.0]), np.array([1.0, 1.0])) == 1.0
    assert outcome.area(np.array([0.06]), np.array([1.0])) == 0.0


# The whole task


class Homely(Toy):
    """A Toy whose recipe names others' captures, and whose only method is a few lines."""

    permuted = False

    @property
    def recipe(self) -> Any:
        more = {"applications": "apps", "attacks": "others", "quiet": QuietEntry()}
        return dataclasses.replace(super().recipe, methods=("extra trees",), seeds=2, **more)

    def method(self, name: str, entry: Any, seed: int) -> Centred:
        return Centred(self.permuted)

    def seeds(self, entry: Any, method: str) -> int:
        return 2


def others(monkeypatch: pytest.MonkeyPatch, captures: dict[Asked, Samples]) -> None:
    monkeypatch.setattr(measure, "asked", lambda plan: tuple(captures))
    monkeypatch.setattr(measure, "samples", lambda wanted: join([captures[one] for one in wanted]))
    monkeypatch.setattr(home, "_life", lambda folder: ())


def foreign(seed: int, only: int) -> Samples:
    """A capture of a network never seen with one class of attack, or none."""
    drawn = capture(f"{seed}", "Z", seed, 120)
    drawn = drawn.take((drawn.classes == only) | (drawn.classes == 0))
    return dataclasses.replace(drawn, classes=drawn.classes * 0, episodes=drawn.episodes * 0 - 1)


def world() -> dict[Asked, Samples]:
    found = {}
    for n in range(12):
        m = 1 + n % 3
        found[Asked(Path(f"{n}.pcap"), Kind.ATTACK, CLASSES[m])] = foreign(500 + n, m)
        found[Asked(Path(f"calm{n}.pcap"), Kind.ORDINARY)] = foreign(700 + n, 0)
    return found


def test_who_knows_the_classes_is_right_and_quiet_and_who_learned_noise_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    others(monkeypatch, world())
    plan = Homely(entries=(entry("captures"),), lives=2)
    known = measure.measure(plan, plan.entries[0], "known", 0)
    monkeypatch.setattr(fitted, "_last", {})
    again = measure.measure(plan, plan.entries[0], "known", 0)
    assert known == again  # one seed, one result
    plan.permuted = True
    noise = measure.measure(plan, plan.entries[0], "noise", 0)
    assert known["area"] > 0.6 > 0.4 > noise["area"]


def test_thresholds_do_not_depend_on_what_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    plan = Homely(entries=(entry("captures"),), lives=1)
    whole = world()
    others(monkeypatch, whole)
    first = measure.measure(plan, plan.entries[0], "known", 0)
    others(monkeypatch, {one: whole[one] for one in list(whole)[:3]})
    assert measure.measure(plan, plan.entries[0], "known", 0)["thresholds"] == first["thresholds"]


def test_life_that_sets_thresholds_is_not_learned_from() -> None:
    plan = Homely(entries=(entry("captures"),), lives=8)
    train = home.learned(plan, plan.entries[0], 0)
    kept = [part.names[0] for part in plan.life(0) if home.held_out(part.names[0])]
    assert kept and not set(kept) & set(train.names)


def test_a_file_that_cannot_be_read_is_a_capture_without_a_story(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    good = one([0] * 6)

    def read(labelled: Any) -> Samples:
        if "bad" in labelled.name:
            raise CaptureError("no")
        return good

    monkeypatch.setattr(asked, "read", read)
    monkeypatch.setattr(
        asked, "LabelledCapture", SimpleNamespace(benign=lambda path, network: SimpleNamespace(name=path.name))
    )
    wanted = tuple(Asked(tmp_path / name, Kind.ORDINARY) for name in ("a", "bad", "c"))
    found = asked.samples(wanted)
    assert found.names[1] == "bad" and np.bincount(found.capture).tolist() == [6, 0, 6]
    with pytest.raises(CaptureError, match="None of others' captures can be read"):
        asked.samples((Asked(tmp_path / "bad", Kind.ORDINARY),))


def test_the_report_says_who_is_right_alone_and_what_is_missing() -> None:
    def figures(told: dict[int, int]) -> dict[str, Any]:
        found = np.zeros((len(sweep.SETTINGS), 6, 3), bool)
        for c, m in told.items():
            found[:, c, m] = True
        return {**outcome.outcome(found, ASKED, CLASSES, sweep.OPERATING), "hours": 1.0, "tuned_on": 3}

    wanted = ["packetclip/0", "extra trees/0", "extra trees/1", measure.SHIPPED]
    results = {
        "packetclip/0": figures({0: 0}),
        "extra trees/0": figures({1: 1, 4: 2}),
        measure.SHIPPED: figures({0: 0}),
    }
    (made,) = sections.sections(wanted, results)
    text, plot, near, points, classes, alone = made.blocks
    assert isinstance(text, Text) and "Not measured: extra trees/1" in text.words
    assert isinstance(points, Table) and points.rows[1][:2] == ["extra trees", "1"] and "1 (50 %)" in points.rows[1]
    assert points.rows[2][0] == "packetclip, as it ships"
    assert isinstance(classes, Table) and classes.rows[0] == ["Scan", "1", "1", "0", "1"]
    assert isinstance(alone, Table) and [row[0] for row in alone.rows] == ["ours alone", "others alone"]
    assert "<svg" in plot.svg and "<svg" in near.svg and plot.name != near.name


def test_nothing_measured_is_said() -> None:
    assert "Nothing was measured" in sections.sections([], {})[0].blocks[0].words
    assert "Nothing was measured" in sections.sections(["a/0"], {})[0].blocks[0].words


def test_no_jobs_without_others_captures() -> None:
    assert Quiet().jobs(Toy(entries=(entry("captures"),))) == []
