"""Which earlier packets a packet remembers, and their keys and values.

A packet's history is the last T - 1 earlier packets of the same history key (its flow, its pair of hosts, its
originator) among the last ``memory`` packets that were scored. The memory is one ring over all keys: its size does not
depend on how many hosts there are, and what it answers does not depend on the size of the batches.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numba import njit
from numpy.typing import NDArray

from packetclip.model.manifest import HistoryKey

MEMORY: Final = 1 << 16
"""Packets remembered by default; a power of two."""
_ARP: Final = 0x0806


def history_keys(packets: Any, steps: Any, key: HistoryKey) -> NDArray[np.uint64]:
    """The history key (N,) of each packet; ``packets`` and ``steps`` are indexed by column name.

    ``pair``: both addresses, in no order. ``originator``: the address of the flow's originator, ARP's hardware address.
    ``flow``: the flow's number; the pair for packets outside flows. Frames without addresses go by hardware address.
    """
    if key == "none":
        return np.zeros(len(packets), np.uint64)
    arp = packets["ether_type"] == _ARP
    silent = (packets["ip_version"] == 0) & ~arp
    src = np.where(silent, packets["src_mac"], _mix(packets["src_hi"], packets["src_lo"]))
    dst = np.where(silent, packets["dst_mac"], _mix(packets["dst_hi"], packets["dst_lo"]))
    if key == "originator":
        sender = np.where(steps["is_orig"] == 1, src, dst)
        return _mix(np.where(arp, packets["arp_src_mac"], sender), np.where(arp, np.uint64(1), np.uint64(2)))
    pair = _mix(np.minimum(src, dst), np.maximum(src, dst))
    if key == "pair":
        return pair
    flow = steps["flow"]
    return np.where(flow >= 0, _mix(flow.astype(np.uint64), np.uint64(3)), pair)


def history_index(keys: NDArray[np.uint64], steps: int, memory: int = MEMORY) -> NDArray[np.int64]:
    """Rows (N, T) that each row remembers, oldest first, itself last; -1 where there was none.

    For whoever has all packets at once (training); :class:`History` answers the same, batch by batch.
    """
    index = np.full((len(keys), steps), -1, np.int64)
    if steps > 1:
        _chain(keys, index, *_empty_chain(memory))
    if steps > 0:
        index[:, steps - 1] = np.arange(len(keys))
    return index


class History:
    """Keys and values (D wide) of earlier packets, remembered from batch to batch.

    About ``memory * (8 * D + 72)`` bytes, whatever the traffic.
    """

    def __init__(self, steps: int, width: int, memory: int = MEMORY) -> None:
        self._steps = steps
        self._chain_state = _empty_chain(memory)
        self._keys = np.zeros((memory, width), np.float32)
        self._values = np.zeros((memory, width), np.float32)
        self._buffers = (np.zeros((0, steps, width), np.float32),) * 2

    def update(
        self, history_keys: NDArray[np.uint64], keys: NDArray[np.float32], values: NDArray[np.float32]
    ) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.bool_]]:
        """Take in keys and values (N, D) of a batch; give those of its history, each (N, T, D), and which exist (N, T).

        The packet itself is the last step. The arrays given are the memory's own and last until the next call.
        """
        N, T = len(keys), self._steps
        if len(self._buffers[0]) < N:
            self._buffers = tuple(np.zeros((N, T, keys.shape[1]), np.float32) for _ in range(2))  # type: ignore[assignment]
        out_keys, out_values = self._buffers[0][:N], self._buffers[1][:N]
        index = np.full((N, T), -1, np.int64)
        first = int(self._chain_state[-1][0])
        _chain(history_keys, index, *self._chain_state)
        _recall(index, first, keys, values, self._keys, self._values, out_keys, out_values)
        mask = index >= 0
        mask[:, T - 1] = True
        return out_keys, out_values, mask


def _empty_chain(memory: int) -> tuple[NDArray[Any], ...]:
    if memory < 1 or memory & (memory - 1):
        raise ValueError(f"memory must be a power of two, not {memory}")
    return (
        np.full(memory, -1, np.int64),  # previous position of the same key, by position modulo memory
        np.zeros(4 * memory, np.uint64),  # open-addressed table: key
        np.full(4 * memory, -1, np.int64),  # its last position; -1 marks a free entry
        np.zeros(2, np.int64),  # next position, entries in use
    )


@njit(cache=True, nogil=True)
def _place(key: Any, table_keys: Any, table_last: Any) -> Any:
    mask = len(table_keys) - 1
    at = np.int64((key >> np.uint64(7)) & np.uint64(mask))
    while table_last[at] >= 0 and table_keys[at] != key:
        at = (at + 1) & mask
    return at


@njit(cache=True, nogil=True)
def _chain(keys: Any, index: Any, previous: Any, table_keys: Any, table_last: Any, state: Any) -> None:
    """Fill ``index`` (N, T) but for its last column with positions since the beginning of time."""
    memory = len(previous)
    T = index.shape[1]
    for i in range(len(keys)):
        now = state[0]
        if state[1] * 2 > len(table_keys):
            # Entries older than the ring are as good as absent, so leaving them out changes no answer.
            old_keys, old_last = table_keys.copy(), table_last.copy()
            table_last[:] = -1
            state[1] = 0
            for entry in range(len(old_keys)):
                if old_last[entry] >= 0 and old_last[entry] > now - memory:
                    at = _place(old_keys[entry], table_keys, table_last)
                    table_keys[at] = old_keys[entry]
                    table_last[at] = old_last[entry]
                    state[1] += 1
        at = _place(keys[i], table_keys, table_last)
        before = np.int64(-1)
        if table_last[at] >= 0:
            before = table_last[at]
        else:
            state[1] += 1
        table_keys[at] = keys[i]
        table_last[at] = now
        previous[now % memory] = before
        column = T - 2
        while column >= 0 and before >= 0 and before > now - memory:
            index[i, column] = before
            before = previous[before % memory]
            column -= 1
        state[0] += 1


@njit(cache=True, nogil=True)
def _recall(
    index: Any, first: int, keys: Any, values: Any, log_keys: Any, log_values: Any, out_keys: Any, out_values: Any
) -> None:
    """Copy what ``index`` points to out of the ring, then write the packet into it, row by row."""
    memory = len(log_keys)
    T = index.shape[1]
    D = keys.shape[1]
    for i in range(len(keys)):
        for column in range(T - 1):
            position = index[i, column]
            if position >= 0:
                slot = position % memory
                for d in range(D):
                    out_keys[i, column, d] = log_keys[slot, d]
                    out_values[i, column, d] = log_values[slot, d]
            else:
                for d in range(D):
                    out_keys[i, column, d] = 0.0
                    out_values[i, column, d] = 0.0
        slot = (first + i) % memory
        for d in range(D):
            out_keys[i, T - 1, d] = keys[i, d]
            out_values[i, T - 1, d] = values[i, d]
            log_keys[slot, d] = keys[i, d]
            log_values[slot, d] = values[i, d]


def _mix(a: Any, b: Any) -> NDArray[np.uint64]:
    """A 64-bit hash (N,) of two columns: the finaliser of SplitMix64 (Steele et al. 2014) over their combination."""
    x = np.asarray(a, np.uint64) * np.uint64(0x9E3779B97F4A7C15) + np.asarray(b, np.uint64)
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray(x ^ (x >> np.uint64(31)), np.uint64)
