"""Cores, and two steps of the path at once."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final, TypeVar

__all__ = ["available_cores", "beside"]

Item = TypeVar("Item")
Result = TypeVar("Result")

_BEHIND: Final = 2
"""Items that may wait for their results: one that is worked on, one that is ready when that is done."""


def available_cores() -> int:
    """Cores that this process may use, where the system tells; else those of the machine."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def beside(items: Iterable[Item], work: Callable[[Item], Result], workers: int) -> Iterator[tuple[Item, Result]]:
    """Each item and ``work(item)``, in order; with two ``workers`` the next item is made while ``work`` goes on.

    More than two are no faster. ``work`` runs in one thread, one item after the other, so what it remembers is the same
    as without. When ``items`` fails, what came before is given first.
    """
    if workers < 2:
        yield from ((item, work(item)) for item in items)
        return
    under_way: deque[tuple[Item, Future[Result]]] = deque()
    failure: Exception | None = None
    source = iter(items)
    with ThreadPoolExecutor(1, "beside") as thread:
        while True:
            try:
                item = next(source)
            except StopIteration:
                break
            except Exception as error:
                failure = error
                break
            under_way.append((item, thread.submit(work, item)))
            if len(under_way) > _BEHIND:
                first, result = under_way.popleft()
                yield first, result.result()
        yield from ((first, result.result()) for first, result in under_way)
    if failure is not None:
        raise failure
