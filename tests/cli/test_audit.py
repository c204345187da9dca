"""The audit from the command line: a clean recipe passes, a leaky one fails and shows why."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.benchmark import lab_on_disk
from tests.benchmark.lab_on_disk import RECIPE
from tests.cli.conftest import Run


@pytest.fixture(scope="module")
def recipe(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return lab_on_disk.write(tmp_path_factory.mktemp("audit"))


def test_a_clean_split_passes(packetclip: Run, recipe: Path) -> None:
    done = packetclip("audit", recipe)
    assert done.returncode == 0, done.stdout
    lines = done.stdout.splitlines()
    assert lines[0] == "network: 240 packets learned from, 120 tuned on, 120 asked about"
    assert lines[1].startswith("  fine       flows, conversations, packets, lookalikes, windows, columns, episodes")
    assert any(line.startswith("  expected   flows: ") for line in lines)
    methods = lines[lines.index("methods") + 1 :]
    assert methods[0] == "  fine       fitted"
    assert methods[1].partition("surrogate: ")[2].startswith("keyword rules, learned from ")
    assert "asks for " in methods[1]
    assert done.stderr.splitlines()[-1] == "Audited 2 folds and the methods: nothing fails."


def test_a_leak_fails_and_is_shown(packetclip: Run, recipe: Path) -> None:
    leaky = recipe.with_name("leaky.toml")
    leaky.write_text(RECIPE.replace("leaky = true", "leaky = false"))
    done = packetclip("audit", leaky, "--split", "leak", "--format", "jsonl", "--quiet")
    assert (done.returncode, done.stderr) == (1, "")
    fold, *found = map(json.loads, done.stdout.splitlines())
    assert (fold["type"], fold["split"], fold["failed"]) == ("fold", "leak", True)
    failed = {finding["check"]: finding for finding in found if finding["severity"] == "fail"}
    assert {"flows", "conversations", "windows", "episodes"} <= set(failed)
    example = failed["flows"]["examples"][0]
    assert example["capture"] == "a1"
    assert 0 <= example["packet"] < 120
    assert example["time"].endswith("Z")


def test_what_cannot_be_audited_is_said(packetclip: Run, recipe: Path, tmp_path: Path) -> None:
    done = packetclip("audit", recipe, "--split", "netwrok")
    assert (done.returncode, "has no split 'netwrok'" in done.stderr) == (1, True)
    (tmp_path / "none.toml").write_text(RECIPE)
    done = packetclip("audit", tmp_path / "none.toml")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
