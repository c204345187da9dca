"""The end of every command that reads packets: warnings and the ledger, on standard error."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator

from packetclip.cli.plain import plain
from packetclip.cli.progress import Progress, showing
from packetclip.ledger import Ledger


@contextlib.contextmanager
def accounted(quiet: bool = False, verb: str = "scored") -> Iterator[tuple[Ledger, Progress]]:
    """A ledger and a progress report for one command; what was read is told even when the command fails.

    ``verb`` says what became of packets that were not dropped.
    """
    ledger = Ledger(verb=verb)
    silent = True  # nothing was read, or nobody reads what we say: | head -1
    try:
        with showing(quiet=quiet) as progress:
            yield ledger, progress
        silent = False
    except BrokenPipeError:
        raise
    except BaseException:
        silent = ledger.packets == 0
        raise
    finally:
        for warning in ledger.warnings:
            _tell(f"Warning: {warning}")
        if not (quiet or silent):
            _tell(ledger.sentence())


def _tell(sentence: str) -> None:
    # A reader that went away is no reason to lose the command's own error.
    with contextlib.suppress(OSError, ValueError):
        sys.stdout.flush()
    with contextlib.suppress(OSError, ValueError):
        print(plain(sentence), file=sys.stderr, flush=True)
