"""From columns to scores, batch by batch."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from packetclip.errors import IncompatibleModel
from packetclip.model.calibration import logistic
from packetclip.model.folder import Model
from packetclip.model.history import MEMORY, History, history_keys
from packetclip.model.scores import Scores
from packetclip.model.sessions import Sessions
from packetclip.wire.context import Context
from packetclip.wire.context.catalogue import POSITION
from packetclip.wire.flows.steps import FlowSteps
from packetclip.wire.packets import PacketBatch, masked_bytes

ROWS: Final = 512
"""Packets that go through the graphs at once; their histories should fit a cache."""


class Scorer:
    """Scores packets in the order of time, remembering the history that the temporal transformer looks back on.

    Scores do not depend on how packets are cut into batches. Opening raises DamagedModel or IncompatibleModel.
    """

    def __init__(
        self, model: Model, threads: int = 1, rows: int = ROWS, embedding: bool = False, memory: int = MEMORY
    ) -> None:
        self._model = model
        self._sessions = Sessions.open(model, threads)
        self._rows = rows
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
        for start in range(0, len(which), self._rows):
            chosen = which[start : start + self._rows]
            encoded = self._encode(context.values[chosen], data[chosen])
            if self._history and keys is not None:
                back = self._history.update(keys[chosen], encoded["key"], encoded["value"])
                encoded["keys"], encoded["values"], encoded["mask"] = back
            logits[chosen] = np.nan_to_num(self._sessions.decide(encoded), nan=-30.0, posinf=30.0, neginf=-30.0)
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

    def _encode(self, values: NDArray[np.float32], data: NDArray[np.uint8]) -> dict[str, Any]:
        fields = values if self._whole else np.ascontiguousarray(values[:, self._columns])
        return self._sessions.encode(fields, data, self._embedding)
