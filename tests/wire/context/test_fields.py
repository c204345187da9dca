"""The catalogue of fields, and that each kernel writes its own columns, all of them and no others."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from packetclip.wire.context import (
    FIELDS,
    POSITION,
    WINDOWS_S,
    ContextTracker,
    claims,
    flow,
    header,
    hosts,
    kernel,
    pairs,
    services,
)
from packetclip.wire.context import names as dns
from packetclip.wire.context.schema import window_name, windowed
from tests.wire.context.traffic import claim, datagram, m, played, segment, tracked

UNITS = {
    "addresses", "bits", "bytes", "calls", "flag", "flows", "hosts", "labels", "names", "packets", "packets/s", "ports",
    "queries", "ratio", "records", "replies", "requests", "responses", "seconds", "services", "share",
}  # fmt: skip


def test_every_field_is_described() -> None:
    assert len(POSITION) == len(FIELDS), "names are unique"
    for position, field in enumerate(FIELDS):
        assert POSITION[field.name] == position
        assert field.name.isidentifier() and field.name.islower()
        assert field.unit in UNITS, field
        assert len(field.meaning) > 6 and not field.meaning.endswith(".")
        assert field.absent_when
        assert not (field.log and field.unit in ("flag", "share") and not field.name.startswith("packet_dns")), field
        assert not field.identifies_host


def test_windows_come_shortest_first() -> None:
    named = windowed("orig_flows", "flows", "flows")
    assert [field.name for field in named] == [window_name("orig_flows", window) for window in WINDOWS_S]
    assert [field.name for field in named] == ["orig_flows_1s", "orig_flows_10s", "orig_flows_60s", "orig_flows_600s"]
    for field in FIELDS:
        stem, _, window = field.name.rpartition("_")
        if window in {f"{w:.0f}s" for w in WINDOWS_S}:
            first = POSITION[window_name(stem, WINDOWS_S[0])]
            assert [FIELDS[first + k].name for k in range(4)] == [window_name(stem, w) for w in WINDOWS_S]


Write = Callable[[kernel.State, Any, Any, Any, Any], None]
GROUPS: dict[str, tuple[tuple[Any, ...], Write]] = {
    "header": (header.FIELDS, lambda s, row, step, out, at: header.write(row, step, s.roles[0], out, at)),
    "flow": (flow.FIELDS, lambda s, row, step, out, at: flow.write(step, s.flows.extra[0], out, at)),
    "hosts": (hosts.FIELDS, lambda s, row, step, out, at: hosts.write(s.origs, 0, s.resps, 0, out, at)),
    "pairs": (pairs.FIELDS, lambda s, row, step, out, at: pairs.write(s.pairs, 0, row.time_ns, out, at)),
    "services": (services.FIELDS, lambda s, row, step, out, at: services.write(s.services, 0, s.targets, 0, out, at)),
    "names": (dns.FIELDS, lambda s, row, step, out, at: dns.write(s.origs, 0, s.resps, 0, s.zones, 0, out, at)),
    "no names": (dns.FIELDS, lambda s, row, step, out, at: dns.write(s.origs, 0, s.resps, 0, s.zones, -1, out, at)),
    "claims": (
        claims.FIELDS,
        lambda s, row, step, out, at: claims.write(row, s.claims, s.holders, s.seen, s.asked, row.time_ns, out, at),
    ),
}


@pytest.mark.parametrize("operation", [0, 1, 2])
@pytest.mark.parametrize("group", GROUPS)
def test_a_group_writes_as_many_columns_as_it_has_fields(group: str, operation: int) -> None:
    fields, write = GROUPS[group]
    packets = played([(0.0, [(0.0, claim(max(operation, 1), 1, 3, 1))])])
    steps = tracked(packets)
    packets.rows["arp_operation"] = operation
    out = np.full(3 + len(fields) + 3, np.nan, np.float32)
    write(ContextTracker()._state, packets.rows.view(np.recarray)[0], steps.rows.view(np.recarray)[0], out, 3)
    assert not np.isnan(out[3:-3]).any()
    assert np.isnan(out[:3]).all() and np.isnan(out[-3:]).all()


def test_the_groups_fill_the_row() -> None:
    frames = [segment(1, 2, 40000, 80, 2), claim(1, 1, 3, 1), datagram(1, 2, 40001, 53, m.dns())]
    packets = played([(0.0, [(float(k), frame) for k, frame in enumerate(frames)])])
    out = np.full((len(packets), len(FIELDS)), np.nan, np.float32)
    kernel.observe(packets.rows, tracked(packets).rows, ContextTracker()._state, out)
    assert not np.isnan(out).any()
