"""Methods that have learned from a fold, kept for as long as the next question needs the same one."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from packetclip.benchmark.method import Method
from packetclip.benchmark.samples import Samples

__all__ = ["Fitted", "answers", "fitted"]


@dataclass(frozen=True, slots=True, eq=False)
class Fitted:
    """A method, and what fitting it took."""

    method: Method
    seconds: float
    """Of the processor."""


_last: dict[str, Fitted] = {}


def fitted(key: str, make: Callable[[], Method], train: Samples, tune: Samples) -> Fitted:
    """The method that ``make`` gives, fitted; the last one is kept under its ``key``, for splits that share a side."""
    if key not in _last:
        began = time.process_time()
        method = make()
        method.fit(train, tune)
        _last.clear()
        _last[key] = Fitted(method, time.process_time() - began)
    return _last[key]


def answers(method: Method, samples: Samples) -> NDArray[np.float64]:
    """(N, M + 1), benign first; a packet that cannot be scored is no attack."""
    found = method.predict_proba(samples)
    found[~samples.scored] = np.eye(1, found.shape[1])
    return found
