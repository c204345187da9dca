"""Imports point one way: the contracts of pyproject.toml, run from pytest."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path


def test_rooms_import_only_what_data_reached_before_them(root: Path) -> None:
    program = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    env = {**os.environ, "PYTHONPATH": str(root / "src")}
    run = subprocess.run(
        [sys.executable, "-c", program, "--no-cache"], cwd=root, env=env, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stdout + run.stderr


def test_every_room_stands_in_the_contract(root: Path) -> None:
    settings = tomllib.loads((root / "pyproject.toml").read_text())["tool"]["importlinter"]
    layers = {room for layer in settings["contracts"][0]["layers"] for room in layer.replace("|", " ").split()}
    package = root / "src" / "packetclip"
    rooms = {
        ".".join(path.relative_to(root / "src").parts)
        for top in package.iterdir()
        if (top / "__init__.py").exists()
        for path in (top.iterdir() if top.name in {"wire", "language"} else [top])
        if (path / "__init__.py").exists()
    }
    files = {f"packetclip.{path.stem}" for path in package.glob("[a-z]*.py")}
    assert rooms | files == layers
