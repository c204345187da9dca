"""``packetclip warm``: compile what commands need, so that the first of each need not wait for it."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Iterator

import click

from packetclip.cli import options


@click.command("warm")
@options.source
@options.model
def command(source: str, model: str | None) -> None:
    """Compile what detection, statistics and flow tables need by making them of SOURCE; the kernels stay on disk."""
    begin = time.monotonic()
    with _waiting("Compiling, about a minute the first time"):
        from packetclip.api import load
        from packetclip.ledger import Ledger
        from packetclip.wire.export import flow_records
        from packetclip.wire.summary import summarize

        found = load(model).detect(source)
        summarize([source])
        for _ in flow_records([source], Ledger()):
            pass
    print(f"Compiled in {time.monotonic() - begin:.0f} s; a trial run found {len(found)} stories.", file=sys.stderr)


@contextlib.contextmanager
def _waiting(what: str) -> Iterator[None]:
    if not sys.stderr.isatty():
        print(f"{what} ...", file=sys.stderr, flush=True)
        yield
        return
    from rich.console import Console

    with Console(stderr=True).status(what):
        yield
