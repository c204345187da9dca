from __future__ import annotations

import json

import pytest

from packetclip.cli.exits import guarded
from packetclip.cli.main import cli
from packetclip.language.knowledge import mission_names


def test_list(capsys: pytest.CaptureFixture[str]) -> None:
    assert guarded(cli, ["mission", "list"]) == 0
    table = capsys.readouterr().out
    assert all(name in table for name in mission_names())


def test_list_as_json(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert guarded(cli, ["mission", "list", "--format", "jsonl"]) == 0
    rows = [json.loads(line) for line in capfdbinary.readouterr().out.splitlines()]
    assert [row["name"] for row in rows] == list(mission_names())
    assert all(row["techniques"] and row["severity"] for row in rows)


def test_show(capsys: pytest.CaptureFixture[str]) -> None:
    assert guarded(cli, ["mission", "show", "port_scan"]) == 0
    text = capsys.readouterr().out
    assert "T1046 Network Service Discovery" in text
    assert "fact: pair_ports_60s" in text


def test_an_unknown_mission(capsys: pytest.CaptureFixture[str]) -> None:
    assert guarded(cli, ["mission", "show", "prot_scan"]) == 1
    assert "Did you mean 'port_scan'" in capsys.readouterr().err


def test_all_that_ship_are_fine(capsys: pytest.CaptureFixture[str]) -> None:
    assert guarded(cli, ["mission", "check"]) == 0
    assert capsys.readouterr().out.count(": fine (") == len(mission_names())
