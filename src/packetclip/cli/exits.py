"""How a command ends: every exception becomes a sentence on standard error and an exit code."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from collections.abc import Sequence
from typing import Final

import click

from packetclip.cli.plain import plain
from packetclip.errors import PacketclipError

FAILED: Final = 1
USAGE: Final = 2
STORIES_FOUND: Final = 3
INTERRUPTED: Final = 130  # 128 + SIGINT, as shells have it
BROKEN_PIPE: Final = 141  # 128 + SIGPIPE

_ORDINARY: Final = (click.ClickException, click.exceptions.Exit, BrokenPipeError)

DEBUG: Final = "PACKETCLIP_DEBUG"
ISSUES: Final = "https://github.com/packetclip/packetclip/issues"


def guarded(command: click.Command, args: Sequence[str]) -> int:
    """Run ``command`` and return its exit code; nothing is raised, except everything when PACKETCLIP_DEBUG is set."""
    try:
        # Started with >&- or 2>&-: somebody wants nothing there.
        sys.stdout = sys.stdout or open(os.devnull, "w")  # noqa: PTH123, SIM115 - lives as long as the process
        sys.stderr = sys.stderr or open(os.devnull, "w")  # noqa: PTH123, SIM115
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):  # names of files need not be what the terminal can show
                stream.reconfigure(errors="backslashreplace")
        # Not command.main(): it has views of its own on broken pipes and interrupts.
        with command.make_context("packetclip", list(args)) as context:
            result = command.invoke(context)
        sys.stdout.flush()
        return result if isinstance(result, int) else 0
    except BaseException as error:
        if os.environ.get(DEBUG) == "1" and not isinstance(error, _ORDINARY):
            raise
        return _told(error)


def _told(error: BaseException) -> int:
    match error:
        case click.exceptions.Exit():
            return error.exit_code
        case click.ClickException():
            error.show()
            return error.exit_code
        case click.Abort() | KeyboardInterrupt():
            _say("Interrupted.")
            return INTERRUPTED
        case BrokenPipeError():
            _abandon_stdout()
            return BROKEN_PIPE
        case PacketclipError():
            _say(f"Error: {error}")
            code = error.exit_code
        case MemoryError():
            _say("Error: not enough memory. Close other programs, or give fewer captures at once.")
            code = FAILED
        case OSError() if error.filename is None:  # a write to standard output
            _say(f"Error: cannot write to standard output: {error.strerror or error}.")
            code = FAILED
        case OSError():
            _say(f"Error: {error.filename}: {error.strerror or error}.")
            code = FAILED
        case _:
            _say(
                f"Error: something unforeseen happened ({type(error).__name__}: {error}). "
                f"Please report it at {ISSUES}, with the output of the same command run with {DEBUG}=1."
            )
            code = FAILED
    _abandon_stdout()
    return code


def _say(sentence: str) -> None:
    with contextlib.suppress(OSError, ValueError):
        print(plain(sentence, keep="\n"), file=sys.stderr, flush=True)


def _abandon_stdout() -> None:
    """Let the interpreter's own flush at exit find a place to write: what is buffered is lost either way."""
    with contextlib.suppress(OSError, ValueError):
        sys.stdout.flush()
        return
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
