"""A capture and the class of each of its packets: what every data set hands out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from packetclip.wire import capture

__all__ = ["Dataset", "LabelledCapture"]


@dataclass(frozen=True, slots=True, eq=False)
class LabelledCapture:
    """N packets in file order; nothing but the labels has been read."""

    name: str
    source: Path
    network: str
    """Which network it was taken in: captures of one share hosts and habits."""
    classes: NDArray[np.int16]
    """(N,) position in the data set's classes, 0 for benign; -1 where nobody knows."""
    episodes: NDArray[np.int32]
    """(N,) number of the attack's episode within the capture; -1 outside any."""

    @classmethod
    def benign(cls, path: Path, network: str) -> LabelledCapture:
        """A capture of nothing but ordinary life, named as its file; its packets are counted, not looked into.

        Raises CaptureError where it cannot be read.
        """
        packets = sum(len(frames) for frames in capture.read(path))
        return cls(path.name, path, network, np.zeros(packets, np.int16), np.full(packets, -1, np.int32))


class Dataset(Protocol):
    """Labelled captures of one origin."""

    @property
    def classes(self) -> Sequence[str]:
        """Names of the classes; the first is Benign."""

    @property
    def names(self) -> Sequence[str]:
        """The captures that are here."""

    def capture(self, name: str) -> LabelledCapture:
        """One of them. Raises MissingCapture, CaptureError."""
