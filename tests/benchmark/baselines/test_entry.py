"""Entries: what they say is true, and what is missing is said."""

from __future__ import annotations

import ast
import dataclasses
import subprocess
import sys
from pathlib import Path

import pytest

import packetclip
from packetclip.benchmark import BASELINES
from packetclip.benchmark.samples import Samples
from packetclip.datasets import CLASSES
from packetclip.errors import MissingExtra, RecipeError


def test_every_entry_is_described() -> None:
    columns = {field.name for field in dataclasses.fields(Samples)}
    for name, entry in BASELINES.items():
        assert entry.about and not entry.about.endswith("."), name
        assert entry.sees and set(entry.sees) <= columns, name


def test_code_is_all_that_a_file_of_this_room_imports() -> None:
    package = Path(packetclip.__file__).parent
    for name, entry in BASELINES.items():
        own = f"packetclip.benchmark.baselines.{entry.place.partition(':')[0]}"
        found = ast.walk(ast.parse((package.parent / f"{own.replace('.', '/')}.py").read_text(encoding="utf-8")))
        modules = {node.module for node in found if isinstance(node, ast.ImportFrom) and node.module}
        beside = {module for module in modules if module.startswith("packetclip.benchmark.baselines.")}
        assert {f"{module.partition('.')[2].replace('.', '/')}.py" for module in {own, *beside}} <= set(entry.code), (
            name
        )
        assert all((package / place).exists() for place in entry.code), name


def test_a_pretrained_encoder_must_be_named() -> None:
    with pytest.raises(RecipeError, match="Name its folder in the recipe: pretrained"):
        BASELINES["embedding head"](CLASSES)


@pytest.mark.parametrize(
    ("name", "package", "extra"),
    [("half-space trees", "river", "benchmark"), ("payload CNN", "torch", "train")],
)
def test_missing_packages_are_named(monkeypatch: pytest.MonkeyPatch, name: str, package: str, extra: str) -> None:
    place = BASELINES[name].place.partition(":")[0]
    for module in (place, "minibatches"):
        monkeypatch.delitem(sys.modules, f"packetclip.benchmark.baselines.{module}", raising=False)
    for module in [module for module in sys.modules if module == package or module.startswith(f"{package}.")]:
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(MissingExtra, match=rf"packetclip\[{extra}\]"):
        BASELINES[name](CLASSES)


def test_nothing_heavy_is_imported_before_it_is_needed() -> None:
    code = (
        "import sys, packetclip.benchmark.baselines;"
        "sys.exit(any(name in sys.modules for name in ('torch', 'sklearn', 'lightgbm', 'river')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
