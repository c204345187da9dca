"""The documentation keeps its word: generated pages are current, links lead somewhere, commands run."""

from __future__ import annotations

import doctest
import importlib
import importlib.util
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parent.parent
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
PACKAGE = ROOT / "src" / "packetclip"


def _generate() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


generate = _generate()


@pytest.mark.parametrize("path", generate.PAGES, ids=lambda path: path.name)
def test_generated_pages_are_current(path: Path) -> None:
    assert path.read_text() == generate.PAGES[path](), f"{path.name} is out of date: make docs"


def test_readme_shows_what_the_example_gives(example: Path, default_model: Path) -> None:
    shown = generate.readme_block((ROOT / "README.md").read_text())
    assert shown == f"```\n{generate.example_output()}```\n", "README.md shows another output: make docs"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    text = re.sub(r"```.*?```", "", page.read_text(), flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)#\s]+)", text):
        if "://" not in target:
            assert (page.parent / target).exists(), f"{page.name} links to {target}"


def _console(page: Path) -> list[str]:
    blocks = re.findall(r"```console\n(.*?)```", page.read_text(), flags=re.DOTALL)
    return [line[2:] for block in blocks for line in block.splitlines() if line.startswith("$ packetclip")]


@pytest.mark.parametrize("command", _console(ROOT / "README.md"))
def test_readme_commands_run(command: str) -> None:
    args = [sys.executable, "-m", "packetclip", *shlex.split(command)[1:]]
    env = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    run = subprocess.run(args, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert run.stdout


def test_each_verb_is_in_the_readme() -> None:
    from packetclip.cli.main import VERBS

    readme = (ROOT / "README.md").read_text()
    for name, verb in VERBS.items():
        assert verb.hidden or f"`packetclip {name} " in readme


def test_each_make_target_has_help() -> None:
    makefile = (ROOT / "Makefile").read_text()
    named = set(re.search(r"^\.PHONY: (.*)$", makefile, flags=re.MULTILINE)[1].split())  # type: ignore[index]
    helped = set(re.findall(r"^([a-z]+):.*## ", makefile, flags=re.MULTILINE))
    assert named - helped == {"lint", "types", "imports"}
    for name in re.findall(r"\bmake ([a-z]+)", (ROOT / "README.md").read_text()):
        assert name in named


def test_the_changelog_has_unreleased_on_top() -> None:
    heads = re.findall(r"^## (.*)$", (ROOT / "CHANGELOG.md").read_text(), flags=re.MULTILINE)
    assert heads[0] == "Unreleased"


def test_the_recipe_in_evaluating_is_one(tmp_path: Path) -> None:
    from packetclip.benchmark import methods
    from packetclip.benchmark.plan import Recipe
    from packetclip.benchmark.splits import SPLITS
    from packetclip.benchmark.tasks import TASKS
    from packetclip.recipe import read_recipe

    page = (ROOT / "docs" / "evaluating.md").read_text()
    (block,) = re.findall(r"```toml\n(.*?)```", page, flags=re.DOTALL)
    (tmp_path / "mine.toml").write_text(block)
    recipe = read_recipe(tmp_path / "mine.toml", Recipe)
    assert set(recipe.methods) <= set(methods.names())
    for name in (*SPLITS, *(task for task in TASKS if task != "audit")):
        assert f"`{name}`" in page, f"docs/evaluating.md does not speak of {name}"


def _with_examples() -> list[str]:
    return [
        ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__")
        for path in sorted(PACKAGE.rglob("*.py"))
        if ">>> " in path.read_text()
    ]


@pytest.mark.parametrize("name", _with_examples())
def test_examples_in_docstrings(name: str) -> None:
    if name.startswith(("packetclip.learning", "packetclip.benchmark")):
        pytest.importorskip("torch")
    assert doctest.testmod(importlib.import_module(name)).failed == 0
