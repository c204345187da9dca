"""What a check says: how bad, one sentence, and the packets that show it."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from packetclip.benchmark.samples import Samples
from packetclip.errors import PacketclipError

if TYPE_CHECKING:
    from packetclip.benchmark.plan import Plan

__all__ = ["Example", "Finding", "Severity", "examples"]

SHOWN: Final = 3


class Severity(StrEnum):
    """How bad, worst first."""

    FAIL = "fail"
    """The figures would mean something else than the split says: nothing should be measured."""
    EXPECTED = "expected"
    """As bad, in a split that the recipe calls leaky."""
    WARN = "warn"
    """The figures mean what they say, with this beside them."""
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Example:
    """A packet of the test side, or another thing that offends."""

    capture: str
    packet: int
    """Position in the capture's file, from 0; -1 where it is none."""
    time: str
    """ISO 8601, UTC; empty where it is none."""
    what: str
    """What is wrong with it, with numbers."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a check found in one fold."""

    check: str
    severity: Severity
    sentence: str
    examples: tuple[Example, ...] = ()
    split: str = ""
    fold: str = ""

    def as_dict(self) -> dict[str, Any]:
        """What JSON can hold."""
        return dataclasses.asdict(self)


def examples(
    plan: Plan, asked: Samples, rows: NDArray[Any], learned: Samples | None = None, same: NDArray[Any] | None = None
) -> tuple[Example, ...]:
    """Some packets at ``rows`` (K,) of the samples asked about, each beside the one at ``same`` (K,) learned from."""
    shown = np.unique(np.linspace(0, len(rows) - 1, min(SHOWN, len(rows))).astype(int))
    found = []
    for at in shown:
        row = int(rows[at])
        what = plan.classes[asked.classes[row]] if asked.classes[row] >= 0 else "no label"
        if learned is not None and same is not None:
            other = int(same[at])
            place = f"packet {number:,}" if (number := _number(plan, learned, other)) >= 0 else "a packet"
            what += f"; learned from as {place} of {learned.names[learned.capture[other]]}, {_time(learned, other)}"
        found.append(Example(asked.names[asked.capture[row]], _number(plan, asked, row), _time(asked, row), what))
    return tuple(found)


def _number(plan: Plan, samples: Samples, row: int) -> int:
    """Position in its capture: samples that were drawn have lost it."""
    try:
        whole = plan.samples(samples.names[samples.capture[row]])
    except PacketclipError:
        return -1  # ordinary life is no part of the data set
    columns = ("time_ns", "content", "conversation", "orig")
    same = np.logical_and.reduce([getattr(whole, name) == getattr(samples, name)[row] for name in columns])
    at = np.flatnonzero(same)
    return int(at[0]) if len(at) else -1


def _time(samples: Samples, row: int) -> str:
    seconds, rest = divmod(int(samples.time_ns[row]), 10**9)
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}.{rest // 1000:06}Z"
