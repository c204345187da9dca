"""What a method learns from and is asked about: packets, as each kind of method looks at them, beside their truth."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from packetclip.wire.context import FIELDS

__all__ = ["PAYLOAD_BYTES", "UNKNOWN", "Samples", "join", "transform"]

PAYLOAD_BYTES: Final = 128
UNKNOWN: Final = -1
"""Class of a packet that nobody labelled: neither learned from nor asked about."""

_LOG: Final = np.array([field.log for field in FIELDS])


@dataclass(frozen=True, slots=True, eq=False)
class Samples:
    """N packets of C captures, in file order within each.

    What methods see is the first group of columns; the second is the truth, the third who and when: for splits and the
    audit, and in no method's sight.
    """

    fields: NDArray[np.float32]
    """(N, F) context, in natural units."""
    masked: NDArray[np.uint8]
    """(N, 64) header bytes with identities zeroed, as our own encoder takes them."""
    payload: NDArray[np.uint8]
    """(N, PAYLOAD_BYTES) the first bytes of the payload as they were captured, then zeros."""
    payload_length: NDArray[np.int32]
    """(N,) captured bytes of the payload, also those beyond PAYLOAD_BYTES."""
    scored: NDArray[np.bool_]
    """(N,) False for packets that cannot be scored."""

    classes: NDArray[np.int16]
    """(N,) position in the data's classes, 0 for benign; UNKNOWN where there is no label."""
    episodes: NDArray[np.int32]
    """(N,) number of the episode within its capture; -1 outside any."""

    capture: NDArray[np.int16]
    """(N,) position in ``names``."""
    flow: NDArray[np.int64]
    """(N,) number of the flow within its capture; -1 for packets outside flows."""
    time_ns: NDArray[np.int64]
    """(N,) since 1970 UTC."""
    orig: NDArray[np.uint64]
    """(N,) a digest of the address of the packet's sender."""
    resp: NDArray[np.uint64]
    """(N,) of its receiver."""
    conversation: NDArray[np.uint64]
    """(N,) a digest of the 5-tuple, the same both ways."""
    content: NDArray[np.uint64]
    """(N,) a digest of all bytes from the network header on: equal for copies of one packet."""
    alike: NDArray[np.uint64]
    """(N,) a digest of ``masked`` and of the first bytes of the payload: equal for packets alike but for identities."""

    names: tuple[str, ...]
    """(C,) of the captures."""
    networks: tuple[str, ...]
    """(C,) which network each was taken in."""

    def __len__(self) -> int:
        return len(self.classes)

    @property
    def nbytes(self) -> int:
        """Of all columns together."""
        return sum(getattr(self, name).nbytes for name in _COLUMNS)

    def take(self, rows: NDArray[Any]) -> Samples:
        """The packets at ``rows``, positions or a mask."""
        return dataclasses.replace(self, **{name: getattr(self, name)[rows] for name in _COLUMNS})


_COLUMNS: Final = tuple(f.name for f in dataclasses.fields(Samples) if f.name not in ("names", "networks"))


def join(parts: Sequence[Samples]) -> Samples:
    """Samples of several captures as one. Raises ValueError without any."""
    if not parts:
        raise ValueError("no samples to join")
    start = np.cumsum([0, *(len(part.names) for part in parts)])
    moved = [
        dataclasses.replace(part, capture=(part.capture + at).astype(np.int16))
        for part, at in zip(parts, start, strict=False)
    ]
    return Samples(
        **{name: np.concatenate([getattr(part, name) for part in moved]) for name in _COLUMNS},
        names=tuple(name for part in parts for name in part.names),
        networks=tuple(network for part in parts for network in part.networks),
    )


def transform(fields: NDArray[Any]) -> NDArray[np.float32]:
    """Fields (N, F) as trees and encoders take them: log(1 + x) of those that span orders of magnitude."""
    return np.where(_LOG, np.log1p(np.maximum(fields, 0.0)), fields).astype(np.float32)
