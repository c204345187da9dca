"""CTU-13: thirteen runs of botnets in a university's network.

| | |
|---|---|
| source | Stratosphere Laboratory, Czech Technical University in Prague, 2011 |
| cite | Garcia, Grill, Stiborek, Zunino, "An empirical comparison of botnet detection methods", 2014 |
| obtain | stratosphereips.org/datasets-ctu13, a folder a scenario |
| licence | its page asks for the citation; read the terms there |
| counts | 13 scenarios; botnets' flows are from 63 (scenario 7) to 184,987 (scenario 10), as counted in the files |
| classes | Benign (From-Normal), Botnet (From-Botnet), Botnet C2 (From-Botnet, with CC in the label) |
| unknown | Background, To-Botnet and To-Normal: nobody says what these are, and they are not scored |
| networks | all one: the same university, and mostly the same infected host |
| form | SCENARIO/*.pcap and SCENARIO/*.binetflow (Argus, bidirectional), there or one folder further down |

Known faults: times are local (Central European Summer Time), without saying so: the shift is found by where flows
begin. Ports are hexadecimal for ICMP, and rtp, rtcp and udt stand for UDP. Flows without IP addresses are passed over.
Of most scenarios more than nine flows in ten are Background. The publisher warns of the flows labelled To-Botnet and
To-Normal: strangers sent them, and they are not malicious by themselves. Captures that are compressed with bzip2 must
be unpacked first.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Final

from packetclip.datasets.codes import UNKNOWN
from packetclip.datasets.folder import captures, one_of
from packetclip.datasets.labelled import LabelledCapture
from packetclip.datasets.labels import BENIGN
from packetclip.datasets.moments import SECOND_NS, exactly
from packetclip.datasets.rows import read_rows
from packetclip.datasets.spans import ANY, ROUNDED_NS, Address, Conversations, Span
from packetclip.errors import CaptureError, MissingCapture
from packetclip.wire.packets.addresses import parse_address
from packetclip.wire.records.faults import Dropped
from packetclip.wire.records.protocols import protocol_number
from packetclip.wire.records.values import is_ipv6

__all__ = ["CTU13", "CTU_13_CLASSES"]

CTU_13_CLASSES: Final = (BENIGN, "Botnet", "Botnet C2")
_COLUMNS: Final = {
    name: [name] for name in ("StartTime", "Dur", "Proto", "SrcAddr", "Sport", "DstAddr", "Dport", "Label")
}
_REMEDY: Final = "Fetch the scenario's bidirectional flows again."
_LONGEST_S: Final = 10**6
_ON_UDP: Final = frozenset({"rtp", "rtcp", "udt"})


@dataclass(frozen=True)
class CTU13:
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
        """Benign, Botnet and Botnet C2."""
        return CTU_13_CLASSES

    def capture(self, name: str) -> LabelledCapture:
        """One of them. Raises MissingCapture, CaptureError."""
        source = one_of(self.captures, name, self.folder)
        flows = _flows_of(source)
        covered = Conversations.read(source).cover(_spans(flows), UNKNOWN, ROUNDED_NS, local=True)
        if not covered.packets:
            raise CaptureError(f"No row of {flows} covers a packet of {source}. Are they of the same scenario?")
        return LabelledCapture(name, source, "CTU", covered.classes, covered.episodes)


def ctu_13_code(label: str) -> int:
    """Class code of a label.

    >>> ctu_13_code("flow=From-Botnet-V42-TCP-CC73-Not-Encrypted"), ctu_13_code("flow=To-Botnet-V42-UDP-NTP")
    (2, -1)
    """
    kind = label.strip().removeprefix("flow=")
    if kind.startswith("From-Normal"):
        return 0
    if not kind.startswith("From-Botnet"):
        return UNKNOWN
    return 2 if "-CC" in kind else 1


def _flows_of(source: Path) -> Path:
    found = sorted([*source.parent.glob("*.binetflow*"), *source.parent.glob("*/*.binetflow*")])
    if not found:
        raise MissingCapture(
            f"{source.parent} has no .binetflow. Put the scenario's labelled flows beside the capture."
        )
    if len(found) > 1:
        raise CaptureError(f"{found[0]} and {found[1]} both label {source}. Keep one of them.")
    return found[0]


def _spans(flows: Path) -> Iterator[Span]:
    for line, cells in read_rows(flows, _COLUMNS, _REMEDY):
        src, dst = _address(cells["SrcAddr"]), _address(cells["DstAddr"])
        if src is None or dst is None:  # Argus writes hardware addresses for what is not IP
            continue
        try:
            first = exactly(datetime.strptime(cells["StartTime"], "%Y/%m/%d %H:%M:%S.%f"))
        except ValueError:
            raise CaptureError(
                f"{flows}, line {line}: there is no time {cells['StartTime']!r}, as Argus writes it. {_REMEDY}"
            ) from None
        try:
            duration = round(min(max(float(cells["Dur"] or 0), 0), _LONGEST_S) * SECOND_NS)
        except ValueError:
            raise CaptureError(f"{flows}, line {line}: the Dur {cells['Dur']!r} is no number. {_REMEDY}") from None
        ports = [_port(cells[side]) for side in ("Sport", "Dport")]
        protocol = _protocol(cells["Proto"].lower(), is_ipv6(dst))
        yield Span(src, dst, ports[0], ports[1], protocol, first, first + duration, ctu_13_code(cells["Label"]))


def _address(text: str) -> Address | None:
    try:
        return parse_address(text)
    except ValueError:
        return None


def _port(text: str) -> int:
    try:
        return int(text, 0)
    except ValueError:
        return ANY


def _protocol(name: str, ipv6: bool) -> int:
    if name == "arp":
        return 0
    try:
        return protocol_number("udp" if name in _ON_UDP else name, 0, ipv6)
    except Dropped:
        return ANY
