"""Frames as a capture holds them: bytes, lengths and times, not yet dissected."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Frames:
    """Some consecutive frames of one source, in file order; N frames over M bytes."""

    data: NDArray[np.uint8]
    """(M,) captured bytes of all frames, in order; between two may lie what stood between them in the source."""
    start: NDArray[np.int64]
    """(N,) where each frame begins in ``data``."""
    captured: NDArray[np.int32]
    """(N,) bytes captured."""
    length: NDArray[np.int32]
    """(N,) bytes on the wire."""
    time_ns: NDArray[np.int64]
    """(N,) nanoseconds since 1970 UTC."""
    link_type: NDArray[np.int32]
    """(N,) LINKTYPE_ number of the interface that saw the frame."""
    index: NDArray[np.int64]
    """(N,) 0-based number of the frame in its source."""

    def __len__(self) -> int:
        return len(self.start)
