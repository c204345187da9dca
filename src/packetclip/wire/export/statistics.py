"""What a flow's packets were like: sizes, gaps and TCP flags of each side, kept up to date packet by packet."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from packetclip.wire.export import kernel
from packetclip.wire.flows import BEGUN, FlowSteps
from packetclip.wire.packets import PacketBatch

_LEAST_ROOM: Final = 1 << 10

STATISTIC: Final = kernel.STATISTIC


class FlowStatistics:
    """Statistics of open flows; whoever sees a flow end takes them away.

    ``beside`` are columns of numbers that stand beside each packet (context); those of a flow's last packet are kept.
    """

    def __init__(self, beside: NDArray[np.int64] | None = None) -> None:
        self._beside = np.zeros(0, np.int64) if beside is None else beside
        self._rows = np.zeros(_LEAST_ROOM, STATISTIC)
        self._last = np.zeros((_LEAST_ROOM, len(self._beside)), np.float32)
        self._places = np.zeros(2 * _LEAST_ROOM, np.int32)
        self._state = np.array([0, 0, -1], np.int64)

    def __len__(self) -> int:
        return int(self._state[kernel.HELD])

    def update(self, packets: PacketBatch, steps: FlowSteps, values: NDArray[np.float32]) -> None:
        """Take in N packets; ``values`` is (N, F), of which the columns ``beside`` are kept."""
        self._make_room(len(self) + int(np.count_nonzero(steps["event"] & BEGUN)))
        kernel.accumulate(
            np.ascontiguousarray(packets.rows), steps.rows, values, self._beside, self._rows, self._last,
            self._places, self._state,
        )  # fmt: skip

    def take(self, flows: NDArray[np.int64]) -> tuple[NDArray[Any], NDArray[np.float32]]:
        """Statistics (M,) of flows (M,) by number, and (M, K) of what is beside their last packets; forgets both."""
        rows = np.zeros(len(flows), STATISTIC)
        last = np.zeros((len(flows), len(self._beside)), np.float32)
        kernel.take(np.ascontiguousarray(flows), rows, last, self._rows, self._last, self._places, self._state)
        return rows, last

    def _make_room(self, flows: int) -> None:
        room = len(self._rows)
        if flows <= room:
            return
        room = 1 << (flows - 1).bit_length()
        used = int(self._state[kernel.FRESH])
        rows, last = np.zeros(room, STATISTIC), np.zeros((room, self._last.shape[1]), np.float32)
        rows[:used], last[:used] = self._rows[:used], self._last[:used]
        self._rows, self._last = rows, last
        self._places = np.zeros(2 * room, np.int32)
        kernel.enter_all(self._rows, self._places, used)
