"""The public face in full: what ``import packetclip`` offers, for people who write Python."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from packetclip import model as runtime
from packetclip.detection import Story, Table, enter, joined, story_line
from packetclip.detection import pipeline as path
from packetclip.detection.pipeline import Progress, Source, silent
from packetclip.detection.records import classify_records
from packetclip.language.captions import Ends, caption, record_caption, title_of
from packetclip.language.knowledge import Mission
from packetclip.ledger import Ledger
from packetclip.wire import capture, records
from packetclip.wire.context import FIELDS, ContextTracker
from packetclip.wire.flows import FlowTable, FlowTracker
from packetclip.wire.packets import dissect, format_addresses
from packetclip.wire.records import RecordTable

__all__ = ["Description", "Model", "Stories", "describe", "load"]


def load(folder: str | Path | None = None, *, workers: int | None = None) -> Model:
    """A model, by default the one that ships. Raises MissingModel, DamagedModel or IncompatibleModel.

    ``workers`` threads score, by default one a core; results do not depend on their number.
    """
    return Model(runtime.load(folder), workers)


class Model:
    """Everything that can be asked of captures. A source is a path, a folder, ``-``, or several of them.

    A :class:`Live` interface or a file to :class:`Follow` is one too: its ``stop()``, called from another thread, ends
    it, and what was read until then is answered.

    Every method takes a :class:`Ledger` to account in, and a function to report progress to; it raises CaptureError
    when a source cannot be read, and ModelError when the model's folder was changed under it.
    """

    def __init__(self, inner: runtime.Model, workers: int | None = None) -> None:
        """Wrap what ``packetclip.model.load`` gave; most callers want :func:`load`."""
        self.inner, self.workers = inner, workers

    def __repr__(self) -> str:
        return f"<packetclip.Model {self.inner.name}, {len(self.missions)} missions, in {self.folder}>"

    @property
    def folder(self) -> Path:
        """Where it was loaded from."""
        return self.inner.folder

    @property
    def card(self) -> str:
        """The model card, Markdown."""
        return self.inner.card

    @property
    def missions(self) -> tuple[Mission, ...]:
        """What it looks for, in the order of the columns."""
        return self.inner.missions

    def save(self, folder: str | Path) -> None:
        """Copy the model to another folder. Raises OutputError."""
        self.inner.save(folder)

    def detect(self, source: Source, ledger: Ledger | None = None, progress: Progress = silent) -> Stories:
        """What goes on, as stories in the order in which they began."""
        ledger = Ledger() if ledger is None else ledger
        stories = path.detect(self.inner, source, ledger, workers=self.workers, progress=progress)
        return Stories(sorted(stories, key=lambda story: (story.first_ns, story.id)), ledger)

    def scores(self, source: Source, ledger: Ledger | None = None, progress: Progress = silent) -> Table:
        """A row a packet, none left out: ``packet``, ``time``, ``flow``, ``any``, and a column per mission."""
        batches = path.score_packets(self.inner, source, ledger, workers=self.workers, progress=progress)
        return joined([batch.table() for batch in batches])

    def flows(self, source: Source, ledger: Ledger | None = None, progress: Progress = silent) -> Table:
        """A row a flow: its times, 5-tuple and community id, ``any``, and a column per mission."""
        return path.score_flows(self.inner, source, ledger, workers=self.workers, progress=progress)

    def embed(self, source: Source, ledger: Ledger | None = None, progress: Progress = silent) -> Table:
        """A row a packet; ``embedding`` is (N, D), unit norm, zeros where a packet was dropped."""
        return joined(list(path.embed(self.inner, source, ledger, workers=self.workers, progress=progress)))

    def classify(
        self, source: Source, sentences: Sequence[str], ledger: Ledger | None = None, progress: Progress = silent
    ) -> Table:
        """A row a flow: the ``sentence`` that fits best, and the probability ``p0``, ``p1``, ... of each.

        Of flow records (Zeek's conn.log, Suricata's EVE) the description is compared, as there are no packets to embed.
        """
        ledger = Ledger() if ledger is None else ledger
        if logs := records.sources(capture.several(source)):
            told = _records(logs, ledger, progress)
            table = classify_records(
                self.inner, told, sentences, self._tower.encode, lambda n, of: progress("Comparing", n, of)
            )
            return _chosen(table, sentences)
        encode, workers = self._tower.encode, self.workers
        table = path.classify(self.inner, source, sentences, encode, ledger, workers=workers, progress=progress)
        return _chosen(table, sentences)

    @cached_property
    def _tower(self) -> Any:
        from packetclip.language.text import TextTower

        return TextTower.load()


class Stories(Sequence[Story]):
    """Stories of one run, and the ledger of what was read for them."""

    def __init__(self, stories: Sequence[Story], ledger: Ledger) -> None:
        """Keep both."""
        self._stories = tuple(stories)
        self.ledger = ledger

    @overload
    def __getitem__(self, index: int) -> Story: ...
    @overload
    def __getitem__(self, index: slice) -> Stories: ...
    def __getitem__(self, index: int | slice) -> Story | Stories:
        if isinstance(index, slice):
            return Stories(self._stories[index], self.ledger)
        return self._stories[index]

    def __len__(self) -> int:
        return len(self._stories)

    def __iter__(self) -> Iterator[Story]:
        return iter(self._stories)

    def __repr__(self) -> str:
        return f"<{len(self)} stories. {self.ledger.sentence()}>"

    def to_pandas(self) -> Any:
        """A ``pandas.DataFrame``, columns as in the JSON lines. Raises MissingExtra when pandas is not installed."""
        return self._table().to_pandas()

    def to_arrow(self) -> Any:
        """A ``pyarrow.Table``, likewise. Raises MissingExtra when pyarrow is not installed."""
        return self._table().to_arrow()

    def _table(self) -> Table:
        lines = [story_line(story) for story in self]
        names = [name for name in lines[0] if name != "type"] if lines else []
        return Table({name: [line[name] for line in lines] for name in names})


@dataclass(frozen=True, slots=True)
class Description:
    """A flow in words."""

    flow: int
    """0-based, in the order of first packets."""
    first_seen: float
    """Unix seconds."""
    packets: int
    """Both ways; -1 for a flow record that does not hold them."""
    title: str
    """Who spoke to whom: addresses and ports, escaped for display."""
    sentences: str
    """What it did, and what its hosts did lately."""


def describe(
    *sources: capture.Source,
    limit: int | None = None,
    sentences: int | None = 6,
    ledger: Ledger | None = None,
    progress: Progress = silent,
) -> list[Description]:
    """Each flow in plain sentences, by what was known at its last packet; no model is needed.

    Logs of flow records (Zeek's conn.log, Suricata's EVE) are told by what each record holds.

    ``limit`` keeps the first so many flows only; ``sentences`` the most unusual of what could be said (None: all).
    Raises CaptureError.
    """
    ledger = Ledger() if ledger is None else ledger
    if logs := records.sources(sources):
        return _described(_records(logs, ledger, progress), limit, sentences)
    flows, behaviour = FlowTracker(), ContextTracker()
    last = np.zeros((0, len(FIELDS)), np.float32)  # (flows, F)
    for source in capture.sources(sources):
        for frames in capture.read(source, ledger):
            packets = dissect(frames)
            steps = flows.update(packets)
            context = behaviour.update(packets, steps)
            enter(ledger, packets)
            number = steps["flow"]
            kept = np.flatnonzero((number >= 0) & (number < (number.max(initial=0) + 1 if limit is None else limit)))
            last = _grown(last, int(number[kept].max(initial=-1)) + 1)
            last[number[kept]] = context.values[kept]  # of several packets of a flow the last one stays
            progress(f"Reading {source}", ledger.packets, 0)
    flows.account(ledger)
    table = flows.table()
    texts = [title_of(ends) for ends in _ends(table)[: len(last) if limit is None else limit]]
    return [
        Description(flow, first_ns / 1e9, packets, title, caption(last[flow], sentences=sentences))
        for flow, (title, first_ns, packets) in enumerate(
            zip(texts, table["first_ns"].tolist(), (table["orig_pkts"] + table["resp_pkts"]).tolist(), strict=False)
        )
    ]


def _records(logs: Sequence[str], ledger: Ledger, progress: Progress) -> RecordTable:
    """All flows of several logs, in the order of their starts."""

    def batches() -> Iterator[RecordTable]:
        for log in logs:
            for batch in records.read(log, ledger):
                progress(f"Reading {log}", ledger.packets, 0)
                yield batch

    return records.gathered(batches())


def _described(table: RecordTable, limit: int | None, sentences: int | None) -> list[Description]:
    shown = RecordTable(table.rows[:limit])
    texts = [title_of(ends) for ends in _ends(shown)]
    columns = (texts, (shown["first_ns"] / 1e9).tolist(), shown.packets().tolist(), records.facts(shown))
    return [
        Description(flow, first, packets, title, record_caption(known, sentences=sentences))
        for flow, (title, first, packets, known) in enumerate(zip(*columns, strict=True))
    ]


def _chosen(table: Table, sentences: Sequence[str]) -> Table:
    chosen = [sentences[best] for best in np.asarray(table["best"]).tolist()]
    return Table({**table.columns, "sentence": chosen})


def _grown(rows: NDArray[Any], n: int) -> NDArray[Any]:
    if n <= len(rows):
        return rows
    grown = np.zeros((max(n, 2 * len(rows)), *rows.shape[1:]), rows.dtype)
    grown[: len(rows)] = rows
    return grown


def _ends(table: FlowTable | RecordTable) -> list[Ends]:
    columns = (
        format_addresses(table["orig_hi"], table["orig_lo"]),
        table["orig_port"].tolist(),
        format_addresses(table["resp_hi"], table["resp_lo"]),
        table["resp_port"].tolist(),
        table["protocol"].tolist(),
        table.conn_states(),
    )
    return [Ends(*end) for end in zip(*columns, strict=True)]
