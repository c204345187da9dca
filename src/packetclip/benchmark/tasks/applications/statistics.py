"""Statistics of a whole flow, as NFStream gives them (Aouini and Pekar 2022), and its first packets' sizes.

Addresses and port numbers are none of them; the kind of port is, since our own encoder sees it too.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from packetclip.benchmark.samples import Samples
from packetclip.wire.context import FIELDS

__all__ = ["STATISTICS", "statistics"]

FIRST: Final = 16
"""Packets whose size, sender and gap are columns of their own."""

_AT: Final = {field.name: at for at, field in enumerate(FIELDS)}
_SHARES: Final = tuple(
    name
    for name in _AT
    if name.startswith("packet_port_")
    or name in [f"packet_{what}" for what in "tcp udp icmp ipv6 syn synack ack fin rst psh urg".split()]  # noqa: SIM905
)
_SIDES: Final = ("both", "orig", "resp")
_NUMBERS: Final = ("least", "mean", "deviation", "greatest")

STATISTICS: Final = (
    *(f"{side}_{what}" for side in _SIDES for what in ("packets", "bytes", "payload")),
    *(f"{side}_{what}_{number}" for side in _SIDES for what in ("size", "gap_s") for number in _NUMBERS),
    "duration_s",
    *(f"share_{name}" for name in _SHARES),
    *(f"first_{what}_{n}" for what in ("size", "gap_s") for n in range(FIRST)),
)
"""Names of the columns."""


def statistics(flow: Samples) -> NDArray[np.float32]:
    """(S,) of the packets of one flow, at least one, in file order."""
    fields, seconds = flow.fields, (flow.time_ns - flow.time_ns[0]) / 1e9
    orig = fields[:, _AT["packet_from_orig"]] > 0.5
    size, payload = fields[:, _AT["packet_length"]], fields[:, _AT["packet_payload"]]
    counts: list[float] = []
    numbers: list[float] = []
    for side in (np.ones(len(orig), np.bool_), orig, ~orig):
        counts += [float(side.sum()), float(size[side].sum()), float(payload[side].sum())]
        numbers += [*_told(size[side]), *_told(np.diff(seconds[side]))]
    signed = np.where(orig, size, -size)[:FIRST]  # a negative size is one of the responder's
    gaps = np.diff(seconds, prepend=seconds[0])[:FIRST]
    shares = fields[:, [_AT[name] for name in _SHARES]].mean(axis=0)
    columns = [counts, numbers, [float(seconds[-1])], shares, _padded(signed), _padded(gaps)]
    return np.concatenate([np.asarray(column, np.float32) for column in columns])


def _told(values: NDArray[np.floating]) -> list[float]:
    if not len(values):
        return [0.0] * len(_NUMBERS)
    return [float(values.min()), float(values.mean()), float(values.std()), float(values.max())]


def _padded(values: NDArray[np.floating]) -> NDArray[np.floating]:
    return np.pad(values, (0, FIRST - len(values)))
