"""What the bootstrap draws: episodes of attacks, minutes of benign life. Packets of one of them are not independent."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from packetclip.benchmark.samples import Samples

__all__ = ["Unit", "units"]

_MINUTE_NS: Final = 60_000_000_000


class Unit(NamedTuple):
    """Packets that stand or fall together; in the order of these fields."""

    code: int
    """Position of their class in the data's classes, 0 for benign."""
    capture: str
    is_episode: bool
    """False for a minute: of benign life, or of attacks whose episodes nobody numbered."""
    number: int
    """Of the episode within its capture, or of the minute since 1970 UTC."""


def units(samples: Samples, rows: NDArray[np.int64]) -> tuple[list[Unit], NDArray[np.int64]]:
    """The units of the packets at ``rows`` (N,), all of which have a class, and the place (N,) of each packet's."""
    known, episodes = samples.classes[rows].astype(np.int64), samples.episodes[rows].astype(np.int64)
    is_episode = (known > 0) & (episodes >= 0)
    number = np.where(is_episode, episodes, samples.time_ns[rows] // _MINUTE_NS)
    packed = (samples.capture[rows].astype(np.int64) << 48) | (known << 33) | (is_episode.astype(np.int64) << 32)
    distinct, own = np.unique(packed | (number & 0xFFFFFFFF), return_inverse=True)
    found = [
        Unit(code >> 33 & 0x7FFF, samples.names[code >> 48], bool(code >> 32 & 1), code & 0xFFFFFFFF)
        for code in distinct.tolist()
    ]
    return found, own.astype(np.int64)
