"""The table of verbs, and what asking wrongly gives."""

from __future__ import annotations

import click
import pytest

from packetclip import __version__
from packetclip.cli.exits import guarded
from packetclip.cli.main import VERBS, cli


def _commands() -> list[tuple[str, click.Command]]:
    found: list[tuple[str, click.Command]] = []
    for name in VERBS:
        command = cli.get_command(click.Context(cli), name)
        assert command is not None
        found.append((name, command))
        if isinstance(command, click.Group):
            found += [(f"{name} {sub}", child) for sub, child in command.commands.items()]
    return found


@pytest.mark.parametrize(("name", "command"), _commands(), ids=lambda value: value if isinstance(value, str) else "")
def test_every_verb_and_option_has_help(name: str, command: click.Command) -> None:
    assert command.help
    assert command.help.strip().endswith(".")
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.help, f"{name}: {parameter.name}"


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert guarded(cli, ["--version"]) == 0
    assert capsys.readouterr().out == f"packetclip {__version__}\n"


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["detct", "x.pcap"], "No such verb 'detct'. Did you mean 'detect'?"),
        (["zzz"], "No such verb 'zzz'. Verbs: detect, classify,"),
        (["detect"], "Missing argument 'SOURCE...'"),
        (["detect", "x.pcap", "--format", "xml"], "'xml' is not one of"),
        (["mission", "show"], "Missing argument 'MISSION'"),
    ],
)
def test_asking_wrongly(args: list[str], says: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert guarded(cli, args) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert says in err


def test_training_without_torch_names_the_install_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("packetclip.cli.training.find_spec", lambda name: None)
    for verb in ("pretrain", "fit"):
        assert guarded(cli, [verb, "recipes/lab.toml"]) == 1
        err = capsys.readouterr().err
        assert err == (
            f"Error: '{verb}' needs packages that are not installed. "
            "Install them with: pip install 'packetclip[train]'\n"
        )
