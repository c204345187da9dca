"""The catalogue of fields, and that kernels write all of them, each in its place."""

from __future__ import annotations

import numpy as np

from packetclip.wire.context import (
    FIELDS,
    POSITION,
    WINDOWS_S,
    ContextTracker,
    claims,
    kernel,
    pairs,
    services,
)
from packetclip.wire.context import names as dns
from packetclip.wire.context.catalogue import LINE, SUMS, stem
from packetclip.wire.context.schema import window_name, windowed
from tests.wire.context import traffic as about
from tests.wire.context.traffic import played, tracked

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


def test_a_sum_stands_where_its_fields_stand() -> None:
    """In the record that kernels write: each field alone, a sum's windows, and an entity's sums, in their order."""
    out = np.arange(len(FIELDS), dtype=np.float32)[None]
    line = out.view(LINE)[0, 0]
    for field in FIELDS:
        assert line[field.name] == POSITION[field.name]
    for name, block in SUMS.items():
        for k, kept in enumerate(block):
            assert line[name][k].tolist() == [POSITION[field.name] for field in kept.fields]
            assert line[stem(kept)].tolist() == line[name][k].tolist()
    assert line["about_zone"].tolist() == [POSITION[field.name] for field in dns.ZONE_FIELDS]
    assert line["about_claims"].tolist() == [POSITION[field.name] for field in claims.FIELDS]
    assert line["everything"].tolist() == list(range(len(FIELDS)))


def test_a_sum_is_copied_to_its_fields() -> None:
    """An entry's block of sums has the order of its columns, and one name each."""
    for kind in (
        kernel.ORIG,
        kernel.RESP,
        pairs.PAIR,
        services.OF_SERVICE,
        services.OF_TARGET,
        dns.ZONE,
        claims.CLAIMANT,
    ):
        entry = np.arange(kind.itemsize // 4, dtype=np.float32).view(kind)[0]
        for name, block in SUMS.items():
            for k, kept in enumerate(block if name in (kind.names or ()) else ()):
                assert entry[name][k].tolist() == entry[kept.name].tolist()


def test_every_column_of_every_row_is_written() -> None:
    """Whatever the packet: a connection, ARP, DNS both ways, an ICMP error, and what is outside flows."""
    scenes = [
        about.opened(1, 2, 40000, 80),
        about.claims(1, 3, 0),
        about.names(1, 2, 0),
        about.closed_port(1, 2, 0),
        [(0.0, bytes(9))],
    ]
    packets = played([(float(k), scene) for k, scene in enumerate(scenes)])
    out = np.full((len(packets), len(FIELDS)), np.nan, np.float32)
    kernel.observe(
        packets.rows, tracked(packets).rows, ContextTracker()._state, np.zeros(1, kernel.SCRATCH), out.view(LINE)[:, 0]
    )
    assert not np.isnan(out).any()
    assert not out[-1].any() and out[:-1].any(1).all()
