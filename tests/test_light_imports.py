"""What an import costs: nothing that detects brings torch, and the public face brings next to nothing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "src" / "packetclip"
HEAVY = {"torch", "transformers", "sentence_transformers", "sklearn", "pandas", "pyarrow", "matplotlib", "onnx"}
WITHOUT_TORCH = sorted(
    ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__")
    for path in PACKAGE.rglob("*.py")
    if path.relative_to(PACKAGE).parts[0] not in {"learning", "benchmark", "__main__.py"}
)


def _loaded_after(program: str) -> set[str]:
    """Top-level modules that a fresh interpreter holds after ``program``."""
    run = subprocess.run(
        [sys.executable, "-c", f"{program}\nimport sys, json; print(json.dumps(sorted(sys.modules)))"],
        env={**os.environ, "PYTHONPATH": str(PACKAGE.parent)},
        capture_output=True,
        text=True,
        check=True,
    )
    return {name.partition(".")[0] for name in json.loads(run.stdout.splitlines()[-1])}


def test_nothing_that_detects_imports_torch() -> None:
    assert "packetclip.detection" in WITHOUT_TORCH
    loaded = _loaded_after("\n".join(f"import {name}" for name in WITHOUT_TORCH))
    assert not loaded & HEAVY


def test_the_public_face_costs_next_to_nothing() -> None:
    loaded = _loaded_after("import packetclip")
    assert not loaded & {*HEAVY, "numpy", "numba", "onnxruntime", "rich", "click"}


@pytest.mark.parametrize("verb", ["", "detect", "classify", "describe", "embed", "mission list", "model show", "fit"])
def test_help_needs_neither_numpy_nor_numba(verb: str) -> None:
    program = f"""
import sys
from packetclip.cli.exits import guarded
from packetclip.cli.main import cli
assert guarded(cli, {[*verb.split(), "--help"]!r}) == 0
"""
    assert not _loaded_after(program) & {*HEAVY, "numpy", "numba", "onnxruntime"}
