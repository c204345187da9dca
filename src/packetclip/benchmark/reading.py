"""From a labelled capture to samples: read, dissected and followed once, from its first packet to its last."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numba import njit
from numpy.typing import NDArray

from packetclip.benchmark.samples import PAYLOAD_BYTES, Samples
from packetclip.datasets import LabelledCapture
from packetclip.errors import CaptureError
from packetclip.ledger import Ledger
from packetclip.wire import capture
from packetclip.wire.context import FIELDS, ContextTracker
from packetclip.wire.flows import FlowTracker
from packetclip.wire.packets import PacketBatch, dissect, masked_bytes
from packetclip.wire.packets.masking import MASKED_BYTES

__all__ = ["read"]

_ODD: Final = np.uint64(0x9E3779B97F4A7C15)
_FNV_START: Final = np.uint64(0xCBF29CE484222325)
_FNV_PRIME: Final = np.uint64(0x100000001B3)


def read(labelled: LabelledCapture) -> Samples:
    """All packets of a capture. Raises CaptureError when labels and packets do not match."""
    tracker, behaviour = FlowTracker(), ContextTracker()
    parts: list[dict[str, NDArray[Any]]] = []
    for frames in capture.read(labelled.source, Ledger()):
        packets = dissect(frames)
        steps = tracker.update(packets)
        masked = masked_bytes(packets)
        payload, content = np.zeros((len(packets), PAYLOAD_BYTES), np.uint8), np.zeros(len(packets), np.uint64)
        _look(packets.rows, packets.data, payload, content)
        orig, resp = _host(packets, "src"), _host(packets, "dst")
        ends = [
            _stir(host + packets[port].astype(np.uint64) * _ODD)
            for host, port in ((orig, "src_port"), (resp, "dst_port"))
        ]
        parts.append(
            {
                "fields": behaviour.update(packets, steps).values,
                "masked": masked,
                "payload": payload,
                "payload_length": packets["payload_captured"].astype(np.int32),
                "scored": packets["dropped"] == 0,
                "flow": steps["flow"].astype(np.int64),
                "time_ns": packets["time_ns"].astype(np.int64),
                "orig": orig,
                "resp": resp,
                "conversation": _stir(ends[0] + ends[1] + packets["protocol"].astype(np.uint64)),
                "content": content,
                "alike": _digest(np.concatenate([masked, payload], axis=1)),
            }
        )
    n = sum(len(part["scored"]) for part in parts)
    if n != len(labelled.classes):
        raise CaptureError(
            f"{labelled.source} has {n:,} packets and {len(labelled.classes):,} labels. "
            "There must be one for each packet: are they of the same capture?"
        )
    columns = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]} if parts else _nothing()
    return Samples(
        **columns,
        classes=labelled.classes,
        episodes=labelled.episodes,
        capture=np.zeros(n, np.int16),
        names=(labelled.name,),
        networks=(labelled.network,),
    )


def _nothing() -> dict[str, NDArray[Any]]:
    wide = {
        "fields": (np.float32, len(FIELDS)),
        "masked": (np.uint8, MASKED_BYTES),
        "payload": (np.uint8, PAYLOAD_BYTES),
    }
    columns: dict[str, NDArray[Any]] = {name: np.zeros((0, width), kind) for name, (kind, width) in wide.items()}
    columns |= {name: np.zeros(0, np.uint64) for name in ("orig", "resp", "conversation", "content", "alike")}
    columns |= {name: np.zeros(0, np.int64) for name in ("flow", "time_ns")}
    return columns | {"payload_length": np.zeros(0, np.int32), "scored": np.zeros(0, np.bool_)}


def _stir(words: NDArray[np.uint64]) -> NDArray[np.uint64]:
    # The finaliser of SplitMix64; overflow is what it works by.
    words = (words ^ (words >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    words = (words ^ (words >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    stirred: NDArray[np.uint64] = words ^ (words >> np.uint64(31))
    return stirred


def _host(packets: PacketBatch, side: str) -> NDArray[np.uint64]:
    return _stir(packets[f"{side}_hi"].astype(np.uint64) * _ODD + packets[f"{side}_lo"].astype(np.uint64))


@njit(cache=True, nogil=True)
def _look(rows: Any, data: Any, payload: Any, content: Any) -> None:
    for i in range(len(rows)):
        row = rows[i]
        if row.dropped != 0:
            continue
        frame = min(max(row.frame_start, 0), len(data))
        end = min(frame + row.captured, len(data))
        begin = frame + row.payload_start
        for k in range(min(row.payload_captured, payload.shape[1], end - begin)):
            payload[i, k] = data[begin + k]
        state = _FNV_START
        for at in range(frame + row.network_start, end):
            state = (state ^ np.uint64(data[at])) * _FNV_PRIME
        content[i] = state


@njit(cache=True, nogil=True)
def _digest(rows: Any) -> Any:
    digests = np.empty(len(rows), np.uint64)
    for i in range(len(rows)):
        state = _FNV_START
        for k in range(rows.shape[1]):
            state = (state ^ np.uint64(rows[i, k])) * _FNV_PRIME
        digests[i] = state
    return digests
