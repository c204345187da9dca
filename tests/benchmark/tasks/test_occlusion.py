"""What views hide, and that the ladder says what it was worth."""

from __future__ import annotations

import numpy as np
import pytest

from packetclip.benchmark.report.blocks import Plot, Table, Text
from packetclip.benchmark.tasks.occlusion import Occlusion
from packetclip.benchmark.tasks.occlusion.views import EVERYTHING, VIEWS, is_seen, seen
from packetclip.wire.context import FIELDS
from tests.benchmark.tasks.small import Small, capture, recipe


def shown(view: str) -> set[str]:
    return {f.name for f, stays in zip(FIELDS, VIEWS[view].fields, strict=True) if stays}


def test_each_field_stays_in_the_views_that_are_named_after_its_room() -> None:
    whole = shown(EVERYTHING)
    assert whole == {f.name for f in FIELDS}
    assert whole - shown("without flow") == {name for name in whole if name.startswith("flow_")}
    assert shown("header alone") < shown("without hosts")
    assert {name.split("_")[0] for name in shown("without hosts")} == {"packet", "flow"}
    assert "packet_syn" in shown("header alone")
    assert "packet_dns_entropy" not in shown("header alone")
    assert "packet_port_dns" in shown("without payload")
    assert not shown("bytes alone")


@pytest.mark.parametrize("view", VIEWS)
def test_what_a_view_hides_is_zero_and_the_rest_is_as_it_was(view: str) -> None:
    samples, own = capture("a1", 0), VIEWS[view]
    left = seen(samples, own)
    assert not left.fields[:, ~own.fields].any()
    assert np.array_equal(left.fields[:, own.fields], samples.fields[:, own.fields])
    for part, stays in ((slice(0, 40), own.header), (slice(40, 64), own.payload)):
        assert np.array_equal(left.masked[:, part], samples.masked[:, part] * stays)
    assert np.array_equal(left.payload, samples.payload * own.payload)
    assert np.array_equal(left.classes, samples.classes)
    assert (samples.fields[:, ~own.fields] != 0).any() or own.fields.all()  # the captures are not touched


def test_a_method_is_fitted_again_only_for_what_it_looks_at() -> None:
    again = {view for view in VIEWS if is_seen(VIEWS[view], "extra trees")}
    assert again == set(VIEWS) - {EVERYTHING, "without header bytes"}
    assert is_seen(VIEWS["without header bytes"], "packetclip")
    assert {view for view in VIEWS if is_seen(VIEWS[view], "payload CNN")} == {"without payload", "header alone"}


@pytest.fixture(scope="module")
def ladder() -> dict[str, dict[str, float]]:
    pytest.importorskip("sklearn")
    return dict(Occlusion().measure(Small(recipe()), "network/extra trees/0"))


def test_a_view_that_tells_an_attack_is_missed_and_none_leaves_chance(ladder: dict[str, dict[str, float]]) -> None:
    assert ladder[EVERYTHING]["mean_auc"] > 0.95
    assert ladder["without flow"]["mean_auc"] > 0.95
    assert ladder["without hosts"]["mean_auc"] < 0.95  # one of two attacks was told by hosts alone
    assert ladder["bytes alone"]["mean_auc"] == 0.5


def test_one_seed_gives_one_result(ladder: dict[str, dict[str, float]]) -> None:
    assert Occlusion().measure(Small(recipe()), "network/extra trees/0") == ladder


def test_the_report_shows_what_was_measured_and_names_what_was_not(ladder: dict[str, dict[str, float]]) -> None:
    pytest.importorskip("matplotlib")
    plan = Small(recipe("network", "elsewhere", about=("extra trees", "LightGBM")))
    (section,) = Occlusion().sections(plan, {"network/extra trees/0": ladder})
    text, _, table, plot = section.blocks
    assert isinstance(text, Text)
    assert "elsewhere" in text.words
    assert isinstance(table, Table)
    assert [row[0] for row in table.rows] == list(VIEWS)
    assert "Not measured: LightGBM" in table.caption
    assert next(row for row in table.rows if row[0] == "without header bytes")[1].endswith(" =")
    assert isinstance(plot, Plot)
    (nothing,) = Occlusion().sections(plan, {})
    assert "Not measured" in nothing.blocks[0].words  # type: ignore[union-attr]


def test_jobs_are_of_the_splits_that_the_recipe_has() -> None:
    jobs = Occlusion().jobs(Small(recipe("network", "elsewhere")))
    assert [job.name for job in jobs] == ["network/extra trees/0"]
