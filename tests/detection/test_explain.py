"""An explanation leaves nothing out."""

from __future__ import annotations

import pytest

from packetclip.detection import Story, explain
from packetclip.language.knowledge import Mission
from tests.detection.made import Made, missions, stories


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[Mission, ...]:
    return missions(tmp_path_factory.mktemp("missions"))


@pytest.fixture(scope="module")
def story(told: tuple[Mission, ...]) -> Story:
    made = [Made(n, 1, 2, (-6.0, 2.0), flow=3, values={"pair_ports_60s": 20.0}) for n in range(6)]
    return stories(told, made)[0]


def test_every_concept_and_fact_of_the_mission_is_there(story: Story, told: tuple[Mission, ...]) -> None:
    text = explain(story, told[1]).text()
    for concept in told[1].concepts:
        assert concept.text in text
        for fact in concept.facts:
            assert f"{fact.field} {fact.comparison} {fact.threshold:g}: " in text
    assert "+ 0.76 pair_ports_60s >= 15: highest 20 ports (ports of the responder" in text
    assert "- 0.00 pair_refused_60s >= 10: highest 0 flows" in text
    assert "(scan, from many_ports, refused)" in text
    assert "T1046 Network Service Discovery" in text


def test_the_path_goes_from_the_sensor_to_the_mission(story: Story, told: tuple[Mission, ...]) -> None:
    lines = explain(story, told[1]).lines()
    depth = [
        (len(line) - len(line.lstrip()), line.split(":")[0].strip())
        for line in lines
        if line.strip().startswith(("Sensor:", "Key concepts", "Associated concepts", "Mission:"))
    ]
    assert depth == [
        (0, "Sensor"), (2, "Key concepts, level 1"), (4, "Associated concepts, level 2"), (6, "Mission"),
    ]  # fmt: skip
    assert "Sensor: 6 packets of 1 flow, 10.0.0.1 → 10.0.0.2" in lines


def test_another_mission_is_refused(story: Story, told: tuple[Mission, ...]) -> None:
    with pytest.raises(ValueError, match="port_scan"):
        explain(story, told[0])
