"""What hosts began lately: the columns agree with counting one by one."""

from __future__ import annotations

import statistics
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from packetclip.wire.context.catalogue import POSITION
from packetclip.wire.context.schema import WINDOWS_S
from packetclip.wire.flows.states import CONN_STATES, REJ, S0, SF
from packetclip.wire.records.facts import OF_RECORDS, facts
from packetclip.wire.records.recent import SILENCE_NS
from packetclip.wire.records.record import Record
from packetclip.wire.records.table import gathered, table_of

SECOND = 1_000_000_000
V4 = 0xFFFF << 32

a_record = st.builds(
    lambda at, last, orig, resp, port, protocol, outcome, size: Record(
        at,
        (0, V4 | orig),
        (0, V4 | resp),
        protocol,
        4000,
        port,
        duration_ns=last,
        orig_pkts=3,
        resp_pkts=int(outcome != S0),
        orig_bytes=size,
        resp_bytes=2 * size,
        conn_state=outcome,
    ),
    st.integers(0, 1500).map(lambda n: n * SECOND),
    st.integers(0, 700).map(lambda n: n * SECOND),
    st.integers(1, 3),
    st.integers(1, 3),
    st.sampled_from([22, 80]),
    st.sampled_from([6, 17]),
    st.sampled_from([S0, SF, REJ]),
    st.sampled_from([0, 10, 9000]),
)


def one_by_one(records: list[Record], i: int) -> dict[str, float]:
    """The counts at record ``i``, by looking at all before it."""
    me, before = records[i], records[: i + 1]

    def pair(r: Record) -> Any:
        return r.orig, r.resp

    def service(r: Record) -> Any:
        return r.orig, r.resp, r.protocol, r.resp_port

    def target(r: Record) -> Any:
        return r.resp, r.protocol, r.resp_port

    def fresh(j: int, key: Any) -> bool:
        ends = [r.first_ns + r.duration_ns for r in records[:j] if key(r) == key(records[j])]
        return not ends or records[j].first_ns - max(ends) > SILENCE_NS

    def ended_short(r: Record) -> bool:
        return r.protocol == 6 and r.conn_state == SF and 0 < r.orig_bytes < 5000 and 0 < r.resp_bytes < 5000

    found: dict[str, float] = {}
    for w in WINDOWS_S:
        inside = [j for j in range(i + 1) if records[j].first_ns > me.first_ns - w * SECOND]
        groups = {
            "orig": [j for j in inside if records[j].orig == me.orig],
            "resp": [j for j in inside if records[j].resp == me.resp],
            "pair": [j for j in inside if pair(records[j]) == pair(me)],
            "service": [j for j in inside if service(records[j]) == service(me)],
            "target": [j for j in inside if target(records[j]) == target(me)],
        }
        for name, group in groups.items():
            found[f"{name}_flows_{w:.0f}s"] = len(group)
        for name in ("orig", "resp", "pair"):
            found[f"{name}_unanswered_{w:.0f}s"] = sum(records[j].resp_pkts == 0 for j in groups[name])
            found[f"{name}_refused_{w:.0f}s"] = sum(records[j].conn_state == REJ for j in groups[name])
        found[f"orig_peers_{w:.0f}s"] = sum(fresh(j, pair) for j in groups["orig"])
        found[f"resp_peers_{w:.0f}s"] = sum(fresh(j, pair) for j in groups["resp"])
        found[f"orig_services_{w:.0f}s"] = sum(fresh(j, service) for j in groups["orig"])
        found[f"pair_ports_{w:.0f}s"] = sum(fresh(j, service) for j in groups["pair"])
        found[f"target_peers_{w:.0f}s"] = sum(fresh(j, service) for j in groups["target"])
        found[f"resp_services_{w:.0f}s"] = sum(fresh(j, target) for j in groups["resp"])
        found[f"service_short_flows_{w:.0f}s"] = sum(ended_short(records[j]) for j in groups["service"])

    def since_silence(key: Any) -> list[Record]:
        begun = max(j for j in range(i + 1) if key(records[j]) == key(me) and fresh(j, key))
        return [r for r in before[begun:] if key(r) == key(me)]

    found["pair_age_s"] = (me.first_ns - since_silence(pair)[0].first_ns) / SECOND
    known = since_silence(service)
    starts = [r.first_ns / SECOND for r in known]
    gaps = np.diff(starts).tolist()
    found["service_starts"] = len(starts)
    found["service_start_gap_mean_s"] = statistics.fmean(gaps) if gaps else 0.0
    mean = found["service_start_gap_mean_s"]
    found["service_start_gap_cv"] = statistics.pstdev(gaps) / mean if len(gaps) > 1 and mean else 0.0
    ended = [r for r in known if r.protocol == 6 and r.conn_state == SF]
    found["service_flow_orig_bytes"] = statistics.fmean(r.orig_bytes for r in ended) if ended else 0.0
    found["service_flow_resp_bytes"] = statistics.fmean(r.resp_bytes for r in ended) if ended else 0.0
    both = [r.orig_bytes + r.resp_bytes for r in ended]
    spread = len(both) > 1 and sum(both) > 0
    found["service_flow_size_cv"] = statistics.pstdev(both) / statistics.fmean(both) if spread else 0.0
    return found


@given(st.lists(a_record, max_size=12))
def test_columns_agree_with_counting(records: list[Record]) -> None:
    records.sort(key=lambda record: record.first_ns)
    told = list(facts(gathered([table_of(records)])))
    assert len(told) == len(records)
    for i, known in enumerate(told):
        wanted = one_by_one(records, i)
        assert {name: known[name] for name in wanted} == pytest.approx(wanted, rel=1e-5, abs=1e-6)


def flow(**more: Any) -> Record:
    ordinary = Record(0, (0, V4 | 1), (0, V4 | 2), 6, 4000, 80, SECOND, 3, 2, 10, 20, conn_state=SF)
    return ordinary._replace(**more)


def names_of(*records: Record) -> set[str]:
    return {name for known in facts(table_of(list(records))) for name in known}


def test_facts_are_the_contexts_or_named_as_records() -> None:
    full = flow(orig_wire_bytes=5, resp_wire_bytes=6, timed_out=1, app=3)
    assert names_of(full) <= {*POSITION, *OF_RECORDS}
    assert set(OF_RECORDS) <= names_of(full)


def test_what_one_record_does_not_tell_is_counted_for_none() -> None:
    assert "orig_unanswered_10s" in names_of(flow(), flow())
    assert "orig_unanswered_10s" not in names_of(flow(), flow(resp_pkts=-1, conn_state=-1))
    assert "orig_services_10s" not in names_of(flow(), flow(resp_port=-1))
    assert "service_short_flows_10s" not in names_of(flow(), flow(orig_bytes=-1))
    assert "service_short_flows_10s" in names_of(flow(), flow(orig_bytes=-1, conn_state=S0))


def test_types_of_icmp_are_no_ports() -> None:
    known = next(facts(table_of([flow(protocol=1, orig_port=8, resp_port=0)])))
    assert (known["orig_peers_10s"], known["orig_services_10s"]) == (1.0, 0.0)


@pytest.mark.parametrize("name", CONN_STATES)
def test_every_state_is_told(name: str) -> None:
    known = next(facts(table_of([flow(conn_state=CONN_STATES.index(name))])))
    assert CONN_STATES[int(known["record_conn_state"])] == name
