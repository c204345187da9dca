"""The fact catalogue: complete, with several wordings, and ordered by what is unusual."""

from __future__ import annotations

import string

import numpy as np
import pytest

from packetclip.language.captions import FACTS, Fact, notable
from packetclip.language.captions.facts import BY_NAME, UNSAID
from packetclip.wire.context import FIELDS, POSITION
from tests.language.captions.rows import SCENARIOS, F, row

each_fact = pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.name)


def test_every_field_of_the_context_has_a_fact_or_a_reason_to_be_left_unsaid() -> None:
    said = {name for fact in FACTS for name in fact.fields}
    assert said.isdisjoint(UNSAID)
    assert said | set(UNSAID) == {field.name for field in FIELDS}
    assert len(BY_NAME) == len(FACTS)


@each_fact
def test_a_fact_speaks_of_fields_that_exist_in_at_least_three_wordings_or_leaves_them_to_a_sentence(fact: Fact) -> None:
    assert all(name in POSITION for name in fact.fields)
    assert fact.least > 0.0 and fact.step > 1.0
    assert not fact.phrasings or len(set(fact.phrasings)) >= 3
    for phrasing in fact.phrasings:
        slots = {name for _, name, _, _ in string.Formatter().parse(phrasing) if name is not None}
        assert slots == (set() if fact.noun == "flag" else {"n", "window"} if fact.windowed else {"n"})
        assert not phrasing.endswith(".")


def test_a_fact_over_windows_speaks_of_the_shortest_that_holds_most() -> None:
    fact = BY_NAME["orig_flows"]
    names = dict(zip(fact.fields, (20.0, 201.0, 212.0, 213.0), strict=True))
    assert fact.window(names) == 1
    assert fact.window(names, variant=3) == 2
    steady = dict(zip(fact.fields, (1.0, 10.0, 60.0, 600.0), strict=True))
    assert fact.window(steady) == 3
    assert fact.window(dict.fromkeys(fact.fields, 0.0)) is None


def test_notable_puts_the_most_unusual_first() -> None:
    found = notable(SCENARIOS["many ports of one host"])
    names = [fact.name for fact, _ in found]
    assert set(names[:4]) <= {
        "orig_services", "orig_refused", "pair_ports", "pair_refused", "resp_services", "resp_refused"
    }  # fmt: skip
    assert (BY_NAME["orig_services"], 930.0) in found
    assert names.index("packet_tcp") > names.index("pair_ports")


def test_notable_is_empty_without_data_and_follows_conditions() -> None:
    assert notable(np.zeros(F, dtype=np.float32)) == []
    # Regular calls count only from the fourth on.
    calls = {"service_call_gap_mean_s": 30.0, "service_call_gap_cv": 0.02}
    assert "service_call_gap_mean_s" not in {f.name for f, _ in notable(row(**calls, service_calls=2))}
    assert "service_call_gap_mean_s" in {f.name for f, _ in notable(row(**calls, service_calls=12))}


def test_a_row_of_another_shape_is_refused_with_both_shapes() -> None:
    with pytest.raises(ValueError, match=rf"of shape \({F},\); this has shape \(3,\)"):
        notable(np.zeros(3))
