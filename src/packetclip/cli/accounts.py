"""The end of every command that reads packets: warnings and the ledger, on standard error."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator

from packetclip.cli.plain import plain
from packetclip.cli.progress import Progress, showing
from packetclip.ledger import Ledger


@contextlib.contextmanager
def accounted(quiet: bool = False) -> Iterator[tuple[Ledger, Progress]]:
    """A ledger and a progress report for one command; what was read is told even when the command fails."""
    ledger = Ledger()
    failed = True
    try:
        with showing(quiet=quiet) as progress:
            yield ledger, progress
        failed = False
    finally:
        for warning in ledger.warnings:
            _tell(f"Warning: {warning}")
        if not quiet and (ledger.packets or not failed):
            _tell(ledger.sentence())


def _tell(sentence: str) -> None:
    # A reader that went away is no reason to lose the command's own error.
    with contextlib.suppress(OSError, ValueError):
        sys.stdout.flush()
    with contextlib.suppress(OSError, ValueError):
        print(plain(sentence), file=sys.stderr, flush=True)
