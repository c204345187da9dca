"""The folder is the registry; what a mission promises is checked, and every fault is told at once."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from packetclip.errors import InvalidMission, UnknownMission
from packetclip.language.knowledge import (
    MISSIONS,
    PLACEHOLDERS,
    Concept,
    Mission,
    check,
    load_missions,
    mission_names,
    parse_predicate,
    techniques,
)

LAB = (
    """
ARP Spoofing, C2 Beacon, DNS Flood, DNS Tunnel, Data Exfiltration, FTP Dictionary Attack, ICMP Flood, OS Scan,
Ping Sweep, Port Scan, SSH Dictionary Attack, SYN Flood, Slowloris, Telnet Dictionary Attack, UDP Flood,
Vulnerability Scan
""".strip()
    .replace(",\n", ", ")
    .split(", ")
)


TOY = """
name = "toy"
label = "Toy"
description = "A toy."
techniques = ["T1046"]
severity = "low"
sentence = "{originators} did {packets}."

[[concept]]
id = "many"
level = 1
text = "many ports"
facts = ["pair_ports_60s >= 15"]

[[concept]]
id = "top"
level = 2
text = "a scan"
from = ["many"]
"""


def toy(*changes: tuple[str, str]) -> str:
    text = TOY
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return text


def load(tmp_path: Path, text: str) -> Mission:
    (tmp_path / "toy.toml").write_text(text)
    return load_missions(folder=tmp_path)[0]


def test_the_sixteen() -> None:
    missions = load_missions()
    assert [mission.label for mission in missions] == sorted(LAB, key=lambda label: label.lower().replace(" ", "_"))
    assert all(mission.name == mission.label.lower().replace(" ", "_") for mission in missions)
    assert [mission.name for mission in missions] == list(mission_names()) == sorted(mission_names())


@pytest.mark.parametrize("mission", load_missions(), ids=lambda mission: mission.name)
def test_each_is_a_small_graph_in_modest_words(mission: Mission) -> None:
    check(mission)
    assert 5 <= len(mission.key_concepts) <= 12
    assert mission.depth == 2
    assert 2 <= len(mission.at_level(2)) <= 8
    assert all(5 <= len(concept.text.split()) <= 30 for concept in mission.concepts)
    assert "looks like" in mission.sentence
    assert mission.sentence.format(**dict.fromkeys(PLACEHOLDERS, "x")).endswith(".")
    for name in mission.techniques:
        assert name in techniques()


def test_chosen_by_name() -> None:
    assert [mission.name for mission in load_missions(["syn_flood", "c2_beacon", "syn_flood"])] == [
        "c2_beacon",
        "syn_flood",
    ]
    with pytest.raises(UnknownMission, match="Did you mean 'port_scan'"):
        load_missions(["port_scam"])


def test_a_folder_of_ones_own(tmp_path: Path) -> None:
    mission = load(tmp_path, TOY)
    assert mission.at_level(2)[0].sources == ("many",)
    assert mission.at_level(2)[0].holds == "all"
    assert [str(fact) for fact in mission.predicates()] == ["pair_ports_60s >= 15"]
    with pytest.raises(InvalidMission, match="holds no mission"):
        load_missions(folder=tmp_path / "absent")


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ((("T1046", "T9999"),), "T9999.* is not in ATT&CK"),
        (('["T1046"]', "[]"), "no ATT&CK technique"),
        ((('"low"', '"mild"'),), "severity 'mild'"),
        ((("{packets}", "{packet}"),), "Did you mean 'packets'"),
        ((("{packets}", "{packets"),), "cannot be filled in"),
        ((('name = "toy"', 'name = "tool"'),), "must agree"),
        ((('from = ["many"]', 'from = ["mony"]'),), "Did you mean 'many'"),
        ((('from = ["many"]', 'from = ["top"]'),), "at level 2 reads 'top' at level 2"),
        ((('from = ["many"]', ""),), "needs a 'from' list"),
        ((('from = ["many"]', 'from = ["many", "many"]'),), "reads a source twice"),
        ((("level = 2", "level = 3"),), "level 2 has no concept"),
        ((("level = 2", 'level = "2"'),), "whole number"),
        ((("level = 2", "level = 1"),), "leave its 'from' out"),
        ((("level = 1", "level = 0"),), "level 0 is the sensor"),
        ((('facts = ["pair_ports_60s >= 15"]', ""),), "without facts"),
        ((('facts = ["pair_ports_60s >= 15"]', 'facts = ["pair_ports >= 15"]'),), "Did you mean 'pair_ports_"),
        ((('text = "a scan"', 'text = "a scan"\nfacts = ["pair_ports_60s >= 15"]'),), "only key concepts"),
        ((('text = "many ports"', 'text = ""'),), "'many' needs a text"),
        ((('id = "top"', 'id = "many"'),), "2 concepts are named 'many'"),
        ((('from = ["many"]', 'from = ["many"]\nholds = "some"'),), "write 'all' or 'any'"),
        ((('label = "Toy"', 'label = "Toy"\nlable = "Toy"'),), "Did you mean 'label'"),
        ((('label = "Toy"', "label = 3"),), "needs a text as its label"),
        ((("[[concept]]", "[concept]"),), "no valid TOML"),
    ],
)
def test_faults_are_told(tmp_path: Path, changes: tuple[tuple[str, str], ...], says: str) -> None:
    if isinstance(changes[0], str):
        changes = (changes,)  # type: ignore[assignment]
    with pytest.raises(InvalidMission, match=says):
        load(tmp_path, toy(*changes))


def test_all_faults_at_once(tmp_path: Path) -> None:
    with pytest.raises(InvalidMission) as caught:
        load(tmp_path, toy(("T1046", "T9999"), ("pair_ports_60s", "pair_ports"), ('"low"', '"mild"')))
    message = str(caught.value)
    assert "T9999" in message and "pair_ports" in message and "mild" in message and message.count("\n  - ") >= 3


def test_a_concept_that_leads_nowhere() -> None:
    fact = parse_predicate("pair_ports_60s >= 15")
    concepts = (
        Concept("a", 1, "a a a", facts=(fact,)),
        Concept("b", 1, "b b b", facts=(fact,)),
        Concept("c", 2, "c c c", sources=("a",)),
    )
    mission = dataclasses.replace(load_missions(["port_scan"])[0], concepts=concepts)
    with pytest.raises(InvalidMission, match="'b' leads nowhere"):
        check(mission)
    with pytest.raises(InvalidMission, match="no key concept"):
        check(dataclasses.replace(mission, concepts=()))


@pytest.mark.parametrize("text", ["concept = 3", "concept = [3]", "name = [", "\x00", ""])
def test_any_text_gets_a_sentence(tmp_path: Path, text: str) -> None:
    with pytest.raises(InvalidMission):
        load(tmp_path, text)


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    (tmp_path / "toy.toml").write_bytes(b"\xff\xfe\xff")
    with pytest.raises(InvalidMission, match="UTF-8"):
        load_missions(folder=tmp_path)


def test_the_attack_table_ships_with_its_licence() -> None:
    folder = MISSIONS.parent / "data"
    assert "MITRE" in (folder / "LICENSE.txt").read_text()
    assert sum(path.stat().st_size for path in folder.iterdir()) < 200_000
    scan = techniques()["T1046"]
    assert scan.name == "Network Service Discovery" and scan.tactics == ("discovery",)
    assert techniques()["T0846"].domain == "ics"
    assert techniques()["T1110.001"].url == "https://attack.mitre.org/techniques/T1110/001/"
    assert len(techniques()) == 774
