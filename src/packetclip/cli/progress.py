"""Progress on standard error: a bar on a terminal, a line now and then elsewhere when the work takes minutes."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Callable, Iterator
from typing import Final, TypeAlias

Progress: TypeAlias = Callable[[str, int, int], None]
"""What is going on, how much is done, of how much in all (0 when nobody knows)."""

LINE_EVERY_S: Final = 20.0


@contextlib.contextmanager
def showing(*, quiet: bool = False, lines: bool = False) -> Iterator[Progress]:
    """A function to report progress to. Without a terminal it is silent, or with ``lines`` prints one now and then."""
    if quiet or not (sys.stderr.isatty() or lines):
        yield lambda what, done, total: None
    elif sys.stderr.isatty():
        yield from _bar()
    else:
        yield _Lines()


def _bar() -> Iterator[Progress]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    from packetclip.cli.plain import plain

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        shown: list[tuple[TaskID, int]] = []

        def report(what: str, done: int, total: int) -> None:
            if not shown or shown[-1][1] != total:  # other work; words alone may change with the time that is left
                for former, _ in shown:
                    bar.update(former, visible=False)
                shown.append((bar.add_task(plain(what), total=total or None), total))
            bar.update(shown[-1][0], description=plain(what), completed=done, total=total or None)

        yield report


class _Lines:
    """Prints when the work changes its name, when it ends, and every :data:`LINE_EVERY_S` seconds between."""

    def __init__(self) -> None:
        self._what = ""
        self._printed = 0.0

    def __call__(self, what: str, done: int, total: int) -> None:
        now = time.monotonic()
        if what == self._what and now - self._printed < LINE_EVERY_S and done != total:
            return
        self._what, self._printed = what, now
        print(f"{what}: {done:,}" + (f" of {total:,}" if total else ""), file=sys.stderr, flush=True)
