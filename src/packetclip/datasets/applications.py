"""Captures of ordinary applications: those of nDPI's own tests.

| | |
|---|---|
| source | github.com/ntop/nDPI, tests/cfgs/default/pcap, commit 3b1286ab; 211 captures |
| licence | the repository's is LGPL-3.0; the captures come from many people and carry none of their own |
| classes | none: benign life, but for the few files in :data:`NOT_BENIGN` |
| halves | by the file's name alone: SHA-1 begins with 0 to 7: training, 8 to f: test |
| form | pcap and pcapng as nDPI keeps them, and flows.csv with what nDPI says of each flow |
| flow labels | application, category, encrypted or not, of flows that nDPI knows by payload (confidence DPI): 1,895 |

Known faults: most captures are short and of one application, many begin in the middle of a connection or hold one
side of it; addresses and names are of real people and services. Some captures of nDPI show attacks. Those of the
training half were looked for by name, by flows.csv and by behaviour (new ports and hosts of an originator, resets,
failed logins, packets a second, signatures of scanners and exploits in payloads); the test half was not looked into.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, NamedTuple

from packetclip.datasets.flow_labels import FlowLabels, label_flows
from packetclip.errors import EmptyFolder, MissingCapture
from packetclip.wire.flows import FlowTable

__all__ = ["NOT_BENIGN", "Applications", "NotBenign", "half"]


class NotBenign(NamedTuple):
    """A capture of the training half that is no benign life."""

    name: str
    reason: str


NOT_BENIGN: Final = (
    NotBenign(
        "mining.pcapng",
        "hosts that mine Monero and other coins for a pool over Stratum, long periodic sessions on ports 3333, 9050 "
        "and 9999: resource hijacking (ATT&CK T1496), close to a C2 beacon",
    ),
)
"""Of the training half, left out of benign life."""

_SUFFIXES: Final = (".pcap", ".pcapng", ".cap")


def half(name: str) -> Literal["training", "test"]:
    """The half that a file's name puts it in.

    >>> half("443-curl.pcap"), half("443-chrome.pcap")
    ('training', 'test')
    """
    return "training" if hashlib.sha1(name.encode()).hexdigest()[0] in "01234567" else "test"


@dataclass(frozen=True, slots=True)
class Applications:
    """The folder of application captures."""

    folder: Path

    def captures(self) -> list[Path]:
        """All captures, by name. Raises MissingCapture or EmptyFolder."""
        if not self.folder.is_dir():
            raise MissingCapture(f"{self.folder} does not exist. Name the folder with nDPI's captures.")
        found = sorted(path for path in self.folder.iterdir() if path.suffix in _SUFFIXES)
        if not found:
            raise EmptyFolder(f"{self.folder} holds no capture. Name the folder with nDPI's captures.")
        return found

    def training(self) -> list[Path]:
        """The training half, for pre-training without labels."""
        return [path for path in self.captures() if half(path.name) == "training"]

    def benign_training(self) -> list[Path]:
        """The training half without :data:`NOT_BENIGN`, as benign life in fitting."""
        left_out = {entry.name for entry in NOT_BENIGN}
        return [path for path in self.training() if path.name not in left_out]

    def test(self) -> list[Path]:
        """The test half: benign life never seen."""
        return [path for path in self.captures() if half(path.name) == "test"]

    def flow_labels(self, name: str, table: FlowTable) -> FlowLabels:
        """What nDPI says of the flows of the capture with that file name, whose table of flows is given.

        Make the table with :data:`~packetclip.datasets.flow_labels.NOT_ENTERED` in mind. Raises MissingCapture or
        CaptureError.
        """
        return label_flows(self.folder / "flows.csv", name, table)
