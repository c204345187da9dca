"""Frames made from Python values, for tests and for small experiments."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from packetclip.wire.capture.frames import Frames

__all__ = ["memory"]


def memory(records: Iterable[tuple[int, bytes]], link_type: int = 1) -> Frames:
    """Frames of (time in nanoseconds since 1970 UTC, bytes of the frame), all captured whole.

    >>> frames = memory([(0, b"ab"), (1_000_000_000, b"cde")])
    >>> len(frames), bytes(frames.data), frames.start.tolist()
    (2, b'abcde', [0, 2])
    """
    pairs = list(records)
    captured = np.array([len(frame) for _, frame in pairs], np.int32)
    end = np.cumsum(captured, dtype=np.int64)
    return Frames(
        data=np.frombuffer(bytearray(b"".join(frame for _, frame in pairs)), np.uint8),
        start=end - captured,
        captured=captured,
        length=captured.copy(),
        time_ns=np.array([time_ns for time_ns, _ in pairs], np.int64),
        link_type=np.full(len(pairs), link_type, np.int32),
        index=np.arange(len(pairs), dtype=np.int64),
    )
