"""The words of a story."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from packetclip.detection import story_line
from packetclip.detection.narrate import REASONS, UNEXPLAINED, Track, duration, filled, hosts, percent, tell
from packetclip.detection.parties import PARTY
from packetclip.detection.phrases import FLAG, WORDS, measured, number, singular, split
from packetclip.language.knowledge import Concept, Mission, load_missions, parse_predicate
from packetclip.wire.context import FIELDS
from tests.detection.made import NET, Made, missions, stories

LINK_LOCAL = (0, 0xFE80 << 48, 1)


def mission(*concepts: Concept, sentence: str = "{originators} sent {packets} packets to {targets}") -> Mission:
    return Mission("made_up", "Made Up", "Nothing real.", ("T1046",), "low", sentence, concepts)


def concept(name: str, *facts: str) -> Concept:
    return Concept(name, 1, f"the concept {name}", tuple(map(parse_predicate, facts)))


def track(**own: Any) -> Track:
    at = (0, 0, NET + 1)
    first = np.zeros(1, PARTY)[0]
    usual = Track(0, 10**9, 9, 1, (at,), 1, ((0, 0, NET + 2),), 1, 8.0, 0.9, {}, {}, {}, {}, first)
    return replace(usual, **own)


def test_only_concepts_that_hold_are_reasons_the_surest_then_the_closest_first() -> None:
    own = mission(
        concept("a", "pair_ports_60s >= 12"),
        concept("b", "orig_syns_10s >= 10"),
        concept("c", "orig_echoes_10s >= 10"),
        concept("d", "orig_peers_10s >= 10"),
    )
    high = {"pair_ports_60s": 982.0, "orig_syns_10s": 40.0, "orig_echoes_10s": 50.0, "orig_peers_10s": 90.0}
    story = tell(
        track(high=high, degrees={"a": 0.9, "b": 0.9, "c": 0.95, "d": 0.4}, closeness={"a": 0.1, "b": 3.0}), own
    )
    assert story.reasons == (
        "The concept c (50 pings in 10 s; 10 would show it)",
        "The concept b (40 SYNs in 10 s; 10 would show it)",
        "The concept a (982 ports in 60 s; 12 would show it)",
    )


def test_the_number_furthest_beyond_its_threshold_is_told_and_flags_are_not() -> None:
    own = mission(concept("a", "packet_tcp >= 0.5", "orig_syns_1s >= 40", "service_flows_1s >= 10", "flow_pkts <= 12"))
    story = tell(
        track(high={"packet_tcp": 1.0, "orig_syns_1s": 50.0, "service_flows_1s": 99.0}, degrees={"a": 1.0}), own
    )
    assert story.reasons == ("The concept a (99 connections in 1 s; 10 would show it)",)


def test_what_stays_low_gives_numbers_only_where_nothing_is_high() -> None:
    low, flag = concept("low", "flow_orig_bytes <= 400"), concept("flag", "packet_tcp >= 0.5")
    own = track(
        high={"packet_tcp": 1.0, "pair_ports_60s": 30.0}, low={"flow_orig_bytes": 80.0},
        degrees={"low": 0.9, "flag": 0.99, "high": 0.7},
    )  # fmt: skip
    assert tell(own, mission(low, flag)).reasons == (
        "The concept low (80 bytes sent in the flow; at most 400 would show it)",
        "The concept flag",
    )
    assert tell(own, mission(low, flag, concept("high", "pair_ports_60s >= 15"))).reasons == (
        "The concept high (30 ports in 60 s; 15 would show it)",
        "The concept flag",
        "The concept low",
    )


def test_the_same_count_over_another_window_comes_later() -> None:
    own = mission(
        concept("a", "pair_ports_60s >= 12"), concept("b", "pair_ports_600s >= 12"), concept("c", "orig_syns_1s >= 9")
    )
    high = {"pair_ports_60s": 50.0, "pair_ports_600s": 50.0, "orig_syns_1s": 10.0}
    story = tell(track(high=high, degrees={"a": 1.0, "b": 0.9, "c": 0.6}), own)
    assert [reason[12] for reason in story.reasons] == ["a", "c", "b"]


def test_reasons_are_few_and_short() -> None:
    own = mission(*(concept(f"n{n}", "pair_ports_60s >= 12") for n in range(20)))
    degrees = {f"n{n}": 1.0 for n in range(20)}
    assert len(tell(track(high={"pair_ports_60s": 50.0}, degrees=degrees), own).reasons) == REASONS
    assert max(len(measured(field.name, 1234.5)) for field in FIELDS if field.unit != FLAG) <= 45


def test_a_story_without_facts_says_so(tmp_path_factory: pytest.TempPathFactory) -> None:
    (bare,) = stories(missions(tmp_path_factory.mktemp("m")), [Made(n, 1, 2, (6.0, -6.0)) for n in range(6)])
    assert bare.facts == ()
    assert len(bare.unmet) == 1
    silent = tell(track(), mission(concept("a", "pair_ports_60s >= 12")))
    assert story_line(silent)["reasons"] == [UNEXPLAINED]


def test_addresses_are_never_capitalised() -> None:
    assert tell(track(originators=(LINK_LOCAL,)), mission()).sentence.startswith("fe80::1 sent 9 packets to 10.0.0.2. ")
    unknown = tell(track(originators=(), originator_count=0), mission(sentence="{originators} did it"))
    assert unknown.sentence.startswith("Unknown hosts did it. Likely: ")
    assert tell(track(), mission(sentence="many did it")).sentence.startswith("Many did it. ")


def test_one_is_one() -> None:
    text = "{flows} short SSH connections ({packets} ARP messages in {duration}) to {targets}; {{so}} {flows} of ours"
    said = filled(text, flows="1", packets="1", duration="1 second", targets="a")
    assert said == "1 short SSH connection (1 ARP message in 1 second) to a; {so} 1 of ours"
    assert filled("{packets} packets", packets="21") == "21 packets"
    assert singular("1 queries to") == "1 query to"
    assert singular("1 addresses") == "1 address"
    assert singular("1 SYNs in 1 s") == "1 SYN in 1 s"
    assert singular("1 DNS of hosts") == "1 DNS of hosts"


@pytest.mark.parametrize("one", load_missions(), ids=lambda one: one.name)
def test_missions_that_ship_can_count_to_one(one: Mission) -> None:
    values = {"originators": "10.0.0.1", "targets": "10.0.0.2", "duration": "2 seconds"}
    one_of_each = filled(one.sentence, packets="1", flows="1", **values).split()
    seven = filled(one.sentence, packets="7", flows="7", **values).split()
    for single, many in zip(one_of_each, seven, strict=True):
        assert many.strip("(),;") in (single.strip("(),;"), f"{single.strip('(),;')}s", "7")


def test_every_number_has_its_words() -> None:
    wanted = {split(field.name)[0] for field in FIELDS if field.unit != FLAG}
    assert set(WORDS) == wanted
    assert measured("pair_ports_600s", 25.0) == "25 ports in 10 min"
    assert measured("flow_orig_share", 0.87) == "87 % of the flow's bytes sent"
    assert measured("orig_pkts_10s", 5200.0) == "5,200 packets sent in 10 s"


@given(st.floats(0, 1e12), st.sampled_from([field.name for field in FIELDS]))
def test_any_value_can_be_told(value: float, field: str) -> None:
    text = measured(field, value)
    assert "{" not in text and "\n" not in text


def test_words() -> None:
    assert [duration(s) for s in (0.2, 1.0, 1.5, 30.4, 119.0, 150.0, 7200.0, 90_000.0, 200_000.0)] == [
        "under a second", "1 second", "1.5 seconds", "30 seconds", "119 seconds", "2.5 minutes", "2 hours", "25 hours",
        "2.3 days",
    ]  # fmt: skip
    assert hosts(["a"], 1) == "a"
    assert hosts(["a", "b"], 2) == "a and b"
    assert hosts(["a", "b"], 213) == "a and 212 others"
    assert hosts(["a"] * 1000, 1000) == "1,000 or more hosts"
    assert hosts(["a"] * 1000, 4999) == "4,900 or more hosts"
    assert hosts([], 0) == "unknown hosts"
    assert [number(v) for v in (0.0312, 2.5, 9.97, 17.4, 3012.0)] == ["0.031", "2.5", "10", "17", "3,012"]
    assert [percent(v) for v in (0.001, 0.5, 0.97, 0.999)] == ["under 1 %", "50 %", "97 %", "over 99 %"]
    assert math.isfinite(float(number(1e300).replace(",", "")))
