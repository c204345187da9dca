from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from packetclip.errors import InvalidMission
from packetclip.language.knowledge import LINEAR_SLOPE, LOG_SLOPE, parse_predicate
from packetclip.wire.context.catalogue import FIELDS


def test_reads_and_writes() -> None:
    fact = parse_predicate("pair_ports_60s >= 15")
    assert (fact.field, fact.comparison, fact.threshold, fact.slope) == ("pair_ports_60s", ">=", 15.0, LOG_SLOPE)
    assert str(fact) == "pair_ports_60s >= 15"
    assert str(parse_predicate(" pair_ports_60s<=1_500 ~ 6 ")) == "pair_ports_60s <= 1500 ~ 6"
    assert parse_predicate("packet_tcp >= 0.5").slope == LINEAR_SLOPE


@given(
    st.sampled_from(FIELDS),
    st.sampled_from([">=", "<="]),
    st.floats(1e-3, 1e9),
    st.one_of(st.none(), st.floats(0.1, 50.0)),
)
def test_written_then_read_is_the_same(field: object, comparison: str, threshold: float, slope: float | None) -> None:
    text = f"{field.name} {comparison} {threshold:.6f}" + ("" if slope is None else f" ~ {slope:.4f}")  # type: ignore[attr-defined]
    fact = parse_predicate(text)
    again = parse_predicate(str(fact))
    assert again.field == fact.field and again.comparison == fact.comparison
    assert again.threshold == pytest.approx(fact.threshold) and again.slope == pytest.approx(fact.slope, rel=1e-4)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("pair_port_60s >= 15", "Did you mean 'pair_ports_60s'"),
        ("pair_ports_60s > 15", "cannot be read"),
        ("pair_ports_60s >= many", "cannot be read"),
        ("pair_ports_60s >= 0", "above 0"),
        ("pair_ports_60s >= 1.2.3", "number"),
        ("pair_ports_60s >= 15 ~ 0", "above 0"),
        ("", "cannot be read"),
    ],
)
def test_refuses(text: str, says: str) -> None:
    with pytest.raises(InvalidMission, match=says):
        parse_predicate(text)


def test_degrees_by_hand() -> None:
    fact = parse_predicate("pair_ports_60s >= 15")
    assert fact.degree(15.0) == pytest.approx(0.5)
    assert fact.degree(30.0) == pytest.approx(1 / (1 + math.exp(-4 * math.log(30.01 / 15.01))))
    assert fact.degree(30.0) == pytest.approx(0.94, abs=0.005)
    assert fact.degree(7.5) == pytest.approx(0.06, abs=0.005)
    flag = parse_predicate("packet_tcp >= 0.5")
    assert flag.degree(1.0) == pytest.approx(1 / (1 + math.exp(-6.0)))


@given(st.sampled_from(FIELDS), st.floats(0.01, 1e6), st.floats(0.0, 1e9), st.floats(0.0, 1e9))
def test_degrees_rise_and_mirror(field: object, threshold: float, a: float, b: float) -> None:
    more = parse_predicate(f"{field.name} >= {threshold:.6f}")  # type: ignore[attr-defined]
    less = parse_predicate(f"{field.name} <= {threshold:.6f}")  # type: ignore[attr-defined]
    low, high = min(a, b), max(a, b)
    assert 0.0 <= more.degree(low) <= more.degree(high) <= 1.0
    assert less.degree(a) == pytest.approx(1.0 - more.degree(a), abs=1e-9)
