from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from packetclip.ledger import Ledger


@given(
    st.integers(0, 10**6),
    st.dictionaries(st.sampled_from(["truncated", "unknown_link_type", "fragment"]), st.integers(0, 1000)),
)
def test_it_balances_exactly_when_every_packet_is_accounted_for(scored: int, dropped: dict[str, int]) -> None:
    ledger = Ledger()
    ledger.read(scored + sum(dropped.values()))
    ledger.score(scored)
    for reason, n in dropped.items():
        ledger.drop(reason, n)
    assert ledger.balanced
    ledger.read(1)
    assert not ledger.balanced
    assert "1 unaccounted for" in ledger.sentence()


def test_the_line_holds_everything_largest_first() -> None:
    ledger = Ledger()
    ledger.read(9)
    ledger.score(6)
    ledger.drop("b")
    ledger.drop("a", 2)
    ledger.drop("never", 0)
    ledger.note("bad_checksum", 4)
    ledger.warn("It is cut short.")
    line = json.loads(json.dumps(ledger.as_dict()))
    assert line == {
        "type": "ledger",
        "packets": 9,
        "scored": 6,
        "dropped": {"a": 2, "b": 1},
        "weird": {"bad_checksum": 4},
        "warnings": ["It is cut short."],
    }
    assert list(line["dropped"]) == ["a", "b"]
    assert ledger.sentence() == "Read 9 packets: 6 scored, 3 dropped (2 a, 1 b)."


def test_one_packet_is_no_packets() -> None:
    ledger = Ledger()
    ledger.read(1)
    ledger.score(1)
    assert ledger.sentence() == "Read 1 packet: 1 scored, 0 dropped."
