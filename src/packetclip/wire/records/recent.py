"""What hosts began lately, counted over the starts of all records.

Names are those of the context's fields where the meaning is equal. Two things differ, both because whole flows are
known at once: counts are exact over each window (those of packets decay), and how a flow ended counts at its start.
A record counts itself and those before it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from packetclip.wire.context.schema import WINDOWS_S, window_name
from packetclip.wire.context.services import SHORT_BYTES
from packetclip.wire.flows.states import REJ, RSTO, RSTR, SF
from packetclip.wire.records.protocols import TCP, WITH_PORTS
from packetclip.wire.records.table import RecordTable

SILENCE_NS: Final = 600_000_000_000
"""Two hosts, or a host and a port, that have not had a flow for longer are new to each other again."""

_ENDS: Final = ("orig_hi", "orig_lo", "resp_hi", "resp_lo")
_DOOR: Final = ("protocol", "resp_port")


def recent(table: RecordTable, answered: NDArray[np.bool_] | None) -> dict[str, NDArray[Any]]:
    """Name of a field -> (N,) values in natural units, for N records in the order of their starts.

    ``answered`` (N,) says which flows the responder answered; None when not every record tells, and then there are no
    counts of answers and refusals. Nor are there counts of ports when some record does not hold its own.
    """
    rows = table.rows
    if not len(rows):
        return {}
    keys = {
        "orig": _numbered(rows, _ENDS[:2]),
        "resp": _numbered(rows, _ENDS[2:]),
        "pair": _numbered(rows, _ENDS),
        "service": _numbered(rows, (*_ENDS, *_DOOR)),
        "target": _numbered(rows, (*_ENDS[2:], *_DOOR)),
    }
    start = np.ascontiguousarray(rows["first_ns"])
    last = np.ascontiguousarray(rows["last_ns"])
    pair, service = _Past(keys["pair"], start, last), _Past(keys["service"], start, last)
    fresh_target = _Past(keys["target"], start, last).fresh
    one = np.ones(len(rows), np.bool_)
    counted = {
        "orig_flows": ("orig", one),
        "orig_peers": ("orig", pair.fresh),
        "resp_flows": ("resp", one),
        "resp_peers": ("resp", pair.fresh),
        "pair_flows": ("pair", one),
    }
    if rows["ports_known"].all():
        ported = np.isin(rows["protocol"], list(WITH_PORTS))
        counted |= {
            "orig_services": ("orig", service.fresh & ported),
            "resp_services": ("resp", fresh_target & ported),
            "pair_ports": ("pair", service.fresh & ported),
            "service_flows": ("service", one),
            "target_flows": ("target", one),
            "target_peers": ("target", service.fresh),
        }
        ended = (rows["protocol"] == TCP) & np.isin(rows["conn_state"], (SF, RSTO, RSTR))
        if (sized := _sized(rows))[ended].all():
            counted["service_short_flows"] = "service", ended & sized & _is_short(rows)
    if answered is not None:
        refused = rows["conn_state"] == REJ
        for whose in ("orig", "resp", "pair"):
            counted[f"{whose}_unanswered"] = whose, ~answered
            counted[f"{whose}_refused"] = whose, refused
    columns: dict[str, NDArray[Any]] = {}
    windows = {whose: _Windows(key, start) for whose, key in keys.items()}
    for family, (whose, events) in counted.items():
        for window_s, counts in zip(WINDOWS_S, windows[whose].counts(events), strict=True):
            columns[window_name(family, window_s)] = counts
    columns["pair_age_s"] = pair.age_s
    if "service_flows" in counted:
        if "service_short_flows" in counted:
            columns |= _sizes(keys["service"], service.fresh, ended, rows["orig_bytes"], rows["resp_bytes"])
        columns["service_starts"] = service.starts
        columns["service_start_gap_mean_s"], columns["service_start_gap_cv"] = service.gap_mean_s, service.gap_cv
    return columns


class _Windows:
    """For each record, which records of the same key began within each window before it."""

    def __init__(self, key: NDArray[np.int64], start: NDArray[np.int64]) -> None:
        self._order = np.argsort(key, kind="stable")  # within a key, in order of starts
        grouped, times = key[self._order], start[self._order]
        first = np.flatnonzero(np.diff(grouped, prepend=-1))  # where each key begins
        ends = np.append(first[1:], len(key))
        self._since = []
        for window_s in WINDOWS_S:
            since = np.empty(len(key), np.int64)
            width = round(window_s * 1e9)
            for a, b in zip(first.tolist(), ends.tolist(), strict=True):
                since[a:b] = a + np.searchsorted(times[a:b], times[a:b] - width, side="right")
            self._since.append(since)

    def counts(self, events: NDArray[np.bool_]) -> Iterable[NDArray[np.float32]]:
        """(N,) for each window: events from its begin to the record, the record's own included."""
        total = np.concatenate([[0], np.cumsum(events[self._order])])  # (N + 1,)
        for since in self._since:
            counts = np.empty(len(events), np.float32)
            counts[self._order] = total[1:] - total[since]
            yield counts


def _sized(rows: NDArray[Any]) -> NDArray[np.bool_]:
    """(N,) whether the payload of both sides is known."""
    return np.asarray((rows["orig_bytes"] >= 0) & (rows["resp_bytes"] >= 0))


def _is_short(rows: NDArray[Any]) -> NDArray[np.bool_]:
    """(N,) whether both sides sent a little payload."""
    orig, resp = rows["orig_bytes"], rows["resp_bytes"]
    return np.asarray((orig > 0) & (resp > 0) & (orig < SHORT_BYTES) & (resp < SHORT_BYTES))


def _sizes(
    key: NDArray[np.int64],
    fresh: NDArray[np.bool_],
    ended: NDArray[np.bool_],
    orig_bytes: NDArray[np.int64],
    resp_bytes: NDArray[np.int64],
) -> dict[str, NDArray[Any]]:
    """Mean payload of the flows to each service that ended, and how much a whole flow's spreads."""
    N = len(key)
    orig, resp, spread = np.zeros(N), np.zeros(N), np.zeros(N)
    known: dict[int, tuple[Running, Running, Running]] = {}
    rows = zip(key.tolist(), fresh.tolist(), ended.tolist(), orig_bytes.tolist(), resp_bytes.tolist(), strict=True)
    for i, (name, is_fresh, has_ended, sent, came) in enumerate(rows):
        if is_fresh:
            known[name] = Running(), Running(), Running()
        there, back, both = known[name]
        if has_ended:
            there.learn(sent)
            back.learn(came)
            both.learn(sent + came)
        orig[i], resp[i], spread[i] = there.mean, back.mean, both.cv
    return {"service_flow_orig_bytes": orig, "service_flow_resp_bytes": resp, "service_flow_size_cv": spread}


class Running:
    """Mean and spread of numbers as they come (Welford's recurrence)."""

    __slots__ = ("count", "mean", "squares")

    def __init__(self) -> None:
        self.count = 0
        self.mean = self.squares = 0.0

    def learn(self, value: float) -> None:
        """Take in one more."""
        self.count += 1
        delta = value - self.mean
        self.mean += delta / self.count
        self.squares += delta * (value - self.mean)

    @property
    def cv(self) -> float:
        """Standard deviation over mean; 0 before two numbers."""
        return (self.squares / self.count) ** 0.5 / self.mean if self.count > 1 and self.mean > 0.0 else 0.0


class _Past:
    """The history of each key up to each record: whether it is new, its age, the pace of its starts."""

    def __init__(self, key: NDArray[np.int64], start: NDArray[np.int64], last: NDArray[np.int64]) -> None:
        N = len(key)
        self.fresh = np.zeros(N, np.bool_)
        self.age_s, self.gap_mean_s, self.gap_cv = np.zeros(N), np.zeros(N), np.zeros(N)
        self.starts = np.ones(N)
        known: dict[int, _Life] = {}
        for i, (name, begun, ended) in enumerate(zip(key.tolist(), start.tolist(), last.tolist(), strict=True)):
            life = known.get(name)
            if life is None or begun - life.last > SILENCE_NS:
                known[name] = _Life(begun, ended)
                self.fresh[i] = True
                continue
            life.gaps.learn((begun - life.before) * 1e-9)
            life.before, life.last = begun, max(life.last, ended)
            self.age_s[i] = (begun - life.first) * 1e-9
            self.starts[i] = life.gaps.count + 1
            self.gap_mean_s[i], self.gap_cv[i] = life.gaps.mean, life.gaps.cv


class _Life:
    """Two hosts, or hosts and a port, since they last were silent."""

    __slots__ = ("before", "first", "gaps", "last")

    def __init__(self, begun: int, ended: int) -> None:
        self.first = self.before = begun
        """Start of the first flow, and of the latest one."""
        self.last = ended
        self.gaps = Running()


def _numbered(rows: NDArray[Any], names: Iterable[str]) -> NDArray[np.int64]:
    """(N,) a number for each distinct combination of columns."""
    numbers = np.zeros(len(rows), np.int64)
    for name in names:
        _, inverse = np.unique(rows[name], return_inverse=True)
        _, numbers = np.unique(numbers * (int(inverse.max(initial=0)) + 1) + inverse, return_inverse=True)
    return numbers.astype(np.int64)
