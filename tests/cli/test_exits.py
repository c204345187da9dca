"""Every way to fail has a sentence and an exit code; none has a traceback."""

from __future__ import annotations

import errno
import inspect

import click
import pytest

from packetclip import errors
from packetclip.cli.exits import guarded

EXIT_CODES = {
    "PacketclipError": 1,
    "UsageError": 2,
    "CaptureError": 1,
    "MissingCapture": 1,
    "EmptyFolder": 1,
    "EmptyCapture": 1,
    "NotACapture": 1,
    "UnknownLinkType": 1,
    "MissionError": 1,
    "UnknownMission": 1,
    "InvalidMission": 1,
    "ModelError": 1,
    "MissingModel": 1,
    "DamagedModel": 1,
    "IncompatibleModel": 1,
    "RecipeError": 1,
    "OutputError": 1,
    "LeakFound": 1,
    "MissingExtra": 1,
}


def _raising(error: BaseException) -> click.Command:
    @click.command()
    def verb() -> None:
        raise error

    return verb


def test_every_error_is_in_the_table() -> None:
    classes = {name for name, value in vars(errors).items() if inspect.isclass(value) and issubclass(value, Exception)}
    assert classes == set(EXIT_CODES) == set(errors.__all__)


@pytest.mark.parametrize(("name", "code"), EXIT_CODES.items())
def test_an_error_of_ours_is_a_sentence_and_its_code(name: str, code: int, capsys: pytest.CaptureFixture[str]) -> None:
    kind = getattr(errors, name)
    error = kind("pretrain", "train") if name == "MissingExtra" else kind("office.pcap is gone. Bring it back.")
    assert guarded(_raising(error), []) == code
    out, err = capsys.readouterr()
    assert out == ""
    assert err == f"Error: {error}\n"


@pytest.mark.parametrize(
    ("error", "code", "says"),
    [
        (KeyboardInterrupt(), 130, "Interrupted."),
        (BrokenPipeError(errno.EPIPE, "Broken pipe"), 141, ""),
        (MemoryError(), 1, "Error: not enough memory."),
        (OSError(errno.ENOSPC, "No space left on device"), 1, "cannot write to standard output: No space"),
        (PermissionError(errno.EACCES, "Permission denied", "secret.pcap"), 1, "Error: secret.pcap: Permission"),
        (ZeroDivisionError("division by zero"), 1, "unforeseen happened (ZeroDivisionError: division by zero)."),
        (click.UsageError("no such thing"), 2, "no such thing"),
    ],
)
def test_other_exceptions(error: BaseException, code: int, says: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert guarded(_raising(error), []) == code
    err = capsys.readouterr().err
    assert says in err if says else err == ""
    assert "Traceback" not in err


def test_debug_shows_the_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PACKETCLIP_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        guarded(_raising(ZeroDivisionError()), [])


def test_an_error_cannot_write_escapes_to_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    guarded(_raising(errors.MissingCapture("\x1b[2J\u202egnp.pcap does not exist.")), [])
    assert capsys.readouterr().err == "Error: \\x1b[2J\\u202egnp.pcap does not exist.\n"
