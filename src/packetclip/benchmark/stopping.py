"""Ending worker processes at once, when someone presses Ctrl-C."""

from __future__ import annotations

import multiprocessing
from concurrent.futures import ProcessPoolExecutor

__all__ = ["stop"]


def stop(pool: ProcessPoolExecutor) -> None:
    """Take nothing new, and end what runs: what it has not kept by now is measured again another time."""
    pool.shutdown(wait=False, cancel_futures=True)
    for process in multiprocessing.active_children():
        process.terminate()
