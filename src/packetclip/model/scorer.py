"""From columns to scores, batch by batch."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from packetclip.errors import IncompatibleModel
from packetclip.model.calibration import logistic
from packetclip.model.folder import Model
from packetclip.model.history import MEMORY, History, history_keys
from packetclip.model.scores import Scores
from packetclip.model.sessions import Sessions
from packetclip.threads import available_cores
from packetclip.wire.context import Context
from packetclip.wire.context.catalogue import POSITION
from packetclip.wire.flows.steps import FlowSteps
from packetclip.wire.packets import PacketBatch, masked_bytes

Encoded = dict[str, Any]
"""Outputs of the graphs by name."""
ROWS: Final = 512
"""Packets that go through the graphs at once; their histories should fit a cache."""


class Scorer:
    """Scores packets in the order of time, remembering the history that the temporal transformer looks back on.

    Scores do not depend on how packets are cut into batches. Opening raises DamagedModel or IncompatibleModel.
    """

    def __init__(
        self, model: Model, workers: int | None = None, rows: int = ROWS, embedding: bool = False, memory: int = MEMORY
    ) -> None:
        """``workers`` threads, by default one a core, go through the graphs, ``rows`` packets at a time.

        Scores do not depend on their number.
        """
        self._model = model
        self._sessions = Sessions.open(model)
        self._rows = rows
        self._workers = workers or available_cores()
        self._pool = ThreadPoolExecutor(self._workers, "scorer") if self._workers > 1 else None
        self._embedding = embedding
        manifest = model.manifest
        self._columns = np.array([POSITION[name] for name in manifest.fields])
        self._whole = np.array_equal(self._columns, np.arange(len(POSITION)))
        history = manifest.history
        self._history = None if history.key == "none" else History(history.steps, self._sessions.width, memory)

    def update(self, packets: PacketBatch, steps: FlowSteps, context: Context) -> Scores:
        """Scores of the batch that follows; dropped packets leave no trace in history."""
        N, manifest = len(packets), self._model.manifest
        M, C = len(manifest.missions), len(manifest.concepts)
        if context.values.shape != (N, len(POSITION)):
            raise IncompatibleModel(
                f"The context has shape {context.values.shape}, and {(N, len(POSITION))} is wanted: "
                "parts of two versions of packetclip met. Install it anew."
            )
        scored = packets["dropped"] == 0
        logits = np.zeros((N, M), np.float32)
        degrees, closeness = np.zeros((N, C), np.float32), np.zeros((N, C), np.float32)
        embedding = np.zeros((N, len(self._model.concepts.bias)), np.float32) if self._embedding else None
        which = np.flatnonzero(scored)
        if len(which):
            keys = history_keys(packets, steps, manifest.history.key) if self._history else None
            data = masked_bytes(packets, manifest.bytes_width)
        chunks = [which[start : start + self._rows] for start in range(0, len(which), self._rows)]
        for chosen, encoded in self._ahead(chunks, lambda rows: self._encode(context.values[rows], data[rows])):
            if self._history and keys is not None:
                back = self._history.update(keys[chosen], encoded["key"], encoded["value"])
                encoded["keys"], encoded["values"], encoded["mask"] = back
                encoded["logits"] = self._sessions.decide(encoded)
            logits[chosen] = np.nan_to_num(encoded["logits"], nan=-30.0, posinf=30.0, neginf=-30.0)
            degrees[chosen], closeness[chosen] = encoded["degrees"], encoded["closeness"]
            if embedding is not None:
                embedding[chosen] = encoded["embedding"]
        log_odds = self._model.calibration.log_odds(logits)
        probabilities, any_attack = logistic(log_odds), logistic(self._model.calibration.any_log_odds(log_odds))
        for column in (log_odds, probabilities, any_attack):
            column[~scored] = 0.0
        return Scores(
            manifest.missions, scored, logits, log_odds, probabilities, any_attack, degrees, closeness, embedding
        )

    def _encode(self, values: NDArray[np.float32], data: NDArray[np.uint8]) -> Encoded:
        fields = values if self._whole else np.ascontiguousarray(values[:, self._columns])
        encoded = self._sessions.encode(fields, data, self._embedding)
        if self._history is None:
            encoded["logits"] = self._sessions.decide(encoded)
        return encoded

    def _ahead(
        self, chunks: Sequence[NDArray[np.int64]], encode: Callable[[NDArray[np.int64]], Encoded]
    ) -> Iterator[tuple[NDArray[np.int64], Encoded]]:
        """Chunks and what became of them, in order; a few are worked at ahead, so that memory stays bounded."""
        if self._pool is None:
            yield from ((chunk, encode(chunk)) for chunk in chunks)
            return
        under_way: deque[tuple[NDArray[np.int64], Future[Encoded]]] = deque()
        for chunk in chunks:
            under_way.append((chunk, self._pool.submit(encode, chunk)))
            if len(under_way) > 2 * self._workers:
                first, encoded = under_way.popleft()
                yield first, encoded.result()
        yield from ((chunk, encoded.result()) for chunk, encoded in under_way)
