"""Captures of your own, with labels by packet or by conversation and time.

| | |
|---|---|
| source | a folder that you make; no two captures in it share a name |
| licence | yours |
| classes | Benign and whatever the labels name, sorted; or as `classes` in dataset.toml lists them |
| form | NAME.pcap (or .pcapng, .cap; .gz, .zst, .lz4, .xz), and beside it NAME.labels.csv or NAME.flows.csv |
| by packet | NAME.labels.csv: `index,label[,episode]`, index from 0 in file order; packets may be left out |
| by flow | NAME.flows.csv: `src,src_port,dst,dst_port,protocol,first,last,label[,episode]` |
| dataset.toml | `rest`, `network`, `networks`, `classes`, `benign`; all may be left out, and the file too |

A row of a NAME.flows.csv labels the packets between two endpoints, either way, from `first` to `last`: Unix seconds or
ISO 8601 (UTC where it names no zone); a time in whole seconds means all of that second. What is empty means any: any
port, any protocol, any host on that side, from the beginning, to the end; one address at least must be there.
`protocol` is a number, a name, or `arp`. Where rows overlap, the one that began last counts. `Benign` and `Normal` are
benign; `Unknown`, `Background`, `-` and nothing are packets that are not scored. `episode` is a whole number; where
there is none, packets of one class without a minute's silence make one.

In dataset.toml, `rest = "benign"` or `"unknown"` says what packets are that no row covers (unknown where it is not
said); `network = "office"` names the network of all captures, and the table `[networks]` that of one
(`lab-1 = "lab"`): splits by network need it; `benign = ["monday"]` names captures without labels and without attacks.

Known faults: those of your labels. A capture and labels that share no packet are refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

import numpy as np

from packetclip.datasets.codes import classes_of, code_of
from packetclip.datasets.episodes import number_episodes
from packetclip.datasets.folder import DESCRIPTION, Description, captures, describe, one_of
from packetclip.datasets.labelled import LabelledCapture
from packetclip.datasets.labels import BENIGN
from packetclip.datasets.moments import moment
from packetclip.datasets.rows import read_rows
from packetclip.datasets.spans import ALWAYS, ANY, Address, Conversations, Span
from packetclip.errors import CaptureError, MissingCapture, RecipeError
from packetclip.wire import capture
from packetclip.wire.packets.addresses import parse_address
from packetclip.wire.records.faults import Dropped
from packetclip.wire.records.protocols import protocol_number
from packetclip.wire.records.values import is_ipv6

__all__ = ["OwnCaptures"]

_BY_PACKET: Final = {"index": ["index"], "label": ["label"], "episode": ["episode"]}
_BY_FLOW: Final = {
    name: [name] for name in ("src", "src_port", "dst", "dst_port", "protocol", "first", "last", "label", "episode")
}
_REMEDY: Final = "See 'Captures of your own' in docs/datasets.md."
_COMPRESSED: Final = ("", ".gz", ".zst", ".lz4", ".xz")


@dataclass(frozen=True)
class OwnCaptures:
    """A folder of captures and of labels that their owner wrote."""

    folder: Path

    @cached_property
    def said(self) -> Description:
        """Its dataset.toml. Raises RecipeError."""
        return describe(self.folder)

    @cached_property
    def captures(self) -> dict[str, Path]:
        """By name. Raises MissingCapture, EmptyFolder, CaptureError."""
        return captures(self.folder)

    @property
    def names(self) -> tuple[str, ...]:
        """All captures of the folder."""
        return tuple(self.captures)

    @cached_property
    def classes(self) -> tuple[str, ...]:
        """Benign and the attacks. Without a list in dataset.toml all labels are read for it. Raises CaptureError."""
        if self.said.classes:
            return BENIGN, *(name for name in self.said.classes if name != BENIGN)
        return classes_of(
            cells["label"]
            for name in self.names
            if name not in self.said.benign
            for _, cells in _rows(*self._labels(name))
        )

    def capture(self, name: str) -> LabelledCapture:
        """One of them. Raises MissingCapture, CaptureError, RecipeError."""
        source = one_of(self.captures, name, self.folder)
        network = self.said.networks.get(name, self.said.network)
        if name in self.said.benign:
            life = LabelledCapture.benign(source, network)
            return LabelledCapture(name, source, network, life.classes, life.episodes)
        labels, by_flow = self._labels(name)
        if not by_flow:
            return self._by_packet(name, source, network, labels)
        covered = Conversations.read(source).cover(self._spans(labels), self.said.rest_code)
        if not covered.packets:
            raise CaptureError(f"No row of {labels} covers a packet of {source}. Are its addresses and times the same?")
        return LabelledCapture(name, source, network, covered.classes, covered.episodes)

    def _labels(self, name: str) -> tuple[Path, bool]:
        """Where a capture's labels lie, and whether they are by flow."""
        found = [
            (path, by_flow)
            for kind, by_flow in (("labels", False), ("flows", True))
            for end in _COMPRESSED
            if (path := self.folder / f"{name}.{kind}.csv{end}").is_file()
        ]
        if not found:
            raise MissingCapture(
                f"{self.folder / name}.labels.csv and {name}.flows.csv are both missing. Write one of them, or name "
                f"{name} under benign in {DESCRIPTION} if it holds no attack. {_REMEDY}"
            )
        if len(found) > 1:
            raise CaptureError(f"{found[0][0]} and {found[1][0]} both label {name}. Keep one of them.")
        return found[0]

    def _by_packet(self, name: str, source: Path, network: str, labels: Path) -> LabelledCapture:
        times = [frames.time_ns for frames in capture.read(source)]
        time_ns = np.concatenate(times) if times else np.zeros(0, np.int64)
        classes = np.full(len(time_ns), self.said.rest_code, np.int16)
        episodes = np.full(len(time_ns), -1, np.int32)
        for line, cells in _rows(labels, by_flow=False):
            index = _whole(cells["index"], labels, line, "index")
            if index >= len(time_ns):
                raise CaptureError(
                    f"{labels}, line {line} names packet {index}, and {source} has {len(time_ns):,}, counted from 0. "
                    "Are they of the same capture?"
                )
            classes[index] = self._code(cells["label"], labels, line)
            episodes[index] = _episode(cells["episode"], labels, line)
        return LabelledCapture(name, source, network, classes, number_episodes(classes, time_ns, episodes))

    def _spans(self, labels: Path) -> Iterator[Span]:
        for line, cells in _rows(labels, by_flow=True):
            src, dst = (_address(cells[side], labels, line, side) for side in ("src", "dst"))
            if src is None and dst is None:
                raise CaptureError(f"{labels}, line {line} has neither src nor dst. Give one address at least.")
            ports = [
                _whole(cells[side], labels, line, side) if cells[side] else ANY for side in ("src_port", "dst_port")
            ]
            yield Span(
                src,
                dst,
                ports[0],
                ports[1],
                _protocol(cells["protocol"], labels, line, is_ipv6(src or dst or (0, 0))),
                _time(cells["first"], labels, line, "first"),
                _time(cells["last"], labels, line, "last"),
                self._code(cells["label"], labels, line),
                _episode(cells["episode"], labels, line),
            )

    def _code(self, label: str, labels: Path, line: int) -> int:
        try:
            return code_of(label, self.classes)
        except ValueError:
            raise RecipeError(
                f"{labels}, line {line} has the label {label!r}, which classes in {self.folder / DESCRIPTION} does "
                "not list. Add it there, or take the list out."
            ) from None


def _rows(labels: Path, by_flow: bool) -> Iterator[tuple[int, dict[str, str]]]:
    return read_rows(labels, _BY_FLOW if by_flow else _BY_PACKET, _REMEDY, optional=["episode"])


def _whole(text: str, labels: Path, line: int, what: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 10):
        raise CaptureError(f"{labels}, line {line}: the {what} {text!r} is no whole number from 0. {_REMEDY}")
    return int(text)


def _episode(text: str, labels: Path, line: int) -> int:
    return _whole(text, labels, line, "episode") if text else -1


def _address(text: str, labels: Path, line: int, what: str) -> Address | None:
    try:
        return parse_address(text) if text else None
    except ValueError:
        raise CaptureError(f"{labels}, line {line}: the {what} {text!r} is no IP address. {_REMEDY}") from None


def _protocol(text: str, labels: Path, line: int, ipv6: bool) -> int:
    if not text:
        return ANY
    if text.lower() == "arp":
        return 0
    try:
        return protocol_number(text, 0, ipv6)
    except Dropped:
        raise CaptureError(f"{labels}, line {line}: the protocol {text!r} is not known. Write its number.") from None


def _time(text: str, labels: Path, line: int, what: str) -> int:
    if not text:
        return ALWAYS[what == "last"]
    try:
        time = moment(text)
    except ValueError:
        raise CaptureError(
            f"{labels}, line {line}: the time {text!r} of {what} is neither Unix seconds nor ISO 8601. {_REMEDY}"
        ) from None
    return time.end_ns if what == "last" else time.time_ns
