"""A whole benchmark from the command line: the report, what is kept of it, and what stops it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.benchmark import lab_on_disk
from tests.cli.conftest import Run

pytest.importorskip("torch")
pytest.importorskip("sklearn")

RECIPE = lab_on_disk.RECIPE.replace('["keyword rules"]', '["keyword rules", "hand rules"]\nseeds = 1')


@pytest.fixture(scope="module")
def recipe(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = lab_on_disk.write(tmp_path_factory.mktemp("evaluate"))
    path.write_text(RECIPE)
    return path


def when(folder: Path) -> dict[str, int]:
    return {path.relative_to(folder).as_posix(): path.stat().st_mtime_ns for path in sorted(folder.rglob("*.json"))}


def test_the_report_stands_alone_and_is_made_once(packetclip: Run, recipe: Path, tmp_path: Path) -> None:
    done = packetclip("evaluate", recipe, "--output", tmp_path / "told")
    assert done.returncode == 0, done.stderr
    assert done.stdout == ""
    assert done.stderr.splitlines()[-1] == f"The report is {tmp_path / 'told' / 'report.html'}."
    page = (tmp_path / "told" / "report.html").read_text()
    for title in ("Detection, in short", "Split network", "Split leak, which leaks", "What it costs", "hand rules"):
        assert title in page
    assert "<svg" in page
    assert not any(outside in page for outside in ("<script src", "<link", 'src="http'))
    text = (tmp_path / "told" / "report.md").read_text()
    drawn = {path.name for path in (tmp_path / "told" / "plots").iterdir()}
    assert drawn and all(f"plots/{name}" in text for name in drawn)

    before = when(tmp_path / "told" / "results")
    assert {"audit/network.json", "detection/network/hand rules/0.json"} <= set(before)
    (tmp_path / "told" / "results" / "detection" / "network" / "hand rules" / "0.json").unlink()
    assert packetclip("evaluate", recipe, "--output", tmp_path / "told").returncode == 0
    after = when(tmp_path / "told" / "results")
    assert [name for name in after if after[name] != before.get(name)] == ["detection/network/hand rules/0.json"]


def test_a_leak_stops_it_before_anything_is_measured(packetclip: Run, recipe: Path, tmp_path: Path) -> None:
    leaky = recipe.with_name("leaky.toml")
    leaky.write_text(RECIPE.replace("leaky = true", "leaky = false"))
    done = packetclip("evaluate", leaky, "--output", tmp_path)
    assert done.returncode == 1
    assert "findings of the audit fail, so nothing was measured" in done.stderr
    assert f"packetclip audit {leaky}" in done.stderr
    assert not (tmp_path / "results" / "detection").exists()
    assert json.loads((tmp_path / "results" / "audit" / "leak.json").read_text())["figures"]["findings"]


@pytest.mark.parametrize(
    ("instead", "told"),
    [
        (("keyword rules", "keyword rule"), "There is no method 'keyword rule'. Did you mean 'keyword rules'?"),
        (("seeds = 1", 'seeds = 1\ntasks = ["detecting"]'), "asks for tasks that nobody knows: detecting."),
        (("seeds = 1", "seed = 1"), "there is no seed. Did you mean 'seeds'?"),
        (('kind = "captures"', 'kind = "capture"'), "is of kind 'capture', which nobody knows."),
        (('test = ["b1"]', 'test = ["b9"]'), "audits could not be made, so nothing was measured."),
    ],
)
def test_a_recipe_that_cannot_be_followed_is_said(
    packetclip: Run, recipe: Path, tmp_path: Path, instead: tuple[str, str], told: str
) -> None:
    own = recipe.with_name("own.toml")
    own.write_text(RECIPE.replace(*instead))
    done = packetclip("evaluate", own, "--output", tmp_path)
    assert done.returncode == 1
    assert told in done.stderr
    assert "Traceback" not in done.stderr
