"""The lab: captures of small networks of real software, with a label for every packet.

| | |
|---|---|
| source | made for this project: Linux network namespaces, well-known servers, clients and attack tools |
| licence | CC0 1.0 |
| captures | 14 of about seven minutes, of three networks: a1 to a6, b1 and b2, c1 to c6 |
| networks | A and B: the same software, other hosts; C: another set-up, dual stack, on VLAN 20 |
| classes | 16 attacks and Benign, per packet; an episode's number beside |
| roles | training a1-a3, c1-c3; tuning a4, c4; test by capture a5, c5, c6; benign only a6; test by network b1, b2 |
| form | NAME.pcap.zst (first 512 bytes of each frame), NAME.labels.csv.zst, NAME.episodes.json, NAME.network.json |

Known faults: one kernel and one clock for all hosts; rates moderate and attacks far denser than in life; counts per
class differ greatly; some episodes hold nothing (left out here) and some SSH episodes of network C hold connections
in which no password was tried. Attackers' addresses are a shortcut: the same few hosts attack most. What an attack
does to others (retransmissions to a flooded server) is labelled Benign. All attacks are IPv4 or ARP.
"""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import zstandard
from numpy.typing import NDArray

from packetclip.datasets.labelled import LabelledCapture
from packetclip.datasets.labels import CLASSES, LABELS, mission_name
from packetclip.errors import CaptureError, MissingCapture

__all__ = ["BENIGN_ONLY", "CAPTURES", "LABELS", "TEST_CAPTURE", "TEST_NETWORK", "TRAIN", "TUNE", "Episode", "Lab"]

TRAIN: Final = ("a1", "a2", "a3", "c1", "c2", "c3")
TUNE: Final = ("a4", "c4")
"""For thresholds, early stopping, calibration and the choice of a model."""
TEST_CAPTURE: Final = ("a5", "c5", "c6")
"""The training networks, in runs of their own."""
BENIGN_ONLY: Final = ("a6",)
TEST_NETWORK: Final = ("b1", "b2")
"""A network never trained on."""

CAPTURES: Final = tuple(sorted(TRAIN + TUNE + TEST_CAPTURE + BENIGN_ONLY + TEST_NETWORK))


@dataclass(frozen=True, slots=True)
class Episode:
    """One run of one attack tool."""

    number: int
    """As in the column of episodes, from 1."""
    label: str
    mission: str
    tool: str
    attacker: str
    """Address; changes with the capture."""
    victims: tuple[str, ...]
    start_s: float
    """Unix seconds."""
    end_s: float
    packets: int
    """At least one."""


@dataclass(frozen=True, slots=True)
class Lab:
    """The lab's folder; nothing is opened until it is asked for."""

    folder: Path

    @property
    def names(self) -> tuple[str, ...]:
        """The captures that are here, of :data:`CAPTURES`."""
        return tuple(name for name in CAPTURES if (self.folder / f"{name}.pcap.zst").is_file())

    @property
    def classes(self) -> tuple[str, ...]:
        """Benign and the 16 attacks."""
        return CLASSES

    def capture(self, name: str) -> LabelledCapture:
        """A capture and its labels; raises MissingCapture or CaptureError."""
        classes, episodes = self.labels(name)
        return LabelledCapture(name, self.capture_path(name), name[0].upper(), classes, episodes)

    def capture_path(self, name: str) -> Path:
        """Where the capture lies; raises MissingCapture when it does not."""
        return self._file(name, "pcap.zst")

    def labels(self, name: str) -> tuple[NDArray[np.int16], NDArray[np.int32]]:
        """Of each packet in file order: class code (N,), position in ``CLASSES``; episode (N,), -1 for none.

        Raises MissingCapture where the labels are missing, CaptureError where they are not the lab's.
        """
        path = self._file(name, "labels.csv.zst")
        codes = {label: code for code, label in enumerate(CLASSES)}
        classes: list[int] = []
        episodes: list[int] = []
        with path.open("rb") as raw, zstandard.ZstdDecompressor().stream_reader(raw) as plain:
            lines = io.TextIOWrapper(plain, encoding="utf-8")
            if next(lines, "").strip() != "index,label,episode":
                raise CaptureError(f"{path} does not begin with 'index,label,episode'. Fetch the lab's labels again.")
            for number, line in enumerate(lines):
                index, _, rest = line.rstrip("\n").partition(",")
                label, _, episode = rest.partition(",")
                if index != str(number) or label not in codes:
                    raise CaptureError(f"{path} has no known label for packet {number}. Fetch the lab's labels again.")
                classes.append(codes[label])
                episodes.append(int(episode) if episode else -1)
        return np.array(classes, np.int16), np.array(episodes, np.int32)

    def episodes(self, name: str) -> list[Episode]:
        """The attacks in the capture, in the order of their numbers, without those in which the tool gave up."""
        return [
            Episode(
                number=entry["episode"],
                label=entry["label"],
                mission=mission_name(entry["label"]),
                tool=entry["tool"],
                attacker=entry["attacker"],
                victims=tuple(entry["victims"]),
                start_s=entry["start"],
                end_s=entry["end"],
                packets=entry["packets"],
            )
            for entry in self._json(name, "episodes")["episodes"]
            if entry["packets"] > 0
        ]

    def network(self, name: str) -> dict[str, Any]:
        """The description of the capture's network, as it lies beside it: hosts, roles, addresses, services."""
        return self._json(name, "network")

    def _json(self, name: str, what: str) -> dict[str, Any]:
        content: dict[str, Any] = json.loads(self._file(name, f"{what}.json").read_text(encoding="utf-8"))
        return content

    def _file(self, name: str, kind: str) -> Path:
        path = self.folder / f"{name}.{kind}"
        if not path.is_file():
            raise MissingCapture(f"{path} does not exist. Name the lab's folder, and one of {', '.join(CAPTURES)}.")
        return path
