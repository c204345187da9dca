"""Detection on small captures: what is told is found, chance is chance, and one seed is one result."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from packetclip.benchmark import fitted
from packetclip.benchmark.plan import SplitEntry
from packetclip.benchmark.report.blocks import Listing, Plot, Table, Text
from packetclip.benchmark.tasks.detection import Detection
from packetclip.benchmark.tasks.detection.measure import measure
from packetclip.benchmark.tasks.detection.standing import FIGURES, standing
from tests.benchmark.tasks.small import CLASSES, Small, capture, recipe

pytest.importorskip("sklearn")

CAPTURES = ("a1", "a2", "a3", "b1", "c1")
WITHHELD = SplitEntry("class withheld", "class_withheld", ("a1", "a2"), ("a3",), ("b1",))


def taken(plan: Small, split: str = "network", seed: int = 0) -> dict[str, Any]:
    fitted._last.clear()  # as in a process of its own
    return dict(measure(plan, plan.split(split), "extra trees", seed))  # type: ignore[arg-type]


def without_clocks(found: dict[str, Any]) -> dict[str, Any]:
    found = copy.deepcopy(found)
    for figures in found.values():
        del figures["cost"]["fit_s"], figures["cost"]["packets_s"]
    return found


@pytest.fixture(scope="module")
def known() -> dict[str, Any]:
    return taken(Small(recipe()))


def test_what_fields_tell_is_found_where_nothing_was_learned(known: dict[str, Any]) -> None:
    assert list(known) == ["all"]
    assert known["all"]["mean_auc"] > 0.95
    assert known["all"]["sides"]["test"] == len(capture("b1", 3))
    assert set(known["all"]["classes"]) == set(CLASSES[1:])


def test_one_seed_gives_identical_numbers_and_another_gives_others(known: dict[str, Any]) -> None:
    assert without_clocks(taken(Small(recipe()))) == without_clocks(known)
    assert without_clocks(taken(Small(recipe()), seed=1)) != without_clocks(known)


def test_permuted_labels_leave_chance_within_its_interval() -> None:
    permuted = {name: capture(name, n, permuted=True) for n, name in enumerate(CAPTURES)}
    found = taken(Small(recipe(), permuted))["all"]
    for key in ("mean_auc", "any_auc"):
        low, high = found["intervals"][key]
        assert low <= 0.5 <= high
        assert found[key] == pytest.approx(0.5, abs=0.12)


def test_splits_that_learn_from_the_same_packets_are_one_fit() -> None:
    jobs = {job.name: job for job in Detection().jobs(Small(recipe()))}
    first, second = jobs["network/extra trees/0"], jobs["capture/extra trees/0"]
    assert first.group == second.group
    assert first.settings != second.settings


def test_what_is_withheld_alone_is_asked(known: dict[str, Any]) -> None:
    small = Small(recipe())
    small.recipe = _with(small, WITHHELD)
    found = taken(small, WITHHELD.name)
    assert list(found) == list(CLASSES[1:])
    for label, figures in found.items():
        assert set(figures["classes"]) == {label}
    *_, section = Detection().sections(small, {f"{WITHHELD.name}/extra trees/0": found})  # type: ignore[arg-type]
    table = next(block for block in section.blocks if isinstance(block, Table))
    assert [row[0] for row in table.rows] == [*CLASSES[1:], "mean"]


def test_the_report_shows_every_method_and_says_when_there_is_none(known: dict[str, Any]) -> None:
    pytest.importorskip("matplotlib")
    plan: Any = Small(recipe())
    missing, *made = Detection().sections(plan, {"network/extra trees/0": known})
    assert missing.blocks[0].words.startswith("9 measurements are missing, of capture/extra")  # type: ignore[union-attr]
    assert [section.title for section in made] == ["Detection, in short", "Split network", "What it costs"]
    blocks = [block for section in made for block in section.blocks]
    assert all(len(row) == len(table.head) for table in blocks if isinstance(table, Table) for row in table.rows)
    assert sum(isinstance(block, Plot) for block in blocks) >= 5
    tree = next(block for block in blocks if isinstance(block, Listing))
    assert tree.title == "The tree of extra trees" and "|---" in tree.lines
    assert Detection().sections(plan, {})[0].blocks[0].words == "Nothing was measured."  # type: ignore[union-attr]


def test_ours_is_held_against_each_other_one() -> None:
    def seed(value: float) -> dict[str, Any]:
        return dict.fromkeys(FIGURES, value) | {
            "resampled": {key: [value - 0.01, value, value + 0.01] for key in FIGURES}
        }

    methods = {"packetclip": [seed(0.8)], "extra trees": [seed(0.9)], "hand rules": [seed(0.5)], "none": []}
    section = standing({"network": methods}, ["packetclip", "extra trees", "hand rules", "none"], "packetclip")
    assert section is not None
    text, first = section.blocks[0], section.blocks[1]
    assert isinstance(text, Text) and isinstance(first, Table)
    assert "ours is better than hand rules; worse than extra trees." in text.words
    assert list(first.rows) == [
        ["extra trees", "-0.100 (-0.100 to -0.100) *"],
        ["hand rules", "+0.300 (+0.300 to +0.300) *"],
    ]
    assert standing({"network": {"extra trees": [seed(0.9)]}}, ["extra trees"], "packetclip") is None


def _with(small: Small, *entries: SplitEntry) -> Any:
    import dataclasses

    return dataclasses.replace(small.recipe, splits=entries)
