"""How sources are named, and how those without an end are ended."""

from __future__ import annotations

import os
import signal
from typing import Any

import click
import pytest

from packetclip.cli import options
from packetclip.cli.exits import guarded
from packetclip.wire.capture import Follow, Live


def run(*args: str, while_reading: int | None = None) -> tuple[int, list[Any]]:
    """The exit code of a command that takes sources, and what it was given."""
    given: list[Any] = []

    @click.command()
    @options.sources
    @options.quiet
    def command(sources: tuple[Any, ...], quiet: bool) -> int:
        given.extend(sources)
        if while_reading:
            os.kill(os.getpid(), while_reading)
            assert given[0].ending.asked
        return 0

    return guarded(command, args), given


def test_paths_stay_as_they_are() -> None:
    assert run("a.pcap", "-", "b.pcap", "--quiet") == (0, ["a.pcap", "-", "b.pcap"])


def test_an_interface() -> None:
    wanted = Live("eth0", "tcp port 80", 96, 8, promiscuous=False)
    args = ["--live", "eth0", "--filter", "tcp port 80", "--snap-length", "96", "--buffer", "8", "--no-promiscuous"]
    assert run(*args) == (0, [wanted])
    assert run("--live", "any") == (0, [Live("any")])


def test_a_growing_file() -> None:
    assert run("--follow", "a.pcap") == (0, [Follow("a.pcap")])


@pytest.mark.parametrize("args", [("-",), ("--live", "eth0"), ("--follow", "a.pcap")])
def test_signals_end_what_has_no_end(args: tuple[str, ...]) -> None:
    assert run(*args, while_reading=signal.SIGINT)[0] == 130
    assert run(*args, while_reading=signal.SIGTERM)[0] == 0


@pytest.mark.parametrize(
    ("args", "says"),
    [
        ((), "Missing argument 'SOURCE...'"),
        (("--live", "eth0", "a.pcap"), "--live stands instead of SOURCE"),
        (("--live", "eth0", "--follow"), "--live stands instead of SOURCE"),
        (("--filter", "tcp", "a.pcap"), "--filter goes with --live"),
        (("--buffer", "9", "a.pcap"), "--buffer goes with --live"),
        (("--no-promiscuous", "a.pcap"), "--no-promiscuous goes with --live"),
        (("--follow", "a.pcap", "b.pcap"), "--follow takes one SOURCE"),
        (("--follow", "-"), "--follow takes one SOURCE"),
    ],
)
def test_asking_wrongly(args: tuple[str, ...], says: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(*args)[0] == 2
    assert says in capsys.readouterr().err
