"""docs/adding.md names things that exist, and what it says to add works."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from types import ModuleType

import click
import pytest

from packetclip.cli.exits import guarded
from packetclip.cli.main import VERBS, Verb, cli

ROOT = Path(__file__).resolve().parent.parent
ROWS = re.findall(r"^\| \*\*(.+?)\*\* \|(.*)$", (ROOT / "docs" / "adding.md").read_text(), flags=re.MULTILINE)


def _place(path: str) -> Path:
    outside = path.startswith(("tests/", "docs/", "recipes/")) or path.endswith(".md")
    return ROOT / path if outside else ROOT / "src" / "packetclip" / path


@pytest.mark.parametrize(("what", "cells"), ROWS, ids=[what for what, _ in ROWS])
def test_what_a_row_names_is_there(what: str, cells: str) -> None:
    paths = re.findall(r"`([\w./-]+\.(?:py|toml|md))`", cells)
    assert paths
    for path in paths:
        assert _place(path).is_file(), f"{what}: {path}"
    for name, path in re.findall(r"`(\w+)`, `([\w./]+\.py)`", cells):
        assert re.search(rf"\b{name}\b", _place(path).read_text()), f"{what}: {name} in {path}"


def test_a_mission_is_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from packetclip.language.knowledge import MISSIONS

    text = (MISSIONS / "port_scan.toml").read_text()
    toy = tmp_path / "toy_scan.toml"
    toy.write_text(text.replace('"port_scan"', '"toy_scan"'))
    assert guarded(cli, ["mission", "check", str(toy)]) == 0
    assert "toy_scan: fine" in capsys.readouterr().out
    assert guarded(cli, ["mission", "show", "toy_scan", "--folder", str(tmp_path)]) == 0
    assert "toy_scan" in capsys.readouterr().out
    toy.write_text(text.replace('"port_scan"', '"toy_scan"').replace("pair_ports_60s", "pair_prots_60s"))
    assert guarded(cli, ["mission", "check", str(toy)]) == 1
    assert "pair_prots_60s" in capsys.readouterr().err


def test_a_verb_is_a_file_and_a_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    @click.command("toy")
    def toy() -> None:
        click.echo("played")

    module = ModuleType("toy_verb")
    module.command = toy  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "toy_verb", module)
    monkeypatch.setitem(VERBS, "toy", Verb("toy_verb", "Play."))
    assert guarded(cli, ["--help"]) == 0
    assert "Play." in capsys.readouterr().out
    assert guarded(cli, ["toy"]) == 0
    assert capsys.readouterr().out == "played\n"


def test_a_context_field_has_its_line_of_documentation() -> None:
    from packetclip.wire.context import FIELDS

    page = (ROOT / "docs" / "fields.md").read_text()
    for field in FIELDS:
        assert field.meaning and field.unit and field.absent_when
        assert f"| `{field.name}` |" in page, f"{field.name} is not in docs/fields.md: make docs"
