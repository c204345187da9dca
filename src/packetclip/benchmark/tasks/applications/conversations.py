"""Labelled flows as each kind of classifier sees them: our vector, statistics, first packets."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, replace
from itertools import pairwise
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from packetclip.benchmark.reading import read
from packetclip.benchmark.samples import Samples
from packetclip.benchmark.tasks.applications.statistics import STATISTICS, statistics
from packetclip.datasets import NOT_ENTERED, Applications, FlowLabels, LabelledCapture, half
from packetclip.errors import CaptureError
from packetclip.wire import capture
from packetclip.wire.flows import FlowTable, FlowTracker
from packetclip.wire.packets import dissect
from packetclip.wire.packets.masking import MASKED_BYTES

__all__ = ["ABSENT", "PACKETS", "Conversations", "conversations", "gathered"]

PACKETS: Final = 8
"""First packets of a flow whose bytes are kept."""
ABSENT: Final = 256
"""Stands where a flow has no further packet: no byte is like it."""

Embed = Callable[[Samples], NDArray[np.float32]]
"""N packets to (N, D) of unit norm."""


@dataclass(frozen=True, slots=True, eq=False)
class Conversations:
    """N flows; all flows of one 5-tuple in a capture are one, as nDPI's label is theirs together."""

    application: NDArray[np.str_]
    """(N,) nDPI's protocol and whose it is: ``TLS.WhatsApp``."""
    category: NDArray[np.str_]
    """(N,) ``Web``, ``VPN``..."""
    encrypted: NDArray[np.bool_]
    """(N,) by protocol, as nDPI says it."""
    capture: NDArray[np.str_]
    """(N,) the file's name."""
    training: NDArray[np.bool_]
    """(N,) of the half that is learned from."""
    ends: NDArray[np.uint64]
    """(N,) a digest of the 5-tuple, the same both ways: to keep a flow off two sides, in no classifier's sight."""
    vector: NDArray[np.float32]
    """(N, D) mean of the packets' vectors, unit norm."""
    statistics: NDArray[np.float32]
    """(N, S) columns of ``STATISTICS``."""
    first: NDArray[np.int16]
    """(N, PACKETS, 1 + bytes): who sent the packet (1: the originator), its masked bytes; ABSENT beyond the last."""

    def __len__(self) -> int:
        return len(self.category)

    def take(self, rows: NDArray[np.bool_] | NDArray[np.int64]) -> Conversations:
        """The flows at ``rows``."""
        return replace(self, **{column.name: getattr(self, column.name)[rows] for column in fields(self)})


def gathered(folder: Path, embed: Embed) -> Conversations:
    """All flows that nDPI is sure of, of every capture in the folder. Raises MissingCapture, CaptureError."""
    data = Applications(folder)
    parts = []
    for path in data.captures():
        if path.name in NOT_ENTERED:  # its labels are of the tunnel's outside, which the benchmark does not look at
            continue
        labels = data.flow_labels(path.name, _table(path))
        if len(labels):
            parts.append(conversations(path.name, read(LabelledCapture.benign(path, "")), labels, embed))
    parts = [part for part in parts if len(part)]
    if not parts:
        raise CaptureError(f"{folder / 'flows.csv'} has no flow that nDPI is sure of. Fetch the captures again.")
    names = [column.name for column in fields(Conversations)]
    return Conversations(**{name: np.concatenate([getattr(part, name) for part in parts]) for name in names})


def conversations(name: str, samples: Samples, labels: FlowLabels, embed: Embed) -> Conversations:
    """The labelled flows of one capture, in the order of ``labels``, but those without a packet that can be scored."""
    number = np.full(len(samples), -1, np.int64)
    inside = samples.scored & (samples.flow >= 0)
    number[inside] = labels.conversation[samples.flow[inside]]
    rows = np.flatnonzero(number >= 0)
    rows = rows[np.argsort(number[rows], kind="stable")]  # file order within each
    own = samples.take(rows)
    kept, starts = np.unique(number[rows], return_index=True)
    spans = list(_spans(starts, len(rows)))
    vectors = embed(own)
    mean = np.stack([vectors[span].mean(axis=0) for span in spans]) if spans else vectors[:0]
    first = np.full((len(kept), PACKETS, 1 + MASKED_BYTES), ABSENT, np.int16)
    from_orig = own.fields[:, :1] > 0.5
    seen = np.concatenate([from_orig, own.masked], axis=1, dtype=np.int16)
    for flow, span in zip(first, spans, strict=True):
        packets = seen[span][:PACKETS]
        flow[: len(packets)] = packets
    return Conversations(
        np.array([labels.application[at] for at in kept], np.str_),
        np.array([labels.category[at] for at in kept], np.str_),
        labels.encrypted[kept],
        np.array([name] * len(kept), np.str_),
        np.full(len(kept), half(name) == "training"),
        own.conversation[starts],
        (mean / np.maximum(np.linalg.norm(mean, axis=1, keepdims=True), 1e-9)).astype(np.float32),
        np.stack([statistics(own.take(np.arange(len(own))[span])) for span in spans])
        if spans
        else np.zeros((0, len(STATISTICS)), np.float32),
        first,
    )


def _spans(starts: NDArray[np.int64], end: int) -> Iterator[slice]:
    for begin, stop in pairwise([*starts.tolist(), end]):
        yield slice(begin, stop)


def _table(path: Path) -> FlowTable:
    tracker = FlowTracker()
    for frames in capture.read(path):
        tracker.update(dissect(frames))
    return tracker.table()
