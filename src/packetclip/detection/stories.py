"""Scores become stories."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from packetclip.detection import tracks as state
from packetclip.detection.evidence import chances, strongest
from packetclip.detection.narrate import Track, tell
from packetclip.detection.parties import PARTY, Parties
from packetclip.detection.settings import StorySettings
from packetclip.detection.story import Story
from packetclip.errors import IncompatibleModel
from packetclip.language.knowledge import Mission
from packetclip.model import Scores
from packetclip.wire.context import Context
from packetclip.wire.flows import FlowSteps
from packetclip.wire.packets import PacketBatch

SLACK: Final = 8192
"""Ended tracks that may stand in memory before room is made."""

_Member = tuple[int, int, int, int]
"""(number of the evidence, kind, hi, lo)."""


class StoryTeller:
    """Feed it batches in order; it hands out stories as they end.

    The stories, their ids and their order do not depend on how packets are cut into batches. Memory is bounded: by the
    hosts seen in evidence (65,536), not by packets. ``missions`` and ``settings`` are in the order of the scores'
    columns; ``concepts`` names the columns of degrees and closeness, by default all key concepts of the missions in
    order.
    """

    def __init__(
        self,
        missions: Sequence[Mission],
        settings: StorySettings,
        concepts: Sequence[tuple[str, str]] | None = None,
        nodes: int = state.NODES,
    ) -> None:
        if tuple(mission.name for mission in missions) != settings.missions:
            raise IncompatibleModel("The missions and the settings of stories are not the same, in the same order.")
        self._missions = tuple(missions)
        self._settings = settings
        if concepts is None:
            concepts = [(mission.name, concept.id) for mission in missions for concept in mission.key_concepts]
        column = {pair: position for position, pair in enumerate(concepts)}
        self._fields: list[list[str]] = []
        self._columns: list[list[int]] = []
        self._concepts: list[list[str]] = []
        self._degrees: list[list[int]] = []
        for mission in missions:
            wanted = {predicate.field: predicate.column for predicate in mission.predicates()}
            self._fields.append(list(wanted))
            self._columns.append(list(wanted.values()))
            ids = [concept.id for concept in mission.key_concepts if (mission.name, concept.id) in column]
            self._concepts.append(ids)
            self._degrees.append([column[mission.name, name] for name in ids])
        self._silence = np.array([round(own.silence_s * 1e9) for own in settings.each], np.int64)
        self._needed = np.array([own.min_packets for own in settings.each], np.int64)
        self._flows = np.array([own.min_flows for own in settings.each], np.int64)
        self._parties = Parties()
        self._tracks = state.make_tracks(
            int(self._needed.max(initial=1)),
            max(map(len, self._fields), default=0),
            max(map(len, self._concepts), default=0),
            nodes,
        )
        self._evidence = 0
        self._first: NDArray[Any] = np.zeros(0, PARTY)
        self._originators: dict[int, list[_Member]] = {}
        self._targets: dict[int, list[_Member]] = {}

    @property
    def lost(self) -> int:
        """Packets of evidence that found no room; 0 unless tens of thousands of hosts were suspect at once."""
        return int(self._tracks.state[state.LOST])

    def update(self, packets: PacketBatch, steps: FlowSteps, context: Context, scores: Scores) -> list[Story]:
        """Take in the batch that follows; the stories that ended meanwhile, in the order in which they did."""
        mission = strongest(scores, context.values, self._missions, self._settings)
        rows = np.flatnonzero(mission >= 0)
        E = len(rows)
        parties = self._parties.update(packets, steps, mission >= 0)[rows]
        values, degrees, closeness = self._gather(context.values, scores, mission, rows)
        before = int(self._tracks.state[state.USED])
        self._tracks = state.with_room(self._tracks, E)
        track_of, news = np.empty(E, np.int64), np.empty(E, np.uint8)
        state.follow(
            self._tracks, packets["time_ns"].astype(np.int64), mission, parties,
            chances(scores, mission)[rows], values, degrees, closeness,
            self._silence, self._needed, self._flows, self._settings.listed, track_of, news,
        )  # fmt: skip
        if E:
            self._remember(parties, track_of, news, before)
        return self._ended(everything=False)

    def close(self) -> list[Story]:
        """End of the capture: the stories still open."""
        return self._ended(everything=True)

    def _gather(
        self, context: NDArray[np.float32], scores: Scores, mission: NDArray[np.int64], rows: NDArray[np.int64]
    ) -> tuple[NDArray[np.float32], ...]:
        """Per packet of evidence what its own mission asks for: values (E, P), degrees and closeness (E, K)."""
        P, K = self._tracks.high.shape[1], self._tracks.degree.shape[1]
        values = np.zeros((len(rows), P), np.float32)
        degrees, closeness = np.zeros((len(rows), K), np.float32), np.zeros((len(rows), K), np.float32)
        own = mission[rows]
        for m in np.unique(own).tolist():
            at = np.flatnonzero(own == m)
            chosen, fields, concepts = rows[at, None], self._columns[m], self._degrees[m]
            values[at, : len(fields)] = np.nan_to_num(context[chosen, fields])
            degrees[at, : len(concepts)] = scores.degrees[chosen, concepts]
            closeness[at, : len(concepts)] = scores.closeness[chosen, concepts]
        return values, degrees, closeness

    def _remember(
        self, parties: NDArray[Any], track_of: NDArray[np.int64], news: NDArray[np.uint8], before: int
    ) -> None:
        root = state.roots(self._tracks)
        new = np.flatnonzero(news & 1)
        if len(root) > len(self._first):
            grown = np.zeros(max(len(root), 2 * len(self._first)), PARTY)
            grown[:before] = self._first[:before]
            self._first = grown
        self._first[track_of[new]] = parties[new]
        for bit, side, members in ((2, "orig", self._originators), (4, "resp", self._targets)):
            at = np.flatnonzero(news & bit)
            kinds, hi, lo = (parties[f"{side}_{name}"][at].tolist() for name in ("kind", "hi", "lo"))
            for track, member in zip(
                track_of[at].tolist(), zip((self._evidence + at).tolist(), kinds, hi, lo, strict=True), strict=True
            ):
                members.setdefault(track, []).append(member)
            for track in [track for track in members if root[track] != track]:
                joined = sorted(members.pop(track) + members.get(int(root[track]), []))
                members[int(root[track])] = joined[: self._settings.listed]
        self._evidence += len(track_of)

    def _ended(self, everything: bool) -> list[Story]:
        used = int(self._tracks.state[state.USED])
        rows = self._tracks.tracks[:used]
        clock, epoch = int(self._tracks.state[state.CLOCK]), int(self._tracks.state[state.EPOCH])
        whole = (rows["parent"] == np.arange(used)) & (rows["told"] == 0)
        ends = rows["clock"] + self._silence[rows["mission"]]
        over = whole & ((rows["epoch"] != epoch) | (clock > ends) | everything)
        numbers = np.flatnonzero(over & (rows["opened"] == 1))
        order = np.lexsort((numbers, ends[numbers], rows["epoch"][numbers]))
        stories = [self._tell(track) for track in numbers[order].tolist()]
        for track in np.flatnonzero(over).tolist():
            self._originators.pop(track, None)
            self._targets.pop(track, None)
        rows["told"][over] = 1
        self._shrink(whole & ~over)
        return stories

    def _shrink(self, live: NDArray[np.bool_]) -> None:
        keep = np.flatnonzero(live)
        if len(live) < 4 * len(keep) + SLACK:
            return
        self._tracks = state.renumbered(self._tracks, keep)
        self._first = self._first[keep]
        number = {old: new for new, old in enumerate(keep.tolist())}
        self._originators = {number[track]: members for track, members in self._originators.items()}
        self._targets = {number[track]: members for track, members in self._targets.items()}

    def _tell(self, track: int) -> Story:
        row = self._tracks.tracks[track]
        m = int(row["mission"])
        fields, concepts = self._fields[m], self._concepts[m]
        return tell(
            Track(
                first_ns=int(row["first_ns"]),
                last_ns=int(row["last_ns"]),
                packets=int(row["packets"]),
                flows=int(row["flows"]),
                originators=tuple(self._members(self._originators, track)),
                originator_count=int(row["originators"]),
                targets=tuple(self._members(self._targets, track)),
                target_count=int(row["targets"]),
                total=float(row["total"]),
                peak=float(row["peak"]),
                high=dict(zip(fields, self._tracks.high[track].tolist(), strict=False)),
                low=dict(zip(fields, self._tracks.low[track].tolist(), strict=False)),
                degrees=dict(zip(concepts, self._tracks.degree[track].tolist(), strict=False)),
                closeness=dict(zip(concepts, self._tracks.closeness[track].tolist(), strict=False)),
                first=self._first[track],
            ),
            self._missions[m],
        )

    def _members(self, members: dict[int, list[_Member]], track: int) -> Iterator[tuple[int, int, int]]:
        for _, kind, hi, lo in sorted(members.get(track, []))[: self._settings.listed]:
            yield kind, hi, lo
