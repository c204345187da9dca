"""Ending worker processes at once, when someone presses Ctrl-C and when the run itself is killed."""

from __future__ import annotations

import multiprocessing
import os
import threading
from concurrent.futures import ProcessPoolExecutor

__all__ = ["end_with_parent", "stop"]


def stop(pool: ProcessPoolExecutor) -> None:
    """Take nothing new, and end what runs: what it has not kept by now is measured again another time."""
    pool.shutdown(wait=False, cancel_futures=True)
    for process in multiprocessing.active_children():
        process.terminate()


def end_with_parent() -> None:
    """In a worker: leave when the process that started it is gone, which may have had no time to say so."""
    parent = multiprocessing.parent_process()
    assert parent is not None

    def watch() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
