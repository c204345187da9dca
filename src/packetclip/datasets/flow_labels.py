"""What nDPI says of the flows in the application captures: ``flows.csv``, and how it meets our table of flows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from packetclip.datasets.rows import read_rows
from packetclip.errors import CaptureError
from packetclip.wire.flows import FlowTable
from packetclip.wire.packets import format_addresses
from packetclip.wire.records.faults import Dropped
from packetclip.wire.records.protocols import protocol_number

__all__ = ["NOT_ENTERED", "FlowLabels", "label_flows"]

NOT_ENTERED: Final = frozenset({"teredo.pcap"})
"""Captures of tunnels that nDPI does not enter: dissect these with ``"outer"``."""
_COLUMNS: Final = {
    name: [name]
    for name in (
        "capture", "proto", "ip_a", "port_a", "ip_b", "port_b", "application", "category", "encrypted", "confidence",
    )
}  # fmt: skip
_REMEDY: Final = "Fetch the application captures again."
_SURE: Final = "DPI"
_NAMELESS: Final = "Unknown"
_WITH_PORTS: Final = frozenset({6, 17})
"""Protocols whose ports nDPI writes; not those of SCTP."""

_End = tuple[str, int]
_Key = tuple[int, _End, _End]


class _Said(NamedTuple):
    application: str
    category: str
    encrypted: bool


@dataclass(frozen=True, slots=True, eq=False)
class FlowLabels:
    """Labels of a capture's conversations; nDPI and we time flows out differently, so all flows of one count as one."""

    conversation: NDArray[np.int32]
    """(F,) number of each flow's conversation, in the order of the flow table; -1 where there is no sure label."""
    application: tuple[str, ...]
    """(C,) nDPI's name of the protocol and who it belongs to: ``TLS.WhatsApp``."""
    category: tuple[str, ...]
    """(C,) ``Web``, ``VPN``, ``Media``..."""
    encrypted: NDArray[np.bool_]
    """(C,) by protocol, as nDPI says it."""

    def __len__(self) -> int:
        return len(self.application)


def label_flows(path: Path, name: str, table: FlowTable) -> FlowLabels:
    """The labels that ``path``, nDPI's flows.csv, has for the flows of the capture ``name``.

    Only rows that nDPI is sure of by payload count; of 5-tuples for which such rows disagree, none does.

    Raises MissingCapture, or CaptureError naming the line.
    """
    known = _known(path).get(name, {})
    rows = table.rows
    ends = [
        [
            # nDPI writes every ":0:" of an IPv6 address as "::".
            (text.replace(":0:", "::"), port)
            for text, port in zip(
                format_addresses(rows[f"{side}_hi"], rows[f"{side}_lo"]), rows[f"{side}_port"].tolist(), strict=True
            )
        ]
        for side in ("orig", "resp")
    ]
    numbers: dict[_Key, int] = {}
    conversation = np.full(len(rows), -1, np.int32)
    for row, (protocol, one, other) in enumerate(zip(rows["protocol"].tolist(), *ends, strict=True)):
        key = _key(protocol, one, other)
        if key in known:
            conversation[row] = numbers.setdefault(key, len(numbers))
    said = [known[key] for key in numbers]
    return FlowLabels(
        conversation,
        tuple(label.application for label in said),
        tuple(label.category for label in said),
        np.array([label.encrypted for label in said], np.bool_),
    )


@lru_cache(maxsize=2)
def _known(path: Path) -> Mapping[str, Mapping[_Key, _Said]]:
    found: dict[str, dict[_Key, _Said]] = {}
    disputed: set[tuple[str, _Key]] = set()
    for line, cells in read_rows(path, _COLUMNS, _REMEDY):
        if cells["confidence"] != _SURE or cells["application"] == _NAMELESS:
            continue
        try:
            ends = [(cells[f"ip_{side}"], int(cells[f"port_{side}"] or 0)) for side in "ab"]
            key = _key(protocol_number(cells["proto"], 0, ipv6=False), ends[0], ends[1])
        except (ValueError, Dropped):
            raise CaptureError(f"{path}, line {line}: a port or the protocol is none. {_REMEDY}") from None
        said = _Said(cells["application"], cells["category"], cells["encrypted"] == "yes")
        if found.setdefault(cells["capture"], {}).setdefault(key, said) != said:
            disputed.add((cells["capture"], key))
    for capture, key in disputed:
        del found[capture][key]
    return found


def _key(protocol: int, one: _End, other: _End) -> _Key:
    if protocol not in _WITH_PORTS:
        one, other = (one[0], 0), (other[0], 0)
    return (protocol, one, other) if one <= other else (protocol, other, one)
