"""From labels of conversations to labels of packets: whose 5-tuple is it, and when.

A :class:`Span` says that between two moments the packets between two endpoints bear a label. Spans come from tables of
flows, whoever wrote them; either direction is meant. A packet belongs to the conversation of its flow, so that later
fragments follow their first; protocols without ports are told apart by their addresses alone, since tools disagree on
what to write in place of ICMP's. Where several spans cover a packet, the one that began last has it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from packetclip.datasets.episodes import number_episodes
from packetclip.datasets.moments import SECOND_NS
from packetclip.ledger import Ledger
from packetclip.wire import capture
from packetclip.wire.flows import FlowTracker
from packetclip.wire.packets import dissect

__all__ = ["ALWAYS", "ANY", "NEITHER", "ROUNDED_NS", "Conversations", "Covered", "Span"]

ANY: Final = -1
"""Of a port or a protocol: whichever."""
NEITHER: Final = -2
"""Of a protocol: neither TCP nor UDP, ARP among the rest."""
ALWAYS: Final = (0, (1 << 63) - 1)
"""First and last nanosecond of a span without times."""
ROUNDED_NS: Final = 10_000
"""Slack for logs that round times and durations to a microsecond, each by itself."""
ZONE_STEP_NS: Final = 900 * SECOND_NS
"""Time zones differ by quarters of an hour."""
_FARTHEST: Final = 15 * 4
_FEW: Final = 8
"""Flows of a conversation above which it is no help in telling which of them a row means."""
_WITH_PORTS: Final = frozenset({6, 17, 132})

Address = tuple[int, int]
_End = tuple[int, int, int]
_Key = tuple[int, _End, _End]


class Span(NamedTuple):
    """One row of a table of labelled flows."""

    src: Address | None
    """Halves of the address; None for any."""
    dst: Address | None
    src_port: int
    dst_port: int
    protocol: int
    """Number in the IP header, 0 for ARP; or :data:`ANY`, :data:`NEITHER`."""
    first_ns: int
    last_ns: int
    code: int
    """Position in the data set's classes; -1 for packets of which nobody knows."""
    episode: int = -1


@dataclass(frozen=True, slots=True, eq=False)
class Covered:
    """What spans say of N packets."""

    classes: NDArray[np.int16]
    """(N,) as of the spans; packets that none covers have the code that was asked for."""
    episodes: NDArray[np.int32]
    """(N,)"""
    packets: int
    """Packets that some span covers."""
    offset_ns: int
    """What was added to the spans' times to meet the packets'."""


@dataclass(frozen=True, eq=False)
class Conversations:
    """The packets of a capture, each with the number of its 5-tuple."""

    time_ns: NDArray[np.int64]
    """(N,)"""
    number: NDArray[np.int64]
    """(N,) -1 for packets outside flows."""
    keys: dict[_Key, int]
    begins: list[list[int]]
    """When the flows of each conversation began, nanoseconds."""

    @classmethod
    def read(cls, source: Path) -> Conversations:
        """Of a whole capture. Raises CaptureError."""
        tracker = FlowTracker()
        times: list[NDArray[np.int64]] = []
        flows: list[NDArray[np.int64]] = []
        for frames in capture.read(source, Ledger()):
            packets = dissect(frames)
            times.append(packets["time_ns"].astype(np.int64))
            flows.append(tracker.update(packets)["flow"].astype(np.int64))
        rows = tracker.table().rows
        names = ("protocol", "orig_hi", "orig_lo", "orig_port", "resp_hi", "resp_lo", "resp_port", "first_ns")
        keys: dict[_Key, int] = {}
        begins: list[list[int]] = []
        numbers = np.empty(len(rows) + 1, np.int64)
        numbers[-1] = -1  # where flow -1 looks
        columns = (rows[name].tolist() for name in names)
        for row, (protocol, *ends, first) in enumerate(zip(*columns, strict=True)):
            number = keys.setdefault(
                _key(protocol, (ends[0], ends[1], ends[2]), (ends[3], ends[4], ends[5])), len(keys)
            )
            if number == len(begins):
                begins.append([])
            begins[number].append(first)
            numbers[row] = number
        flow = np.concatenate(flows) if flows else np.zeros(0, np.int64)
        return cls(np.concatenate(times) if times else np.zeros(0, np.int64), numbers[flow], keys, begins)

    def cover(self, spans: Iterable[Span], rest: int, slack_ns: int = 0, local: bool = False) -> Covered:
        """The labels of all packets; those that no span covers get ``rest``.

        Every span is taken to begin ``slack_ns`` earlier and to end as much later than it says.

        Times of ``local`` spans are those of an unknown zone: the shift by whole quarters of an hour is taken under
        which most of their beginnings meet the beginning of a flow of the same 5-tuple.
        """
        found: list[tuple[int, Span]] = [(number, span) for span in spans for number in self._meant(span)]
        offset = self._zone(found) if local else 0
        order = sorted(range(len(found)), key=lambda i: (found[i][0], found[i][1].first_ns, found[i][1].code > 0, -i))
        chosen = [found[i] for i in order]
        numbers = np.array([number for number, _ in chosen], np.int64)
        first = _shifted([span.first_ns for _, span in chosen], offset - slack_ns)
        last = _shifted([span.last_ns for _, span in chosen], offset + slack_ns)
        begin = np.searchsorted(numbers, np.arange(len(self.keys) + 1))
        which = np.full(len(self.number), -1, np.int64)
        _latest(self.number, self.time_ns, begin, first, last, which)
        codes = np.array([span.code for _, span in chosen] + [rest], np.int16)
        episodes = np.array([span.episode for _, span in chosen] + [-1], np.int32)
        classes = codes[which]
        return Covered(
            classes, number_episodes(classes, self.time_ns, episodes[which]), int((which >= 0).sum()), offset
        )

    def _meant(self, span: Span) -> Iterator[int]:
        """The conversations that a span may cover."""
        if span.src is not None and span.dst is not None and span.protocol >= 0:
            ends = (*span.src, span.src_port), (*span.dst, span.dst_port)
            if span.protocol not in _WITH_PORTS or ANY not in (span.src_port, span.dst_port):
                number = self.keys.get(_key(span.protocol, *ends))
                if number is not None:
                    yield number
                return
        for key, number in self._among(span):
            if _is_meant(span, key):
                yield number

    def _among(self, span: Span) -> Sequence[tuple[_Key, int]]:
        hosts = [address for address in (span.src, span.dst) if address is not None]
        return self._by_hosts.get(frozenset(hosts), ()) if hosts else list(self.keys.items())

    @cached_property
    def _by_hosts(self) -> dict[frozenset[Address], list[tuple[_Key, int]]]:
        """The conversations of each host, and of each pair of hosts."""
        hosts: dict[frozenset[Address], list[tuple[_Key, int]]] = defaultdict(list)
        for key, number in self.keys.items():
            one, other = key[1][:2], key[2][:2]
            for those in {frozenset({one}), frozenset({other}), frozenset({one, other})}:
                hosts[those].append((key, number))
        return dict(hosts)

    def _zone(self, found: Sequence[tuple[int, Span]]) -> int:
        votes: Counter[int] = Counter()
        telling = [(number, span) for number, span in found if len(self.begins[number]) <= _FEW]
        for number, span in telling or found:
            # A span may say only the minute, so its flow begins a little later, never earlier.
            steps = {(first - span.first_ns + 60 * SECOND_NS) // ZONE_STEP_NS for first in self.begins[number]}
            votes.update(step for step in steps if abs(step) <= _FARTHEST)
        if not votes:
            return 0
        return ZONE_STEP_NS * max(votes, key=lambda step: (votes[step], -abs(step)))


def _key(protocol: int, one: _End, other: _End) -> _Key:
    if protocol not in _WITH_PORTS:
        one, other = (*one[:2], 0), (*other[:2], 0)
    return (protocol, one, other) if one <= other else (protocol, other, one)


def _is_meant(span: Span, key: _Key) -> bool:
    protocol, one, other = key
    if span.protocol == NEITHER and protocol in (6, 17):
        return False
    if span.protocol >= 0 and span.protocol != protocol:
        return False
    ports = protocol in _WITH_PORTS
    return any(
        _is_end(span.src, span.src_port, a, ports) and _is_end(span.dst, span.dst_port, b, ports)
        for a, b in ((one, other), (other, one))
    )


def _is_end(address: Address | None, port: int, end: _End, ports: bool) -> bool:
    return (address is None or address == end[:2]) and (not ports or port in (ANY, end[2]))


def _shifted(times: Sequence[int], by: int) -> NDArray[np.int64]:
    return np.array([min(max(time + by, ALWAYS[0]), ALWAYS[1]) for time in times], np.int64)


@njit(cache=True, nogil=True)
def _latest(number: Any, time_ns: Any, begin: Any, first: Any, last: Any, which: Any) -> None:
    """Of each packet, the span of its conversation that began last among those that cover it."""
    # How far any span of the conversation reaches, of those up to each.
    reach = last.copy()
    for conversation in range(len(begin) - 1):
        for at in range(begin[conversation] + 1, begin[conversation + 1]):
            reach[at] = max(reach[at], reach[at - 1])
    for i in range(len(number)):
        conversation = number[i]
        if conversation < 0:
            continue
        low, high = begin[conversation], begin[conversation + 1]
        floor = low
        while low < high:
            middle = (low + high) // 2
            if first[middle] <= time_ns[i]:
                low = middle + 1
            else:
                high = middle
        at = low - 1
        while at >= floor and reach[at] >= time_ns[i]:
            if last[at] >= time_ns[i]:
                which[i] = at
                break
            at -= 1
