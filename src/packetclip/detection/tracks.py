"""Tracks: evidence gathered by mission, originator and target, packet by packet, in bounded memory.

A track is a story in the making. Evidence of one mission joins a track through its originator or through its target;
evidence that joins two tracks makes them one. So a scan of many ports, one source against many hosts and many (forged)
sources against one host are one track each. A track that was silent for longer than its mission allows has ended.

Everything here happens in the order of the packets, so that batches leave no mark. The clock is the latest time seen; a
step back of more than an hour (a file of another day, one corrupt time) ends every track and starts the clock anew.

``Tracks`` are plain arrays for the kernel; :class:`packetclip.detection.StoryTeller` owns them.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

STEP_BACK_NS: Final = 3_600_000_000_000
LATEST_NS: Final = 1 << 62
"""Times are held within 0 and this, so that no difference overflows."""
NODES: Final = 1 << 17
"""Entries of the table of hosts; half of them may be in use."""
FLOWS: Final = 1 << 17
"""Flows remembered as counted; a flow pushed out by another one and seen again counts twice."""

TRACK: Final = np.dtype(
    [
        ("parent", "i8"),  # itself, or the track that it was merged into
        ("mission", "i8"),
        ("epoch", "i8"),  # counts steps back of the clock
        ("clock", "i8"),  # of the latest evidence
        ("first_ns", "i8"),
        ("last_ns", "i8"),
        ("packets", "i8"),
        ("originators", "i8"),
        ("targets", "i8"),
        ("flows", "i8"),
        ("total", "f8"),  # sum of probabilities
        ("peak", "f8"),  # highest probability
        ("opened", "u1"),  # enough evidence came close together: this is a story
        ("told", "u1"),  # ended, and handed out or dropped
    ]
)
NODE: Final = np.dtype([("hi", "u8"), ("lo", "u8"), ("tag", "i8"), ("track", "i8")])
"""A host in a role; the tag is ``1 + mission * 4 + role * 2 + kind``, 0 marks a free entry."""
COUNTED: Final = np.dtype([("flow", "i8"), ("mission", "i8"), ("track", "i8")])

USED, NODES_USED, CLOCK, EPOCH, LOST, SINCE_PURGE = range(6)


class Tracks(NamedTuple):
    """S tracks; T times, P values and K concepts are kept of each."""

    tracks: NDArray[Any]
    """(S,) of TRACK."""
    times: NDArray[np.int64]
    """(S, T) clock of the latest evidence, a ring by the packet's number in the track; -1 where there was none."""
    high: NDArray[np.float32]
    """(S, P) highest value of each field that the mission's facts ask for."""
    low: NDArray[np.float32]
    """(S, P) lowest."""
    degree: NDArray[np.float32]
    """(S, K) highest degree of each key concept."""
    closeness: NDArray[np.float64]
    """(S, K) sum of closeness."""
    nodes: NDArray[Any]
    """(NODES,) of NODE, open-addressed."""
    counted: NDArray[Any]
    """(FLOWS,) of COUNTED, by hash."""
    state: NDArray[np.int64]
    """(6,) tracks used, nodes used, clock, epoch, evidence lost, evidence since the last purge."""


def make_tracks(times: int, values: int, concepts: int, nodes: int = NODES, flows: int = FLOWS) -> Tracks:
    """No track yet; ``nodes`` and ``flows`` are powers of two."""
    counted = np.zeros(flows, COUNTED)
    counted["track"] = -1
    state = np.zeros(6, np.int64)
    state[CLOCK] = -1
    rows = _rows(0, times, values, concepts)
    return Tracks(*rows, nodes=np.zeros(nodes, NODE), counted=counted, state=state)  # type: ignore[misc]


def with_room(tracks: Tracks, more: int) -> Tracks:
    """The same with room for ``more`` new tracks."""
    used = int(tracks.state[USED])
    if used + more <= len(tracks.tracks):
        return tracks
    size = max(used + more, 2 * len(tracks.tracks), 1024)
    shape = (tracks.times.shape[1], tracks.high.shape[1], tracks.degree.shape[1])
    grown = _rows(size, *shape)
    present: list[Any] = list(tracks)[:6]
    for new, old in zip(grown, present, strict=True):
        new[:used] = old[:used]
    return Tracks(*grown, *tracks[6:])  # type: ignore[call-arg]


def renumbered(tracks: Tracks, keep: NDArray[np.int64]) -> Tracks:
    """Only the tracks ``keep`` (K,), rising; entries of the others stay in the tables as those of the dead."""
    mapping = np.full(int(tracks.state[USED]), -1, np.int64)
    mapping[keep] = np.arange(len(keep))
    mapping = mapping[roots(tracks)]
    for table in (tracks.nodes, tracks.counted):
        known = table["track"] >= 0
        if table is tracks.nodes:
            known &= table["tag"] != 0
        table["track"][known] = mapping[table["track"][known]]
        table["track"][~known] = -1
    kept: list[NDArray[Any]] = [column[keep] for column in tracks[:6]]
    kept[0]["parent"] = np.arange(len(keep))
    tracks.state[USED] = len(keep)
    return Tracks(*kept, *tracks[6:])  # type: ignore[call-arg]


def roots(tracks: Tracks) -> NDArray[np.int64]:
    """The track (S,) that each track is part of by now."""
    parent = tracks.tracks["parent"][: tracks.state[USED]].copy()
    while not np.array_equal(above := parent[parent], parent):
        parent = above
    return parent


def _rows(size: int, times: int, values: int, concepts: int) -> tuple[NDArray[Any], ...]:
    return (
        np.zeros(size, TRACK),
        np.full((size, times), -1, np.int64),
        np.full((size, values), -np.inf, np.float32),
        np.full((size, values), np.inf, np.float32),
        np.zeros((size, concepts), np.float32),
        np.zeros((size, concepts), np.float64),
    )


@njit(cache=True, nogil=True)
def _root(tracks: Any, at: int) -> int:
    while tracks[at].parent != at:
        tracks[at].parent = tracks[tracks[at].parent].parent
        at = tracks[at].parent
    return at


@njit(cache=True, nogil=True)
def _find(nodes: Any, tag: int, hi: Any, lo: Any) -> Any:
    """The entry of a host, or the free entry where it would stand."""
    x = np.uint64(hi) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(lo)
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9) + np.uint64(tag)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mask = len(nodes) - 1
    at = np.int64((x ^ (x >> np.uint64(31))) & np.uint64(mask))
    while nodes[at].tag != 0 and not (nodes[at].tag == tag and nodes[at].hi == hi and nodes[at].lo == lo):
        at = (at + 1) & mask
    return at


@njit(cache=True, nogil=True)
def _alive(t: Any, at: int, silence: Any) -> int:
    """The root of a track that has not ended, or -1."""
    if at < 0:
        return -1
    at = _root(t.tracks, at)
    track = t.tracks[at]
    if track.epoch != t.state[EPOCH] or t.state[CLOCK] - track.clock > silence[track.mission]:
        return -1
    return at


@njit(cache=True, nogil=True)
def _purge(t: Any, silence: Any) -> None:
    """Drop hosts of ended tracks."""
    old = t.nodes.copy()
    for at in range(len(t.nodes)):
        t.nodes[at].tag = 0
    t.state[NODES_USED] = 0
    t.state[SINCE_PURGE] = 0
    for n in range(len(old)):
        entry = old[n]
        if entry.tag != 0 and _alive(t, entry.track, silence) >= 0:
            at = _find(t.nodes, entry.tag, entry.hi, entry.lo)
            t.nodes[at].hi, t.nodes[at].lo = entry.hi, entry.lo
            t.nodes[at].tag, t.nodes[at].track = entry.tag, entry.track
            t.state[NODES_USED] += 1


@njit(cache=True, nogil=True)
def _merge(t: Any, one: int, other: int) -> int:
    """Join two tracks; the older one stays."""
    into, gone = min(one, other), max(one, other)
    a, b = t.tracks[into], t.tracks[gone]
    T = t.times.shape[1]
    # Both rings hold the latest times in order of arrival; the merged ring keeps the latest T of both.
    merged = np.full(T, -1, np.int64)
    i, j = a.packets - 1, b.packets - 1
    i_end, j_end = max(a.packets - T, 0), max(b.packets - T, 0)
    packets = a.packets + b.packets
    for n in range(packets - 1, max(packets - T, 0) - 1, -1):
        if i >= i_end and (j < j_end or t.times[into, i % T] >= t.times[gone, j % T]):
            merged[n % T] = t.times[into, i % T]
            i -= 1
        elif j >= j_end:
            merged[n % T] = t.times[gone, j % T]
            j -= 1
    t.times[into] = merged
    b.parent = into
    a.clock = max(a.clock, b.clock)
    a.first_ns, a.last_ns = min(a.first_ns, b.first_ns), max(a.last_ns, b.last_ns)
    a.packets = packets
    a.originators += b.originators
    a.targets += b.targets
    a.flows += b.flows
    a.total += b.total
    a.peak = max(a.peak, b.peak)
    a.opened = max(a.opened, b.opened)
    for p in range(t.high.shape[1]):
        t.high[into, p] = max(t.high[into, p], t.high[gone, p])
        t.low[into, p] = min(t.low[into, p], t.low[gone, p])
    for k in range(t.degree.shape[1]):
        t.degree[into, k] = max(t.degree[into, k], t.degree[gone, k])
        t.closeness[into, k] += t.closeness[gone, k]
    return into


@njit(cache=True, nogil=True)
def follow(
    t: Any,
    times: Any,
    missions: Any,
    parties: Any,
    chances: Any,
    values: Any,
    degrees: Any,
    closeness: Any,
    silence: Any,
    needed: Any,
    flows: Any,
    listed: int,
    track_of: Any,
    news: Any,
) -> None:
    """Take in a batch.

    ``times`` and ``missions`` (N,) are of all packets, the mission -1 where a packet is no evidence; the E packets of
    evidence have ``parties``, ``chances`` (E,), ``values`` (E, P), ``degrees`` and ``closeness`` (E, K). ``silence``,
    ``needed`` and ``flows`` (M,) are the missions' settings. Written are ``track_of`` (E,), -1 where evidence was lost
    because the tables were full, and ``news`` (E,): bits 1 for a new track, 2 for an originator, 4 for a target to be
    listed.
    """
    e = -1
    T = t.times.shape[1]
    room = len(t.nodes) // 2
    for n in range(len(times)):
        now = min(max(times[n], 0), LATEST_NS)
        if now > t.state[CLOCK]:
            t.state[CLOCK] = now
        elif now < t.state[CLOCK] - STEP_BACK_NS:
            t.state[CLOCK] = now
            t.state[EPOCH] += 1
        mission = missions[n]
        if mission < 0:
            continue
        e += 1
        track_of[e] = -1
        news[e] = 0
        clock = t.state[CLOCK]
        party = parties[e]
        t.state[SINCE_PURGE] += 1
        if t.state[NODES_USED] + 2 > room and t.state[SINCE_PURGE] > len(t.nodes) // 8:
            _purge(t, silence)
        tag = 1 + mission * 4
        orig = _find(t.nodes, tag + party.orig_kind, party.orig_hi, party.orig_lo)
        by_orig = np.int64(-1)
        if t.nodes[orig].tag != 0:
            by_orig = _alive(t, t.nodes[orig].track, silence)
        resp = _find(t.nodes, tag + 2 + party.resp_kind, party.resp_hi, party.resp_lo)
        by_resp = np.int64(-1)
        if t.nodes[resp].tag != 0:
            by_resp = _alive(t, t.nodes[resp].track, silence)

        if by_orig >= 0 and by_resp >= 0:
            at = by_orig if by_orig == by_resp else _merge(t, by_orig, by_resp)
        elif by_orig >= 0:
            at = by_orig
        elif by_resp >= 0:
            at = by_resp
        else:
            if t.state[NODES_USED] + 2 > room:
                t.state[LOST] += 1
                continue
            at = t.state[USED]
            t.state[USED] += 1
            t.times[at] = -1
            t.high[at] = -np.inf
            t.low[at] = np.inf
            t.degree[at] = 0.0
            t.closeness[at] = 0.0
            new = t.tracks[at]
            new.parent = at
            new.mission = mission
            new.epoch = t.state[EPOCH]
            new.first_ns = now
            new.last_ns = now
            new.packets = 0
            new.originators = 0
            new.targets = 0
            new.flows = 0
            new.total = 0.0
            new.peak = 0.0
            new.opened = 0
            new.told = 0
            news[e] |= 1
        track = t.tracks[at]
        track_of[e] = at
        if by_orig < 0 and (t.nodes[orig].tag != 0 or t.state[NODES_USED] < room):
            if t.nodes[orig].tag == 0:
                t.nodes[orig].tag = tag + party.orig_kind
                t.nodes[orig].hi, t.nodes[orig].lo = party.orig_hi, party.orig_lo
                t.state[NODES_USED] += 1
            t.nodes[orig].track = at
            track.originators += 1
            if track.originators <= listed:
                news[e] |= 2
        if by_resp < 0:
            # The originator may just have taken the free entry that was found for the target.
            resp = _find(t.nodes, tag + 2 + party.resp_kind, party.resp_hi, party.resp_lo)
            if t.nodes[resp].tag != 0 or t.state[NODES_USED] < room:
                if t.nodes[resp].tag == 0:
                    t.nodes[resp].tag = tag + 2 + party.resp_kind
                    t.nodes[resp].hi, t.nodes[resp].lo = party.resp_hi, party.resp_lo
                    t.state[NODES_USED] += 1
                t.nodes[resp].track = at
                track.targets += 1
                if track.targets <= listed:
                    news[e] |= 4
        if party.flow >= 0:
            x = np.uint64(party.flow) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(mission)
            x = (x ^ (x >> np.uint64(32))) & np.uint64(len(t.counted) - 1)
            entry = t.counted[np.int64(x)]
            same = entry.flow == party.flow and entry.mission == mission
            if not (same and entry.track >= 0 and _root(t.tracks, entry.track) == at):
                track.flows += 1
            entry.flow, entry.mission, entry.track = party.flow, mission, at
        t.times[at, track.packets % T] = clock
        track.packets += 1
        track.clock = clock
        track.first_ns = min(track.first_ns, now)
        track.last_ns = max(track.last_ns, now)
        track.total += chances[e]
        track.peak = max(track.peak, np.float64(chances[e]))
        for p in range(t.high.shape[1]):
            t.high[at, p] = max(t.high[at, p], values[e, p])
            t.low[at, p] = min(t.low[at, p], values[e, p])
        for k in range(t.degree.shape[1]):
            t.degree[at, k] = max(t.degree[at, k], degrees[e, k])
            t.closeness[at, k] += closeness[e, k]
        if track.packets >= needed[mission] and track.flows >= flows[mission]:
            since = t.times[at, (track.packets - needed[mission]) % T]
            if since >= 0 and clock - since <= silence[mission]:
                track.opened = 1
