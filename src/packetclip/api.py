"""The public face in full: what ``import packetclip`` offers, for people who write Python."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from packetclip.language.captions import Ends, caption, title_of
from packetclip.ledger import Ledger
from packetclip.wire import capture
from packetclip.wire.context import FIELDS, ContextTracker
from packetclip.wire.flows import FlowTable, FlowTracker
from packetclip.wire.packets import DROPS, WEIRDS, PacketBatch, dissect, format_addresses

Progress = Callable[[str, int, int], None]
"""What is going on, how much is done, of how much in all (0 when nobody knows)."""


def silent(what: str, done: int, total: int) -> None:
    """Report nothing."""


@dataclass(frozen=True, slots=True)
class Description:
    """A flow in words."""

    flow: int
    """0-based, in the order of first packets."""
    first_seen: float
    """Unix seconds."""
    packets: int
    title: str
    """Who spoke to whom: addresses and ports, escaped for display."""
    sentences: str
    """What it did, and what its hosts did lately."""


def describe(
    *sources: str | Path,
    limit: int | None = None,
    sentences: int | None = 6,
    ledger: Ledger | None = None,
    progress: Progress = silent,
) -> list[Description]:
    """Each flow in plain sentences, by what was known at its last packet; no model is needed.

    ``limit`` keeps the first so many flows only; ``sentences`` the most unusual of what could be said (None: all).
    Raises CaptureError.
    """
    ledger = Ledger() if ledger is None else ledger
    flows, behaviour = FlowTracker(), ContextTracker()
    last = np.zeros((0, len(FIELDS)), np.float32)  # (flows, F)
    for source in capture.sources([str(source) for source in sources]):
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
    table = flows.table()
    texts = [title_of(ends) for ends in _ends(table)[: len(last) if limit is None else limit]]
    return [
        Description(flow, first_ns / 1e9, packets, title, caption(last[flow], sentences=sentences))
        for flow, (title, first_ns, packets) in enumerate(
            zip(texts, table["first_ns"].tolist(), (table["orig_pkts"] + table["resp_pkts"]).tolist(), strict=False)
        )
    ]


def enter(ledger: Ledger, packets: PacketBatch) -> None:
    """Enter a batch into the ledger: rows that can be scored, rows that cannot and why, oddities."""
    counts = np.bincount(packets["dropped"], minlength=len(DROPS)).tolist()
    ledger.score(counts[0])
    for reason, n in zip(DROPS[1:], counts[1:], strict=False):
        ledger.drop(reason, n)
    for bit, weird in enumerate(WEIRDS):
        ledger.note(weird, int(np.count_nonzero(packets["weird"] & (1 << bit))))


def _grown(rows: NDArray[Any], n: int) -> NDArray[Any]:
    if n <= len(rows):
        return rows
    grown = np.zeros((max(n, 2 * len(rows)), *rows.shape[1:]), rows.dtype)
    grown[: len(rows)] = rows
    return grown


def _ends(table: FlowTable) -> list[Ends]:
    columns = (
        format_addresses(table["orig_hi"], table["orig_lo"]),
        table["orig_port"].tolist(),
        format_addresses(table["resp_hi"], table["resp_lo"]),
        table["resp_port"].tolist(),
        table["protocol"].tolist(),
        table.conn_states(),
    )
    return [Ends(*end) for end in zip(*columns, strict=True)]
