"""ACI-IoT-2023: a home of small devices under attack, the data set of the PacketCLIP paper.

| | |
|---|---|
| source | Army Cyber Institute, 2023: Bastian, Bierbrauer, McKenzie, Nack, "ACI IoT Network Traffic Dataset 2023" |
| cite | doi:10.21227/qacj-3x32 (data), doi:10.1109/MILCOM61039.2024.10773916 (paper) |
| obtain | kaggle.com/datasets/emilynack/aci-iot-network-traffic-dataset-2023, or the data's doi (IEEE DataPort) |
| licence | read the terms where you obtain it |
| counts | 1,231,411 rows of flows in 12 classes, as others count them; the payload CSV has 5.2 GB |
| classes | Benign, ARP Spoofing, DNS Flood, Dictionary Attack, ICMP Flood, OS Scan, Ping Sweep, Port Scan, SYN Flood, \
Slowloris, UDP Flood, Vulnerability Scan |
| the lab's | all but Dictionary Attack are also names of the lab's; there it is three, by service |
| networks | one |
| form | captures in a folder or below it, ACI-IoT-2023.csv (CICFlowMeter) and ACI-IoT-2023-Payload.csv, either may do |

:class:`ACIIoT2023` labels the captures by the table of flows; :func:`read_payloads` reads the other table, a packet a
row (`srcip, sport, dstip, dsport, protocol_m, sttl, stime, total_len, payload, label`), which holds no flags, no
windows and no packets without payload, so that no capture can be made of it.

Known faults: Idle Mean, Idle Max and Idle Min hold clocks since 1970 in place of durations, so that they tell when a
row was made and with it which attack ran: nothing here reads them. ARP Spoofing has five rows (six by another count):
no figure can be had from them. CICFlowMeter knows no ARP, and ends a flow with the first FIN, so that the tail of a
connection is another row. Times are local, without saying so: the shift is found by where flows begin. Attackers'
addresses tell the class. The loader was tested on small files of this form, not on the data.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from packetclip.datasets.cells import address_in, number_in
from packetclip.datasets.cicflowmeter import flow_spans
from packetclip.datasets.codes import code_of
from packetclip.datasets.folder import Description, captures, describe, one_of
from packetclip.datasets.labelled import LabelledCapture
from packetclip.datasets.labels import BENIGN
from packetclip.datasets.moments import moment
from packetclip.datasets.rows import read_rows
from packetclip.datasets.spans import ROUNDED_NS, Conversations
from packetclip.errors import CaptureError, MissingCapture

__all__ = ["ACI_CLASSES", "PAYLOAD_BYTES", "ACIIoT2023", "Payloads", "read_payloads"]

ACI_CLASSES: Final = (
    BENIGN,
    "ARP Spoofing",
    "DNS Flood",
    "Dictionary Attack",
    "ICMP Flood",
    "OS Scan",
    "Ping Sweep",
    "Port Scan",
    "SYN Flood",
    "Slowloris",
    "UDP Flood",
    "Vulnerability Scan",
)
PAYLOAD_BYTES: Final = 1500
"""Of a payload, what is kept."""
FLOWS: Final = "ACI-IoT-2023.csv"
_REMEDY: Final = "Fetch ACI-IoT-2023.csv again."
_PAYLOAD_COLUMNS: Final = {
    name: [name]
    for name in (
        "srcip", "sport", "dstip", "dsport", "protocol_m", "sttl", "stime", "total_len", "payload", "label",
    )
}  # fmt: skip
_PAYLOAD_REMEDY: Final = "Fetch ACI-IoT-2023-Payload.csv again."


@dataclass(frozen=True)
class ACIIoT2023:
    """The folder of captures and ``ACI-IoT-2023.csv``."""

    folder: Path

    @cached_property
    def said(self) -> Description:
        """Its dataset.toml. Raises RecipeError."""
        return describe(self.folder)

    @cached_property
    def captures(self) -> dict[str, Path]:
        """By name. Raises MissingCapture, EmptyFolder, CaptureError."""
        return captures(self.folder, deep=True)

    @property
    def names(self) -> tuple[str, ...]:
        """All captures of the folder and below."""
        return tuple(self.captures)

    @property
    def classes(self) -> tuple[str, ...]:
        """Benign and 11 attacks."""
        return ACI_CLASSES

    def capture(self, name: str) -> LabelledCapture:
        """One of them. Raises MissingCapture, CaptureError."""
        source = one_of(self.captures, name, self.folder)
        table = next(iter(sorted(self.folder.rglob(FLOWS))), None)
        if table is None:
            raise MissingCapture(f"{self.folder} has no {FLOWS}. Put it beside the captures.")
        spans = flow_spans(table, _code, _REMEDY)
        covered = Conversations.read(source).cover(spans, self.said.rest_code, ROUNDED_NS, local=True)
        if not covered.packets:
            raise CaptureError(f"No row of {table} covers a packet of {source}. Are they of the same data set?")
        network = self.said.networks.get(name, self.said.network)
        return LabelledCapture(name, source, network, covered.classes, covered.episodes)


@dataclass(frozen=True, slots=True, eq=False)
class Payloads:
    """N packets of the payload CSV, in file order."""

    time_ns: NDArray[np.int64]
    """(N,) nanoseconds since 1970, to whatever zone they may belong."""
    ends: NDArray[np.uint64]
    """(N, 4) halves of the source's address, then of the destination's."""
    ports: NDArray[np.uint16]
    """(N, 2) source's and destination's; 0 where the protocol has none."""
    protocol: tuple[str, ...]
    """N names as published, lower case: ``tcp``, ``udp``, ``other``..."""
    ttl: NDArray[np.uint8]
    """(N,)"""
    length: NDArray[np.int32]
    """(N,) of the whole packet, by its IP header."""
    payload: NDArray[np.uint8]
    """(N, 1500) zero beyond its end."""
    payload_length: NDArray[np.int32]
    """(N,) bytes of payload in the row, also those beyond the 1500 that are kept."""
    classes: NDArray[np.int16]
    """(N,) position in :data:`ACI_CLASSES`."""

    def __len__(self) -> int:
        return len(self.time_ns)


def read_payloads(path: Path, batch: int = 8192) -> Iterator[Payloads]:
    """The payload CSV in batches, in bounded memory. Raises MissingCapture, or CaptureError naming the line."""
    rows: list[tuple[Any, ...]] = []
    for line, cells in read_rows(path, _PAYLOAD_COLUMNS, _PAYLOAD_REMEDY):
        try:
            payload = _payload(cells["payload"])
            rows.append(
                (
                    _time(cells["stime"]),
                    (*address_in(cells["srcip"]), *address_in(cells["dstip"])),
                    tuple(number_in(cells[side], "port", 0, 65535) for side in ("sport", "dsport")),
                    cells["protocol_m"].lower(),
                    number_in(cells["sttl"], "TTL", 0, 255),
                    number_in(cells["total_len"], "length", 0, 1 << 24),
                    payload[:PAYLOAD_BYTES].ljust(PAYLOAD_BYTES, b"\0"),
                    len(payload),
                    _code(cells["label"]),
                )
            )
        except ValueError as error:
            raise CaptureError(f"{path}, line {line}: {error}. {_PAYLOAD_REMEDY}") from None
        if len(rows) == batch:
            yield _payloads(rows)
            rows = []
    if rows:
        yield _payloads(rows)


def _payload(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        raise ValueError("the payload is not hexadecimal") from None


def _time(text: str) -> int:
    try:
        return moment(text).time_ns
    except ValueError:
        raise ValueError(f"the stime {text!r} is neither Unix seconds nor ISO 8601") from None


def _payloads(rows: list[tuple[Any, ...]]) -> Payloads:
    times, ends, ports, protocols, ttls, lengths, payloads, sizes, classes = zip(*rows, strict=True)
    return Payloads(
        np.array(times, np.int64),
        np.array(ends, np.uint64),
        np.array(ports, np.uint16),
        protocols,
        np.array(ttls, np.uint8),
        np.array(lengths, np.int32),
        np.frombuffer(b"".join(payloads), np.uint8).reshape(len(rows), PAYLOAD_BYTES),
        np.array(sizes, np.int32),
        np.array(classes, np.int16),
    )


def _code(label: str) -> int:
    try:
        return code_of(label, ACI_CLASSES)
    except ValueError:
        raise ValueError(f"the label {label!r} is none of {', '.join(ACI_CLASSES)}") from None
