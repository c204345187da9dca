"""Sentences about flow records: true, modest, and silent on what the record does not hold."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from packetclip.language.captions import Said, record_caption, record_said
from packetclip.language.captions.facts import BY_NAME
from packetclip.wire.flows.states import CONN_STATES
from packetclip.wire.records import APPS, facts, gathered, read
from packetclip.wire.records.record import Record
from packetclip.wire.records.table import table_of
from tests.language.captions.test_sentences import FORBIDDEN
from tests.language.captions.truth import untrue
from tests.wire.records.making import LOGS

V4 = 0xFFFF << 32
V6 = 0x20010DB8 << 32
unknown_or = lambda strategy: st.just(-1) | strategy  # noqa: E731
counts = st.sampled_from([0, 1, 2, 7, 150, 40_000, 10**9])

any_record = st.builds(
    Record,
    first_ns=st.integers(0, 100).map(lambda n: n * 100_000_000),
    orig=st.integers(1, 4).map(lambda n: (0, V4 | n)) | st.just((V6, 1)),
    resp=st.sampled_from([(0, V4 | 0x0A000001), (0, V4 | 0x08080808), (0, V4 | 0xE0000001), (V6, 2)]),
    protocol=st.sampled_from([1, 6, 17, 47, 58]),
    orig_port=unknown_or(st.just(4000)),
    resp_port=unknown_or(st.sampled_from([0, 22, 53, 80, 5000, 50000])),
    duration_ns=unknown_or(st.integers(0, 10**13)),
    orig_pkts=unknown_or(counts),
    resp_pkts=unknown_or(counts),
    orig_bytes=unknown_or(counts),
    resp_bytes=unknown_or(counts),
    orig_wire_bytes=unknown_or(counts),
    resp_wire_bytes=unknown_or(counts),
    conn_state=st.integers(-1, len(CONN_STATES) - 1),
    app=st.integers(0, len(APPS) - 1),
    timed_out=st.sampled_from([-1, 0, 1]),
    orig_ip_bytes=st.just(-1),
    resp_ip_bytes=st.just(-1),
    vlan=st.just(-1),
    history=st.just(""),
    lines=st.just(1),
)


def check(known: dict[str, float], variant: int) -> list[Said]:
    told = record_said(known, variant)
    for said in told:
        assert said.text.endswith(".") and (said.text[0].isupper() or said.text[0].isdigit()), said.text
        assert not re.search(r"  |\.\.|\{|\bNone\b|\bnan\b", said.text), said.text
        assert set(said.facts) <= set(BY_NAME)
        named = said._replace(text=said.text.replace("HTTP/2", "HTTP"))  # that is a name, no number
        assert untrue(named, known) == []
        for stem in FORBIDDEN:
            assert not re.search(rf"\b{re.escape(stem)}", said.text.lower()), (stem, said.text)
    return told


@given(st.lists(any_record, min_size=1, max_size=6), st.integers(0, 2**24))
def test_sentences_about_any_records_are_true_and_judge_nothing(records: list[Record], variant: int) -> None:
    for known in facts(gathered([table_of(records)])):
        assert check(known, variant), "something can be said of every record"


@pytest.mark.parametrize("name", ["conn.log", "conn.json", "eve.json"])
@pytest.mark.parametrize("variant", [0, 1, 2, 7, 1234567])
def test_sentences_about_the_logs_are_true(name: str, variant: int) -> None:
    for known in facts(gathered(read(LOGS / name))):
        check(known, variant)


@given(any_record)
def test_what_the_record_does_not_hold_is_not_spoken_of(record: Record) -> None:
    text = record_caption(next(facts(table_of([record]))))
    if record.orig_bytes < 0 and record.resp_bytes < 0:
        assert "payload" not in text
    if record.orig_wire_bytes < 0 and record.resp_wire_bytes < 0:
        assert "in all" not in text
    if record.duration_ns < 0:
        assert not re.search(r"lasted|^In \d|[.] In (about )?\d|a second", text), text
    if record.orig_pkts < 0:
        assert "packets" not in text and "1 packet " not in text
    if record.resp_port < 0 or record.orig_port < 0:
        assert "service" not in text and "port" not in text.replace("support", "")
    if record.resp_pkts < 0 and record.conn_state < 0:
        assert "answered" not in text and "came back" not in text
    if record.app:
        assert record.protocol not in (6, 17) or APPS[record.app] in text


def state(name: str, protocol: int = 6) -> str:
    record = Record(0, (0, V4 | 1), (0, V4 | 2), protocol, 4000, 80, conn_state=CONN_STATES.index(name))
    return record_said(next(facts(table_of([record]))))[0].text


def test_who_ended_it() -> None:
    assert "both sides ended it" in state("SF")
    assert "the originator reset it" in state("RSTO")
    assert "the responder reset it" in state("RSTR")
    assert "the responder ended its side, the originator did not" in state("S3")
    assert "nothing came back" in state("S0")
    assert "refused" in state("REJ")
    assert "both sides have spoken" in state("SF", protocol=17)
    assert "ended" not in state("SF", protocol=17)


@pytest.mark.parametrize("protocol", [6, 17])
@pytest.mark.parametrize("name", CONN_STATES)
def test_each_state_has_several_wordings(name: str, protocol: int) -> None:
    record = Record(
        0, (0, V4 | 1), (0, V4 | 2), protocol, 4000, 80, resp_pkts=0, conn_state=CONN_STATES.index(name)
    )  # fmt: skip
    known = next(facts(table_of([record])))
    assert len({record_said(known, variant)[0].text for variant in range(64)}) >= 3


def test_at_most_so_many_sentences_the_most_unusual() -> None:
    known = list(facts(gathered(read(LOGS / "conn.log"))))[2]
    assert record_caption(known, sentences=1).count(".") == 1
    assert record_caption(known) == " ".join(said.text for said in record_said(known))
