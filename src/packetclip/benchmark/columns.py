"""Context fields and labels of a capture, packet by packet: what a baseline learns from and is asked about."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from packetclip.datasets import Lab
from packetclip.errors import CaptureError
from packetclip.ledger import Ledger
from packetclip.wire import capture
from packetclip.wire.context import FIELDS, ContextTracker
from packetclip.wire.flows import FlowTracker
from packetclip.wire.packets import dissect

__all__ = ["BENIGN_PACKETS", "EPISODE_PACKETS", "Columns", "read_columns", "training_rows", "training_set", "transform"]

EPISODE_PACKETS: Final = 1_500
"""Of an episode, for training: a flood is no more than a scan."""
BENIGN_PACKETS: Final = 15_000
"""Of a capture's benign packets, for training."""

_LOG: Final = np.array([field.log for field in FIELDS])


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """One capture, N packets in file order, F fields."""

    fields: NDArray[np.float32]
    """(N, F) in natural units."""
    scored: NDArray[np.bool_]
    """(N,) False for packets that cannot be scored."""
    classes: NDArray[np.int16]
    """(N,) position in ``datasets.CLASSES``; 0 is benign."""
    episodes: NDArray[np.int32]
    """(N,) -1 outside any."""


def read_columns(lab: Lab, name: str) -> Columns:
    """Read, dissect and follow a capture of the lab. Raises CaptureError when labels and packets do not match."""
    tracker, behaviour, ledger = FlowTracker(), ContextTracker(), Ledger()
    fields: list[NDArray[np.float32]] = []
    scored: list[NDArray[np.bool_]] = []
    for frames in capture.read(str(lab.capture_path(name)), ledger):
        packets = dissect(frames)
        fields.append(behaviour.update(packets, tracker.update(packets)).values)
        scored.append(packets["dropped"] == 0)
    classes, episodes = lab.labels(name)
    if sum(map(len, scored)) != len(classes):
        raise CaptureError(
            f"{lab.capture_path(name)} has {sum(map(len, scored))} packets and {len(classes)} labels. "
            "Fetch the lab's files again."
        )
    return Columns(np.concatenate(fields), np.concatenate(scored), classes, episodes)


def training_rows(columns: Columns, rng: np.random.Generator) -> NDArray[np.int64]:
    """Packets to learn from, in file order: some of each episode and some of benign life, scored ones only."""
    pools = [(np.flatnonzero(columns.scored & (columns.classes == 0)), BENIGN_PACKETS)]
    for episode in np.unique(columns.episodes[columns.classes > 0]):
        own = columns.scored & (columns.classes > 0) & (columns.episodes == episode)
        pools.append((np.flatnonzero(own), EPISODE_PACKETS))
    kept = [pool if len(pool) <= most else rng.choice(pool, most, replace=False) for pool, most in pools]
    return np.sort(np.concatenate(kept))


def training_set(lab: Lab, names: Iterable[str], seed: int = 0) -> tuple[NDArray[np.float32], NDArray[np.int16]]:
    """Fields (R, F), natural units, and classes (R,) of the training rows of some captures."""
    rng = np.random.default_rng(seed)
    fields, classes = [np.zeros((0, len(FIELDS)), np.float32)], [np.zeros(0, np.int16)]
    for name in names:
        columns = read_columns(lab, name)
        rows = training_rows(columns, rng)
        fields.append(columns.fields[rows])
        classes.append(columns.classes[rows])
    return np.concatenate(fields), np.concatenate(classes)


def transform(fields: NDArray[Any]) -> NDArray[np.float32]:
    """Fields (N, F) as trees and encoders take them: log(1 + x) of those that span orders of magnitude."""
    return np.where(_LOG, np.log1p(np.maximum(fields, 0.0)), fields).astype(np.float32)
