"""Where results go: standard output, or a file that appears whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from packetclip.errors import OutputError

_ADVICE = {
    errno.ENOENT: "The folder does not exist: make it first.",
    errno.EACCES: "Choose a place that you may write to.",
    errno.EPERM: "Choose a place that you may write to.",
    errno.EROFS: "Choose a place that you may write to.",
    errno.ENOSPC: "Free some space, or choose another place with --output.",
    errno.EDQUOT: "Free some space, or choose another place with --output.",
    errno.EISDIR: "Name a file in it.",
    errno.ENOTDIR: "Part of the path is a file, not a folder.",
}


@contextlib.contextmanager
def writing(path: Path | None) -> Iterator[IO[bytes]]:
    """A binary file to write the result to; ``None`` and ``-`` are standard output.

    A regular file is written beside its final place and renamed at the end, so that a reader never sees half of it and
    a failure leaves what was there. Devices and pipes are written as they are.

    Raises:
        OutputError: the file cannot be made, or the disk is full.
    """
    if path is None or str(path) == "-":
        yield from _stdout()
    elif _special(path):
        with _explained(path, nameless_only=True), _explained_open(path) as file:
            yield file
    else:
        yield from _replaced(path)


def _stdout() -> Iterator[IO[bytes]]:
    try:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        if error.filename is not None:
            raise
        raise OutputError(_sentence("standard output", error)) from error


def _explained_open(path: Path) -> IO[bytes]:
    with _explained(path):
        return path.open("wb")


def _replaced(path: Path) -> Iterator[IO[bytes]]:
    with _explained(path):
        target = path.resolve()
        if target.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
        mode = stat.S_IMODE(target.stat().st_mode) if target.exists() else 0o666 & ~_umask()
        handle, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".part", dir=target.parent)
    part = Path(name)
    try:
        with _explained(path, nameless_only=True), os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        with _explained(path):
            part.chmod(mode)
            part.replace(target)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


@contextlib.contextmanager
def _explained(path: Path, nameless_only: bool = False) -> Iterator[None]:
    """Failures in the block are failures to write ``path``; with ``nameless_only``, those that name no other file."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        if nameless_only and error.filename is not None:
            raise
        raise OutputError(_sentence(str(path), error)) from error


def _sentence(where: str, error: OSError) -> str:
    text = f"{where}: cannot be written: {error.strerror or error}."
    advice = _ADVICE.get(error.errno or 0)
    return f"{text} {advice}" if advice else text


def _special(path: Path) -> bool:
    try:
        return not (stat.S_ISREG(mode := path.stat().st_mode) or stat.S_ISDIR(mode))
    except OSError:
        return False


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
