"""IoT-23: malware on small devices, and three devices in peace.

| | |
|---|---|
| source | Stratosphere Laboratory, Czech Technical University in Prague, 2018 and 2019; published January 2020 |
| cite | Garcia, Parmisano, Erquiaga, "IoT-23", 2020, doi:10.5281/zenodo.4743746 |
| obtain | stratosphereips.org/datasets-iot23: whole (21 GB), or flows only (8.8 GB), which are not enough here |
| licence | its page asks for the citation; read the terms there |
| counts | 23 captures: 20 of malware, 3 benign; more than 760 million packets, 325 million labelled flows (publisher) |
| classes | Benign and the detailed labels of malicious flows, as published |
| networks | each scenario its own |
| form | SCENARIO/*.pcap and SCENARIO/bro/conn.log.labeled (Zeek) |

Known faults: in conn.log.labeled the last three columns are one for whoever splits at tabs, header and rows
(`tunnel_parents   label   detailed-label`): readers that miss it see no label, and call everything benign. Labels
were given by an analyst's rules over flows. Benign and malicious are written in either case. The benign captures are of
other devices (a lamp, a speaker, a lock) than the infected one, a Raspberry Pi: who it is tells what it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

from packetclip.datasets.codes import UNKNOWN
from packetclip.datasets.folder import captures, one_of
from packetclip.datasets.labelled import LabelledCapture
from packetclip.datasets.labels import BENIGN
from packetclip.datasets.zeek import label_by_zeek

__all__ = ["IOT_23_CLASSES", "IoT23"]

IOT_23_CLASSES: Final = (
    BENIGN,
    "Attack",
    "C&C",
    "C&C-FileDownload",
    "C&C-HeartBeat",
    "C&C-HeartBeat-Attack",
    "C&C-HeartBeat-FileDownload",
    "C&C-HeartBeat-PartOfAHorizontalPortScan",
    "C&C-Mirai",
    "C&C-PartOfAHorizontalPortScan",
    "C&C-Torii",
    "DDoS",
    "FileDownload",
    "Malicious",
    "Okiru",
    "Okiru-Attack",
    "PartOfAHorizontalPortScan",
    "PartOfAHorizontalPortScan-Attack",
)
"""As the logs write them; ``Malicious`` where a malicious flow has no detailed label."""


@dataclass(frozen=True)
class IoT23:
    """The folder that holds the scenarios' folders."""

    folder: Path

    @cached_property
    def captures(self) -> dict[str, Path]:
        """By scenario and file. Raises MissingCapture, EmptyFolder, CaptureError."""
        return captures(self.folder, deep=True)

    @property
    def names(self) -> tuple[str, ...]:
        """All captures that are here."""
        return tuple(self.captures)

    @property
    def classes(self) -> tuple[str, ...]:
        """Benign and what malware does."""
        return IOT_23_CLASSES

    def capture(self, name: str) -> LabelledCapture:
        """One of them. Raises MissingCapture, CaptureError."""
        source = one_of(self.captures, name, self.folder)
        return label_by_zeek(name, source, source.parent.name, IOT_23_CLASSES, UNKNOWN)
