"""How a source that never ends by itself is told to end."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Iterator
from types import FrameType
from typing import Final

__all__ = ["FLUSH_S", "GLANCE_S", "Ending", "on_signals"]

FLUSH_S: Final = 0.5
"""A batch waits no longer than this for the packets that would fill it."""

GLANCE_S: Final = 0.1
"""Whoever waits looks this often whether it was told to end."""


class Ending:
    """Asked once, by a signal or from another thread; those who wait for packets look at it."""

    def __init__(self) -> None:
        # No lock and no Event: ask() runs in signal handlers, which may interrupt whoever holds one.
        self.asked = False
        """Whether the sources are to end."""
        self.signal: int | None = None
        """The signal that asked, if one did."""

    def ask(self) -> None:
        """Let the sources end: they give what they have and stop."""
        self.asked = True


@contextlib.contextmanager
def on_signals(ending: Ending) -> Iterator[None]:
    """SIGINT and SIGTERM ask ``ending`` in the block; a second one does what it did before. Only in the main thread."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def ask(number: int, frame: FrameType | None) -> None:
        ending.signal = ending.signal or number
        ending.ask()
        restore()

    def restore() -> None:
        for number, handler in before.items():
            signal.signal(number, handler)

    for number in before:
        signal.signal(number, ask)
    try:
        yield
    finally:
        restore()
