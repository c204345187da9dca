"""What leaves: JSON lines, EVE, explanations."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from packetclip.detection import (
    Endpoints,
    ListSink,
    Story,
    escaped,
    eve_json,
    eve_record,
    ledger_json,
    story_json,
)
from packetclip.detection.formats import eve_time, flow_id, signature_id
from packetclip.language.knowledge import Mission
from packetclip.ledger import Ledger
from tests.detection.made import START_NS, Made, missions, stories

KEYS = (
    "type", "id", "mission", "score", "severity", "first_seen", "last_seen", "originators", "targets", "packets",
    "flows", "techniques", "sentence", "reasons",
)  # fmt: skip


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[Mission, ...]:
    return missions(tmp_path_factory.mktemp("missions"))


@pytest.fixture(scope="module")
def story(told: tuple[Mission, ...]) -> Story:
    made = [Made(n, 1, 2, (-6.0, 2.0), flow=3, values={"pair_ports_60s": 20.0}) for n in range(6)]
    return stories(told, made)[0]


def test_story_line_has_exactly_the_keys_that_are_promised(story: Story) -> None:
    line = json.loads(story_json(story))
    assert tuple(line) == KEYS
    assert line["type"] == "story"
    assert line["first_seen"] == START_NS / 1e9
    assert line["last_seen"] - line["first_seen"] == 5.0
    assert line["originators"] == ["10.0.0.1"]
    assert line["score"] == pytest.approx(0.880797)
    assert line["severity"] == "high"
    assert line["techniques"] == ["T1046"]
    assert all(isinstance(reason, str) for reason in line["reasons"])
    assert story_json(story).count(b"\n") == 1


def test_eve_is_what_readers_expect(story: Story) -> None:
    record = json.loads(eve_json(story, sensor="office"))
    assert record["event_type"] == "alert"
    assert record["timestamp"] == "2023-11-14T22:13:20.000000+0000"
    assert (record["src_ip"], record["src_port"]) == ("10.0.0.1", 40_000)
    assert (record["dest_ip"], record["dest_port"], record["proto"]) == ("10.0.0.2", 80, "TCP")
    assert record["host"] == "office"
    assert record["community_id"].startswith("1:")
    assert record["flow_id"] == flow_id(story) < 2**53
    alert = record["alert"]
    assert alert["signature"] == "packetclip Port Scan"
    assert alert["category"] == "Network Service Discovery"
    assert alert["severity"] == 1
    assert 1_000_000 <= alert["signature_id"] < 2_000_000
    assert alert["metadata"]["mitre_technique_id"] == ["T1046"]
    assert alert["metadata"]["mitre_technique_name"] == ["Network_Service_Discovery"]
    assert alert["metadata"]["mitre_tactic_name"] == ["Discovery"]
    assert record["packetclip"]["id"] == story.id
    assert record["packetclip"]["reasons"] == list(story.reasons)


def test_hardware_addresses_are_no_ip_addresses(story: Story) -> None:
    arp = replace(story, endpoints=Endpoints("02:00:00:00:00:01", 0, "10.0.0.2", 0, "ARP", -1, ""))
    record = eve_record(arp)
    assert "src_ip" not in record
    assert "src_port" not in record
    assert record["ether"] == {"src_mac": "02:00:00:00:00:01"}
    assert record["dest_ip"] == "10.0.0.2"


def test_signature_ids_differ_between_the_missions_that_ship() -> None:
    from packetclip.language.knowledge import mission_names

    names = mission_names()
    assert len({signature_id(name) for name in names}) == len(names)


def test_hostile_text_is_escaped_everywhere(story: Story) -> None:
    hostile = "a\x1b[31m\u202e\nb\x7f"
    nasty = replace(story, label=hostile, sentence=hostile, reasons=(hostile,), originators=(hostile,))
    for text in (story_json(nasty), eve_json(nasty)):
        decoded = json.dumps(json.loads(text), ensure_ascii=False)
        assert not any(sign in decoded for sign in "\x1b\u202e\x7f")
        assert "\\\\u001b[31m" in decoded
    assert escaped("plain ünicode") == "plain ünicode"
    ledger = Ledger()
    ledger.warn(hostile)
    assert b"\\\\u001b" in ledger_json(ledger)


def test_eve_time_survives_corrupt_times() -> None:
    assert eve_time(1 << 62).startswith("2116-")
    assert eve_time(0) == "1970-01-01T00:00:00.000000+0000"
    assert eve_time((1 << 63) * 1000).startswith("9999-")


def test_list_sink(story: Story) -> None:
    sink = ListSink()
    sink.write(story)
    sink.close()
    sink.close()
    assert sink.stories == [story]
