"""CIC-IDS-2017: five days of a small office under attack; also for other sets of a capture and CICFlowMeter's CSV.

| | |
|---|---|
| source | Canadian Institute for Cybersecurity, University of New Brunswick, 3 to 7 July 2017 |
| cite | Sharafaldin, Lashkari, Ghorbani, "Toward Generating a New Intrusion Detection Dataset", ICISSP 2018 |
| obtain | unb.ca/cic/datasets/ids-2017.html: the captures, and GeneratedLabelledFlows.zip (TrafficLabelling) |
| licence | its page asks for the citation; read the terms there |
| counts | rows: 2,273,097 BENIGN, 231,073 DoS Hulk, 158,930 PortScan, 128,027 DDoS, 10,293 DoS GoldenEye, \
7,938 FTP-Patator, 5,897 SSH-Patator, 5,796 DoS slowloris, 5,499 DoS Slowhttptest, 1,966 Bot, 1,507 + 652 + 21 \
Web Attack (brute force, XSS, SQL injection), 36 Infiltration, 11 Heartbleed |
| classes | Benign and 14 attacks; PortScan, DoS slowloris, FTP-Patator and SSH-Patator under the lab's names for them |
| networks | one |
| form | captures and CSV in a folder or below it; a CSV belongs to the capture whose name begins with the same word |
| dataset.toml | `classes` where a set of the same form has other labels; `networks`, `rest` |

MachineLearningCSV.zip has no addresses and no times, and labels nothing here.

Known faults: clocks of twelve hours without AM or PM (read as office hours: below eight is afternoon), the day first,
minutes only but for Monday, local time (Atlantic daylight; the shift is found by where flows begin), a dash in Web
Attack that is not UTF-8, rows of nothing but commas, repeated rows, spaces in the names of columns. CICFlowMeter ends
a flow with the first FIN, so that the tail of a connection is another row, and may bear its ends swapped. Of attacks
that did not succeed the packets are labelled all the same; many labels were found wrong, see Engelen et al., WTMC 2021,
and Liu et al., CNS 2022, who publish better tables of the same captures: those can be put in place of these.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

from packetclip.datasets.cicflowmeter import flow_spans
from packetclip.datasets.codes import code_of
from packetclip.datasets.folder import Description, captures, describe, one_of
from packetclip.datasets.labelled import LabelledCapture
from packetclip.datasets.labels import BENIGN
from packetclip.datasets.spans import ROUNDED_NS, Conversations, Span
from packetclip.errors import CaptureError, MissingCapture

__all__ = ["CICIDS2017", "CIC_IDS_2017_CLASSES"]

CIC_IDS_2017_CLASSES: Final = (
    BENIGN,
    "Bot",
    "DDoS",
    "DoS GoldenEye",
    "DoS Hulk",
    "DoS Slowhttptest",
    "FTP Dictionary Attack",
    "Heartbleed",
    "Infiltration",
    "Port Scan",
    "SSH Dictionary Attack",
    "Slowloris",
    "Web Attack - Brute Force",
    "Web Attack - Sql Injection",
    "Web Attack - XSS",
)
_OURS: Final = {
    "portscan": "Port Scan",
    "ftp-patator": "FTP Dictionary Attack",
    "ssh-patator": "SSH Dictionary Attack",
    "dos slowloris": "Slowloris",
}
"""Their names for what the lab names otherwise."""
_REMEDY: Final = "Take the CSV of GeneratedLabelledFlows.zip (TrafficLabelling), which have addresses and times."


@dataclass(frozen=True)
class CICIDS2017:
    """A folder with captures and the tables of their flows."""

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
        """Benign and the attacks."""
        if self.said.classes:
            return BENIGN, *(name for name in self.said.classes if name != BENIGN)
        return CIC_IDS_2017_CLASSES

    def capture(self, name: str) -> LabelledCapture:
        """One of them. Raises MissingCapture, CaptureError."""
        source = one_of(self.captures, name, self.folder)
        network = self.said.networks.get(name, self.said.network)
        tables = self._tables(source)
        spans = (span for table in tables for span in self._spans(table))
        covered = Conversations.read(source).cover(spans, self.said.rest_code, ROUNDED_NS, local=True)
        if not covered.packets:
            raise CaptureError(
                f"No row of {', '.join(map(str, tables))} covers a packet of {source}. Are they of the same capture?"
            )
        return LabelledCapture(name, source, network, covered.classes, covered.episodes)

    def _tables(self, source: Path) -> list[Path]:
        word = _word(source)
        found = [path for path in sorted(self.folder.rglob("*.csv")) if _word(path) == word]
        if not found:
            raise MissingCapture(
                f"{self.folder} has no .csv whose name begins with {word!r}, as {source.name} does. Put it there."
            )
        return found

    def _spans(self, table: Path) -> Iterator[Span]:
        return flow_spans(table, self._code, _REMEDY, office_hours=True)

    def _code(self, label: str) -> int:
        try:
            return code_of(_OURS.get(label.lower(), label), self.classes)
        except ValueError:
            raise ValueError(
                f"the label {label!r} is none of {', '.join(self.classes)}; list the classes in dataset.toml"
            ) from None


def _word(path: Path) -> str:
    return re.split(r"[-_. ]", path.name, maxsplit=1)[0].lower()
