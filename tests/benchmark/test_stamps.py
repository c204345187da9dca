"""What a measurement is kept for: it is taken again when, and only when, something that it depends on has changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from packetclip.benchmark import encoders, run, source
from packetclip.benchmark.plan import Plan
from packetclip.benchmark.tasks import TASKS
from packetclip.errors import RecipeError
from tests.benchmark import lab_on_disk

RECIPE = lab_on_disk.RECIPE.replace('["keyword rules"]', '["keyword rules", "packetclip"]\nseeds = 1')


def stamps(path: Path) -> dict[str, str]:
    run._data.cache_clear()
    plan = Plan(path)
    return {job.name: run.stamp(plan, "detection", job) for job in TASKS["detection"].jobs(plan)}


def changed(before: dict[str, str], after: dict[str, str]) -> set[str]:
    return {name for name in after if after[name] != before.get(name)}


@pytest.fixture
def recipe(tmp_path: Path) -> Path:
    path = lab_on_disk.write(tmp_path)
    path.write_text(RECIPE)
    return path


def test_nothing_changed_is_nothing_anew(recipe: Path) -> None:
    assert stamps(recipe) == stamps(recipe)


def test_one_byte_of_the_data_is_everything_anew(recipe: Path) -> None:
    before = stamps(recipe)
    labels = recipe.parent / "lab" / "a2.labels.csv.zst"
    labels.write_bytes(labels.read_bytes()[:-1] + b"\0")
    assert changed(before, stamps(recipe)) == set(before)


def test_settings_of_a_fit_concern_our_method_alone(recipe: Path) -> None:
    before = stamps(recipe)
    recipe.write_text(RECIPE.replace("[data]", "[fit]\nepochs = 1\n\n[data]"))
    assert changed(before, stamps(recipe)) == {name for name in before if "packetclip" in name}


def test_a_split_concerns_itself(recipe: Path) -> None:
    before = stamps(recipe)
    recipe.write_text(RECIPE.replace('test = ["b1"]', 'test = ["a4"]').replace('tune = ["a4"]', 'tune = ["b1"]'))
    assert changed(before, stamps(recipe)) == {name for name in before if name.startswith("network/")}


def test_other_libraries_are_other_figures(recipe: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = stamps(recipe)
    monkeypatch.setattr(run, "libraries", lambda: "numpy 0.1")
    assert changed(before, stamps(recipe)) == set(before)


def test_code_counts_by_what_it_means(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "PACKAGE", tmp_path)
    (tmp_path / "room").mkdir()
    file = tmp_path / "room" / "one.py"

    def digest(text: str, name: str = "one.py") -> str:
        file.with_name(name).write_text(text)
        source.digest_of.cache_clear()
        return source.digest_of(("room",))

    known = digest('"""About."""\n\nX = 1\n')
    assert digest('"""Other words."""\n\nX = 1  # why\n') == known
    assert digest("X = 2\n") != known
    assert digest("X = 1\n") == known
    assert digest("level = 1\n", "mission.toml") != known
    source.digest_of.cache_clear()


def test_an_encoder_of_another_recipe_is_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    recipe = tmp_path / "lab.toml"
    recipe.write_text("seed = 0\n")
    folder = tmp_path / "runs" / "lab"
    folder.mkdir(parents=True)
    assert not encoders._is_finished(recipe)
    (folder / "config.json").write_text('{"pretrain": {"epochs": 2}}')
    (folder / "metrics.jsonl").write_text("{}\n{}\n")
    assert encoders._is_finished(recipe)  # by packetclip pretrain, which keeps no recipe
    (folder / encoders.FOLLOWED).write_text("seed = 0\n")
    assert encoders._is_finished(recipe)
    recipe.write_text("seed = 1\n")
    assert not encoders._is_finished(recipe)


def test_an_encoder_that_was_cut_is_not_the_one_that_lay_there_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("torch")
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "runs" / "lab"
    folder.mkdir(parents=True)
    for name, text in (
        ("config.json", '{"pretrain": {"epochs": 1}}'),
        ("metrics.jsonl", "{}\n"),
        ("state.pt", ""),
        (encoders.FOLLOWED, "captures = [1]\n"),
    ):
        (folder / name).write_text(text)
    (tmp_path / "lab.toml").write_text("captures = []\n")
    with pytest.raises(RecipeError, match="captures is empty"):
        encoders._follow(tmp_path / "lab.toml")
    assert not encoders._is_finished(tmp_path / "lab.toml")
    assert not (folder / "state.pt").exists()
