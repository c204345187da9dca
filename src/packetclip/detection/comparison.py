"""What zero-shot comparison answers, whether a flow's packets were compared or its description."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from packetclip.detection.tables import Column, Table, seconds
from packetclip.wire.flows import FlowTable
from packetclip.wire.packets import format_addresses
from packetclip.wire.records import RecordTable


def compared(table: FlowTable | RecordTable, cosine: NDArray[np.floating], scale: float) -> Table:
    """One row a flow: its columns, the position of the sentence that fits ``best``, ``p0``, ... and ``c0``, ...

    ``cosine`` (flows, S) are those of each flow with each sentence; probabilities are their softmax, times ``scale``.
    """
    scaled = scale * cosine
    chance = np.exp(scaled - scaled.max(axis=1, initial=-1e9, keepdims=True))
    chance /= chance.sum(axis=1, keepdims=True)
    sentences = range(cosine.shape[1])
    columns = flow_columns(table)
    columns["best"] = chance.argmax(axis=1) if len(chance) else np.zeros(0, np.int64)
    columns |= {f"p{s}": chance[:, s].astype(np.float32) for s in sentences}
    columns |= {f"c{s}": cosine[:, s].astype(np.float32) for s in sentences}
    return Table(columns)


def flow_columns(table: FlowTable | RecordTable) -> dict[str, Column]:
    """Who spoke to whom and how much; -1 and empty text stand for what a flow record does not hold."""
    return {
        "flow": table["flow"],
        "first": seconds(table["first_ns"]),
        "last": seconds(table["last_ns"]),
        "originator": format_addresses(table["orig_hi"], table["orig_lo"]),
        "originator_port": table["orig_port"],
        "target": format_addresses(table["resp_hi"], table["resp_lo"]),
        "target_port": table["resp_port"],
        "protocol": table["protocol"],
        "community_id": table.community_ids(),
        "packets": table.packets(),
        "orig_bytes": table["orig_bytes"],
        "resp_bytes": table["resp_bytes"],
        "conn_state": table.conn_states(),
    }
