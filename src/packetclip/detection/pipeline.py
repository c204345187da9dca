"""The whole path, from a capture to scores, stories, embeddings and the nearest sentences.

Several sources are one stream, in the order given: flows and what hosts did lately reach from one file into the next,
as with captures that a tool has cut by size. Everything is batch by batch; only :func:`score_flows` and
:func:`classify` keep something for every flow.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from packetclip.detection.comparison import compared, flow_columns
from packetclip.detection.settings import StorySettings
from packetclip.detection.stories import StoryTeller
from packetclip.detection.story import Story
from packetclip.detection.tables import Column, Table, seconds
from packetclip.errors import UnknownLinkType
from packetclip.ledger import Ledger
from packetclip.model import Model, Scorer, Scores
from packetclip.wire import capture
from packetclip.wire.context import Context, ContextTracker
from packetclip.wire.flows import FlowConfig, FlowSteps, FlowTable, FlowTracker
from packetclip.wire.packets import DROPS, LINK_TYPES, PacketBatch, dissect
from packetclip.wire.summary import enter

Source = capture.Source | Sequence[capture.Source]
"""A capture, a folder of captures, ``-`` for standard input, something endless, or several of them."""
Progress = Callable[[str, int, int], None]
"""What is going on, how much is done, of how much in all (0 when nobody knows)."""
Encode = Callable[[Sequence[str]], NDArray[np.float32]]
"""S sentences to text vectors (S, E): ``TextTower.encode``."""


UNKNOWN_LINK: Final = DROPS.index("unknown_link_type")
BATCH_BYTES: Final = 1 << 23
"""Long frames too come by the thousand, so that all cores have rows to score."""


def silent(what: str, done: int, total: int) -> None:
    """Report nothing."""


@dataclass(frozen=True, slots=True, eq=False)
class ScoredBatch:
    """Some consecutive packets and all that is known of them, row by row."""

    first: int
    """Number of the first packet in the stream, 0-based."""
    packets: PacketBatch
    steps: FlowSteps
    context: Context
    scores: Scores

    def __len__(self) -> int:
        return len(self.packets)

    def table(self) -> Table:
        """One row a packet: ``packet``, ``time``, ``flow``, ``any``, and a column per mission."""
        columns: dict[str, Column] = {
            "packet": np.arange(self.first, self.first + len(self)),
            "time": seconds(self.packets["time_ns"]),
            "flow": self.steps["flow"],
            "any": self.scores.any,
        }
        columns |= {name: self.scores.probabilities[:, m] for m, name in enumerate(self.scores.missions)}
        return Table(columns)


class Pass:
    """One pass over a source: iterate for :class:`ScoredBatch`; ``flows`` is the table of all flows afterwards."""

    def __init__(
        self,
        model: Model,
        source: Source,
        ledger: Ledger,
        workers: int | None = None,
        embedding: bool = False,
        keep_flows: bool = True,
        progress: Progress = silent,
    ) -> None:
        self._scorer = Scorer(model, workers, embedding=embedding)
        self._source = capture.several(source)
        self._ledger = ledger
        self._tracker = FlowTracker(FlowConfig(keep_ended=keep_flows))
        self._progress = progress

    def __iter__(self) -> Iterator[ScoredBatch]:
        behaviour, first = ContextTracker(), 0
        for source in capture.sources(self._source):
            strange: int | None = None
            for frames in capture.read(source, self._ledger, batch_bytes=BATCH_BYTES):
                packets = dissect(frames)
                if strange is None and len(frames):
                    strange = int(frames.link_type[0])
                if not (packets["dropped"] == UNKNOWN_LINK).all():
                    strange = -1
                steps = self._tracker.update(packets)
                context = behaviour.update(packets, steps)
                scores = self._scorer.update(packets, steps, context)
                enter(self._ledger, packets)
                yield ScoredBatch(first, packets, steps, context, scores)
                first += len(packets)
                self._progress(f"Reading {source}", first, 0)
            if strange is not None and strange >= 0:
                known = ", ".join(f"{name} ({number})" for number, name in sorted(LINK_TYPES.items()))
                raise UnknownLinkType(
                    f"{source}: every packet has link type {strange}, which no dissector reads. Known: {known}. "
                    "Capture on another interface, or convert the file (for example with editcap -T)."
                )
        self._tracker.account(self._ledger)

    @property
    def flows(self) -> FlowTable:
        """Every flow so far (only open ones without ``keep_flows``)."""
        return self._tracker.table()


def score_packets(
    model: Model,
    source: Source,
    ledger: Ledger | None = None,
    *,
    workers: int | None = None,
    embedding: bool = False,
    progress: Progress = silent,
) -> Iterator[ScoredBatch]:
    """Scores of every packet, in file order, none left out. Raises CaptureError and ModelError."""
    return iter(Pass(model, source, ledger or Ledger(), workers, embedding, keep_flows=False, progress=progress))


def detect(
    model: Model,
    source: Source,
    ledger: Ledger | None = None,
    *,
    settings: StorySettings | None = None,
    workers: int | None = None,
    progress: Progress = silent,
) -> Iterator[Story]:
    """Stories in the order in which they end; ``settings`` are the model's own by default."""
    ledger = Ledger() if ledger is None else ledger
    teller = story_teller(model, settings)
    for batch in Pass(model, source, ledger, workers, keep_flows=False, progress=progress):
        yield from teller.update(batch.packets, batch.steps, batch.context, batch.scores)
    yield from teller.close()
    if teller.lost:
        ledger.warn(
            f"{teller.lost:,} suspect packets came from or went to more hosts than are remembered at once; "
            "stories count them as scored, but do not hold them."
        )


def story_teller(model: Model, settings: StorySettings | None = None) -> StoryTeller:
    """A StoryTeller for what this model scores."""
    manifest = model.manifest
    settings = settings or StorySettings.of(model.calibration, manifest.missions)
    return StoryTeller(model.missions, settings, manifest.concepts)


def packet_scores(model: Model, source: Source, ledger: Ledger | None = None, *, workers: int | None = None) -> Table:
    """:func:`score_packets` in one table; about 100 bytes a packet."""
    return joined([batch.table() for batch in score_packets(model, source, ledger, workers=workers)])


def joined(tables: Sequence[Table]) -> Table:
    """Tables of the same columns, one after the other."""
    if not tables:
        return Table({})
    columns: dict[str, Column] = {}
    for name, first in tables[0].columns.items():
        parts = [table.columns[name] for table in tables]
        if isinstance(first, list):
            columns[name] = [text for part in parts for text in part]
        else:
            columns[name] = np.concatenate(parts)
    return Table(columns)


def score_flows(
    model: Model,
    source: Source,
    ledger: Ledger | None = None,
    *,
    peak: bool = False,
    workers: int | None = None,
    progress: Progress = silent,
) -> Table:
    """One row a flow: its 5-tuple, community id, packets and bytes, ``any`` and a column per mission.

    A flow's probability is the mean over its packets that were scored, or with ``peak`` the highest of them.
    """
    run = Pass(model, source, ledger or Ledger(), workers, progress=progress)
    gathered = _PerFlow(len(model.manifest.missions) + 1, peak)
    for batch in run:
        row = np.concatenate([batch.scores.any[:, None], batch.scores.probabilities], axis=1)
        gathered.add(batch.steps["flow"], row, batch.scores.scored)
    table = run.flows
    scores = gathered.result(len(table)).astype(np.float32)
    columns = flow_columns(table)
    columns["any"] = scores[:, 0]
    columns |= {name: scores[:, 1 + m] for m, name in enumerate(model.manifest.missions)}
    return Table(columns)


def embed(
    model: Model,
    source: Source,
    ledger: Ledger | None = None,
    *,
    workers: int | None = None,
    progress: Progress = silent,
) -> Iterator[Table]:
    """Batches of ``packet``, ``time``, ``flow``, ``scored`` ``embedding`` (N, D) of unit norm; dropped rows are 0."""
    for batch in score_packets(model, source, ledger, workers=workers, embedding=True, progress=progress):
        assert batch.scores.embedding is not None
        yield Table(
            {
                "packet": np.arange(batch.first, batch.first + len(batch)),
                "time": seconds(batch.packets["time_ns"]),
                "flow": batch.steps["flow"],
                "scored": batch.scores.scored,
                "embedding": batch.scores.embedding,
            }
        )


def classify(
    model: Model,
    source: Source,
    sentences: Sequence[str],
    encode: Encode,
    ledger: Ledger | None = None,
    *,
    workers: int | None = None,
    progress: Progress = silent,
) -> Table:
    """Zero-shot: one row a flow, its 5-tuple, the position of the sentence that fits ``best``, and its probability.

    The mean embedding of a flow's packets is compared with each sentence in the joint space; the softmax over cosines
    with the learned temperature gives ``p0``, ``p1``, ... in the order of the sentences, ``c0``, ... are the cosines.
    """
    run = Pass(model, source, ledger or Ledger(), workers, embedding=True, progress=progress)
    wanted = model.concepts.project(encode(list(sentences)))  # (S, D)
    gathered = _PerFlow(wanted.shape[1], peak=False)
    for batch in run:
        assert batch.scores.embedding is not None
        gathered.add(batch.steps["flow"], batch.scores.embedding, batch.scores.scored)
    table = run.flows
    mean = gathered.result(len(table))  # (flows, D)
    cosine = mean @ wanted.T / np.maximum(np.linalg.norm(mean, axis=1, keepdims=True), 1e-12)  # (flows, S)
    return compared(table, cosine, model.concepts.logit_scale)


class _PerFlow:
    """Mean, or maximum, of rows (N, K) by flow."""

    def __init__(self, width: int, peak: bool) -> None:
        self._peak = peak
        self._rows = np.zeros((0, width))
        self._counts = np.zeros(0, np.int64)

    def add(self, flows: NDArray[np.int64], rows: NDArray[Any], scored: NDArray[np.bool_]) -> None:
        at = np.flatnonzero(scored & (flows >= 0))
        if not len(at):
            return
        at = at[np.argsort(flows[at], kind="stable")]
        known, start, counts = np.unique(flows[at], return_index=True, return_counts=True)
        self._grow(int(known[-1]) + 1)
        together = (np.maximum if self._peak else np.add).reduceat(rows[at].astype(np.float64), start, axis=0)
        self._rows[known] = np.maximum(self._rows[known], together) if self._peak else self._rows[known] + together
        self._counts[known] += counts

    def result(self, flows: int) -> NDArray[np.float64]:
        self._grow(flows)
        rows = self._rows[:flows]
        return rows if self._peak else rows / np.maximum(self._counts[:flows, None], 1)

    def _grow(self, flows: int) -> None:
        if flows <= len(self._rows):
            return
        size = max(flows, 2 * len(self._rows))
        rows, counts = np.zeros((size, self._rows.shape[1])), np.zeros(size, np.int64)
        rows[: len(self._rows)], counts[: len(self._counts)] = self._rows, self._counts
        self._rows, self._counts = rows, counts
