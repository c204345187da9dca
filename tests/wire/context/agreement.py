"""Whether a tracker's values are the oracle's, as far as sums of 32 bits can tell."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from packetclip.wire.context import FIELDS, WINDOWS_S, ContextTracker
from packetclip.wire.context.oracle import Oracle
from packetclip.wire.context.schema import window_name
from packetclip.wire.flows import FlowSteps
from packetclip.wire.packets.batch import PacketBatch

RELATIVE, ABSOLUTE = 1e-3, 1e-4

# A difference is as precise as what it is taken from; these columns are never smaller than that.
MINUENDS = {
    "orig_unanswered": "orig_flows",
    "resp_unanswered": "resp_flows",
    "resp_half_open": "resp_pkts",
    "pair_unanswered": "pair_flows",
    "target_half_open": "target_pkts",
}


def dicts(rows: NDArray[Any]) -> list[dict[str, Any]]:
    names = rows.dtype.names or ()
    return [dict(zip(names, row, strict=True)) for row in rows.tolist()]


def values(packets: PacketBatch, steps: FlowSteps, size: int = 1 << 30) -> NDArray[np.float32]:
    """(N, F) of a new tracker, fed in batches of ``size``."""
    tracker = ContextTracker()
    parts = [
        tracker.update(PacketBatch(packets.rows[at : at + size], packets.data), FlowSteps(steps.rows[at : at + size]))
        for at in range(0, len(packets), size)
    ]
    return np.concatenate([part.values for part in parts]) if parts else np.zeros((0, len(FIELDS)), np.float32)


def assert_agrees(packets: PacketBatch, steps: FlowSteps, size: int = 1 << 30) -> None:
    """Compare every field of every packet."""
    found, oracle = values(packets, steps, size), Oracle()
    names = [field.name for field in FIELDS]
    wanted = np.zeros(found.shape)
    for line, row, step in zip(wanted, dicts(packets.rows), dicts(steps.rows), strict=True):
        said = oracle.update(row, step)
        assert said.keys() == set(names)
        line[:] = [said[name] for name in names]
    magnitude = np.abs(wanted)
    for less, more in MINUENDS.items():
        for window in WINDOWS_S:
            magnitude[:, names.index(window_name(less, window))] = wanted[:, names.index(window_name(more, window))]
    wrong = np.argwhere(np.abs(found - wanted) > ABSOLUTE + RELATIVE * magnitude)
    assert not len(wrong), [
        f"packet {i}: {names[j]} is {found[i, j]}, should be {wanted[i, j]}" for i, j in wrong[:5].tolist()
    ]
