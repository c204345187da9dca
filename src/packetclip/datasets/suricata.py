"""Captures beside Suricata's eve.json, whose alerts are the labels.

| | |
|---|---|
| source | your captures, and what Suricata wrote when it read each (`suricata -r NAME.pcap -l DIR`) |
| licence | the captures' |
| classes | Benign and the categories of the alerts; the signature where a rule has no category |
| form | captures in a folder or below it, each with NAME.eve.json beside it, or eve.json in its folder |
| events | `alert`, and `flow` (or `netflow`) for when each flow began and ended; both must be switched on |
| dataset.toml | as for captures of your own; it may be left out |

An alert labels its whole flow, found by `flow_id`; of several alerts on one flow the most severe counts, then the
first. Flows are matched to packets by 5-tuple and time, which is also what a community id stands for. Packets of flows
without an alert are Benign, which means only: no rule fired. Packets that Suricata has no flow for are not scored.

Known faults: these labels are another detector's opinion, not truth: what its rules do not know counts against
whoever finds it. Use them to see where two detectors differ.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import orjson

from packetclip.datasets.codes import classes_of, code_of
from packetclip.datasets.folder import Description, bare, captures, describe, one_of
from packetclip.datasets.labelled import LabelledCapture
from packetclip.datasets.labels import BENIGN
from packetclip.datasets.rows import text_lines
from packetclip.datasets.spans import ROUNDED_NS, Address, Conversations, Span
from packetclip.errors import CaptureError, MissingCapture
from packetclip.wire.records.faults import DROPS, Dropped
from packetclip.wire.records.protocols import protocol_number
from packetclip.wire.records.record import UNKNOWN
from packetclip.wire.records.values import Values, address, is_ipv6, time_ns

__all__ = ["SuricataLabelled"]

_MILDEST = 1 << 31


@dataclass(frozen=True)
class SuricataLabelled:
    """A folder of captures with Suricata's events."""

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

    @cached_property
    def classes(self) -> tuple[str, ...]:
        """Benign and the alerts. Without a list in dataset.toml all logs are read for it. Raises CaptureError."""
        if self.said.classes:
            return BENIGN, *(name for name in self.said.classes if name != BENIGN)
        logs = sorted({_log_of(source) for source in self.captures.values()})
        return classes_of(flow.label for log in logs for flow in _flows(log))

    def capture(self, name: str) -> LabelledCapture:
        """One of them. Raises MissingCapture, CaptureError."""
        source = one_of(self.captures, name, self.folder)
        network = self.said.networks.get(name, self.said.network)
        log = _log_of(source)
        covered = Conversations.read(source).cover(self._spans(log), self.said.rest_code, ROUNDED_NS)
        if not covered.packets:
            raise CaptureError(f"No flow of {log} covers a packet of {source}. Are they of the same capture?")
        return LabelledCapture(name, source, network, covered.classes, covered.episodes)

    def _spans(self, log: Path) -> Iterator[Span]:
        for flow in _flows(log):
            try:
                code = code_of(flow.label, self.classes)
            except ValueError:
                raise CaptureError(
                    f"{log} has an alert of {flow.label!r}, which is none of {', '.join(self.classes)}. "
                    "List it under classes in dataset.toml."
                ) from None
            yield Span(*flow.ends, flow.protocol, flow.first_ns, flow.last_ns, code)


@dataclass(slots=True)
class _Flow:
    """What the events of one flow_id say together."""

    ends: tuple[Address, Address, int, int]
    protocol: int
    first_ns: int
    last_ns: int
    label: str = BENIGN
    severity: int = _MILDEST


def _log_of(source: Path) -> Path:
    for name in (f"{bare(source)}.eve.json", "eve.json"):
        if found := sorted(path for path in source.parent.iterdir() if path.name.startswith(name)):
            return found[0]
    raise MissingCapture(f"{source} has no eve.json. Put {bare(source)}.eve.json beside it, or eve.json in its folder.")


def _flows(log: Path) -> list[_Flow]:
    """All flows of a log with their labels. Raises MissingCapture, or CaptureError naming the line."""
    flows: dict[Any, _Flow] = {}
    values = Values()
    for number, line in enumerate(text_lines(log), 1):
        if not line.strip():
            continue
        try:
            event: Any = orjson.loads(line)
        except orjson.JSONDecodeError as error:
            raise CaptureError(f"{log}, line {number} is not JSON: {error}. Let Suricata write it again.") from error
        if not isinstance(event, dict) or event.get("event_type") not in ("alert", "flow", "netflow"):
            continue
        try:
            _take(event, flows, values)
        except Dropped as dropped:
            raise CaptureError(
                f"{log}, line {number}: it {DROPS[str(dropped)]}. Let Suricata write it again."
            ) from None
    return list(flows.values())


def _take(event: dict[str, Any], flows: dict[Any, _Flow], values: Values) -> None:
    own = event.get(event["event_type"])
    times = event.get("flow") if event["event_type"] == "alert" else own
    times = times if isinstance(times, dict) else {}
    seen = time_ns(event.get("timestamp"))
    first = time_ns(times["start"]) if "start" in times else seen
    last = time_ns(times["end"]) if times.get("end") is not None else max(seen, first)
    src, dst = address(event.get("src_ip")), address(event.get("dest_ip"))
    ports = [max(values.port(event.get(side)), 0) for side in ("src_port", "dest_port")]
    flow = flows.setdefault(
        event.get("flow_id", (src, dst, *ports, first)),
        _Flow((src, dst, ports[0], ports[1]), protocol_number(event.get("proto"), UNKNOWN, is_ipv6(dst)), first, last),
    )
    # The record of a flow is written when it has ended, later than any of its packets.
    flow.first_ns = min(flow.first_ns, first)
    flow.last_ns = max(flow.last_ns, last) if event["event_type"] == "alert" else last
    if event["event_type"] == "alert" and isinstance(own, dict):
        severity = values.count(own.get("severity"), _MILDEST - 1)
        severity = _MILDEST - 1 if severity == UNKNOWN else severity
        if severity < flow.severity:
            flow.severity = severity
            flow.label = values.text(own.get("category")) or values.text(own.get("signature")) or "Alert"
