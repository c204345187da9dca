"""Classes of other makers and the missions that answer for them."""

from __future__ import annotations

import numpy as np
import pytest

from packetclip.benchmark.answering import answering, taught
from packetclip.benchmark.baselines import BASELINES
from packetclip.datasets import LABELS
from packetclip.language.knowledge import load_missions
from packetclip.wire.context import FIELDS, POSITION
from tests.benchmark.toys import toy

MISSIONS = load_missions()
NAMES = [mission.label for mission in MISSIONS]


@pytest.mark.parametrize("label", LABELS)
def test_each_class_of_the_lab_has_its_own_mission(label: str) -> None:
    assert [NAMES[m] for m in answering(label, NAMES)] == [label]


@pytest.mark.parametrize(
    ("label", "named"),
    [
        ("Dictionary Attack", {"FTP Dictionary Attack", "SSH Dictionary Attack", "Telnet Dictionary Attack"}),
        ("ARP Spoofing", {"ARP Spoofing"}),
        ("PortScan", {"Port Scan"}),
        ("DoS slowloris", {"Slowloris"}),
        ("os-scan", {"OS Scan"}),
        ("Attack", set()),
        ("Malicious", set()),
        ("Bot", set()),
        ("", set()),
    ],
)
def test_published_names(label: str, named: set[str]) -> None:
    assert {NAMES[m] for m in answering(label, NAMES)} == named


def test_a_class_of_several_missions_teaches_each_packet_to_the_one_that_holds() -> None:
    fields = np.zeros((4, len(FIELDS)), np.float32)
    fields[1, [POSITION["packet_port_ssh"], POSITION["service_short_flows_60s"]]] = 1.0, 50.0
    fields[1, POSITION["packet_tcp"]] = 1.0
    samples = toy(fields, np.array([0, 1, 2, 3]))
    answers = [answering(label, NAMES) for label in ("Dictionary Attack", "Botnet", "PortScan")]
    found = taught(samples, answers, MISSIONS)
    assert found[0] == 0
    assert NAMES[found[1] - 1].endswith("Dictionary Attack")
    assert found[2] == -1
    assert NAMES[found[3] - 1] == "Port Scan"


def test_rules_answer_for_any_class() -> None:
    rules = BASELINES["keyword rules"](("Benign", "PortScan", "Dictionary Attack", "Botnet"))
    fields = np.zeros((2, len(FIELDS)), np.float32)
    fields[1, [POSITION[name] for name in ("packet_tcp", "pair_ports_10s", "pair_ports_60s")]] = 1.0, 500.0, 500.0
    found = rules.predict_proba(toy(fields, np.array([0, 1])))
    assert found.shape == (2, 4)
    assert found[1, 1] > found[0, 1]
    np.testing.assert_allclose(found[:, 3], 1.0 - found[:, 0], rtol=1e-6)  # a botnet is any attack
