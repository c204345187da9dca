"""Results are kept, told apart by model, and measured anew only when asked or needed."""

from __future__ import annotations

from pathlib import Path

import pytest

from packetclip.benchmark import Results, fingerprint
from packetclip.errors import OutputError


def test_measured_once_for_a_model(tmp_path: Path) -> None:
    results, calls = Results(tmp_path / "runs"), []

    def measure() -> dict[str, object]:
        calls.append(1)
        return {"n": len(calls), "nothing": float("nan"), "list": [1.5, float("inf")]}

    assert results["row"] == {}
    assert results.of("row") == ""
    assert results.get("row", "m 1", measure) == {"n": 1, "nothing": None, "list": [1.5, None]}
    assert results.get("row", "m 1", measure)["n"] == 1
    assert results.get("row", "m 2", measure)["n"] == 2
    assert results.get("row", "m 2", measure, again=True)["n"] == 3
    assert results["row"]["n"] == 3
    assert results.of("row") == "m 2"


def test_a_damaged_result_is_measured_anew(tmp_path: Path) -> None:
    results = Results(tmp_path)
    (tmp_path / "row.json").write_text('{"model": "m", "figures"')
    assert results.get("row", "m", lambda: {"n": 1}) == {"n": 1}


def test_a_place_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="cannot be written"):
        Results(tmp_path / "file").get("row", "m", dict)


def test_fingerprint_is_of_the_manifest(tmp_path: Path) -> None:
    (tmp_path / "model.json").write_text("{}")
    before = fingerprint(tmp_path)
    (tmp_path / "model.json").write_text('{"files": {}}')
    assert fingerprint(tmp_path) != before
