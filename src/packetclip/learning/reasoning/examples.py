"""What a fit learns from: every packet of some captures, its fields, masked bytes, label and history key."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from packetclip.errors import RecipeError
from packetclip.ledger import Ledger
from packetclip.model.history import history_keys
from packetclip.model.manifest import HistoryKey
from packetclip.wire import capture
from packetclip.wire.context import ContextTracker
from packetclip.wire.flows import FlowTracker
from packetclip.wire.packets import dissect, masked_bytes


@dataclass(frozen=True, slots=True, eq=False)
class Examples:
    """The N packets of one capture, in file order."""

    name: str
    fields: NDArray[np.float32]
    """(N, F) context, natural units."""
    bytes: NDArray[np.uint8]
    """(N, 64) masked bytes."""
    scored: NDArray[np.bool_]
    """(N,) False for packets that no model scores."""
    labels: NDArray[np.int64]
    """(N,) 0 benign, m + 1 for mission m."""
    episodes: NDArray[np.int64]
    """(N,) number of the episode; -1 outside any."""
    history: NDArray[np.uint64]
    """(N,) the same number for packets that share a history."""

    def __len__(self) -> int:
        return len(self.labels)


@dataclass(frozen=True, slots=True, eq=False)
class Labelled:
    """A capture's path and its packets' labels; ``labels`` None means that all of it is benign life."""

    name: str
    source: str
    labels: NDArray[np.int64] | None = None
    episodes: NDArray[np.int64] | None = None


def load_examples(captures: Iterable[Labelled], key: HistoryKey, width: int = 64) -> Iterator[Examples]:
    """Read, dissect and follow each capture from its first packet to its last."""
    for labelled in captures:
        tracker, behaviour, ledger = FlowTracker(), ContextTracker(), Ledger()
        parts: list[tuple[NDArray[Any], ...]] = []
        for frames in capture.read(labelled.source, ledger):
            packets = dissect(frames)
            steps = tracker.update(packets)
            context = behaviour.update(packets, steps)
            parts.append(
                (
                    context.values,
                    masked_bytes(packets, width),
                    packets["dropped"] == 0,
                    history_keys(packets, steps, key),
                )
            )
        if not parts:
            continue
        fields, seen, scored, history = (np.concatenate(column) for column in zip(*parts, strict=True))
        n = len(scored)
        if key == "none":
            history = np.arange(n, dtype=np.uint64)  # no packet shares its history with another
        if labelled.labels is not None and len(labelled.labels) != n:
            raise RecipeError(
                f"{labelled.source} holds {n:,} packets and its table {len(labelled.labels):,} labels. "
                "There must be one for each packet: are they of the same capture?"
            )
        yield Examples(
            labelled.name,
            fields,
            seen,
            scored,
            np.zeros(n, np.int64) if labelled.labels is None else labelled.labels,
            np.full(n, -1, np.int64) if labelled.episodes is None else labelled.episodes,
            history,
        )
