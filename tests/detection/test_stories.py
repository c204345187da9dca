"""The laws of stories, against a slow oracle that says them plainly."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from packetclip.detection import MissionSettings, StorySettings, StoryTeller, strongest
from packetclip.detection import tracks as tracks_file
from packetclip.errors import DamagedModel, IncompatibleModel
from packetclip.language.knowledge import Mission
from packetclip.model import Calibration, MissionCalibration
from tests.detection.made import START_NS, Made, batch, missions, settings, stories
from tests.model.tiny import MISSIONS

ICMP, SCAN = (6.0, -6.0), (-6.0, 5.0)
"""Log-odds of evidence of one mission or the other."""


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[Mission, ...]:
    return missions(tmp_path_factory.mktemp("missions"))


def oracle(made: Sequence[Made], silence_s: float, needed: int, flows: int = 0) -> list[tuple[object, ...]]:
    """Stories as (mission, first, last, originators, targets, packets, flows), in the order in which they end."""
    open_, ended, clock = [], [], -np.inf
    for p in made:
        if p.time_s < clock - 3600:
            ended += [(i, t) for i, t in enumerate(open_)]
            open_, clock = [], p.time_s
        clock = max(clock, p.time_s)
        ended += [(t["clock"], t) for t in open_ if clock - t["clock"] > silence_s]
        open_ = [t for t in open_ if clock - t["clock"] <= silence_s]
        if max(p.log_odds) < 0:
            continue
        mission = int(np.argmax(p.log_odds))
        mine = [t for t in open_ if t["mission"] == mission and (p.orig in t["origs"] or p.resp in t["resps"])]
        track = {
            "mission": mission,
            "origs": [],
            "resps": [],
            "times": [],
            "clocks": [],
            "flows": set(),
            "opened": False,
        }
        if mine:
            track = mine[0]
            for other in mine[1:]:
                track["origs"] = joined(made, track, other, "origs", "orig", mission)
                track["resps"] = joined(made, track, other, "resps", "resp", mission)
                track["times"] += other["times"]
                track["clocks"] = sorted(track["clocks"] + other["clocks"])
                track["flows"] |= other["flows"]
                track["opened"] |= other["opened"]
                open_.remove(other)
        else:
            open_.append(track)
        if p.orig not in track["origs"]:
            track["origs"].append(p.orig)
        if p.resp not in track["resps"]:
            track["resps"].append(p.resp)
        track["times"].append(p.time_s)
        track["clocks"].append(clock)
        track["clock"] = clock
        track["flows"] |= {p.flow} - {-1}
        enough = len(track["clocks"]) >= needed and len(track["flows"]) >= flows
        if enough and clock - track["clocks"][-needed] <= silence_s:
            track["opened"] = True
    ended += [(t["clock"], t) for t in open_]
    return [
        (
            MISSIONS[t["mission"]],
            min(t["times"]),
            max(t["times"]),
            t["origs"],
            t["resps"],
            len(t["times"]),
            len(t["flows"]),
        )
        for _, t in ended
        if t["opened"]
    ]


def joined(made: Sequence[Made], one: dict, other: dict, key: str, attribute: str, mission: int) -> list[int]:
    # Order of appearance in either track's time; both tracks live, so no host of theirs appeared in an older one since.
    since = min(one["times"][0], other["times"][0])
    seen = [
        getattr(p, attribute) for p in made if p.time_s >= since and max(p.log_odds) >= 0 and p.log_odds[mission] > 0
    ]
    return sorted({*one[key], *other[key]}, key=seen.index)


def summary(found: Sequence) -> list[tuple[object, ...]]:
    return [
        (
            s.mission,
            (s.first_ns - START_NS) / 1e9,
            (s.last_ns - START_NS) / 1e9,
            [int(name.rsplit(".", 1)[1]) for name in s.originators],
            [int(name.rsplit(".", 1)[1]) for name in s.targets],
            s.packets,
            s.flows,
        )
        for s in found
    ]


packets = st.lists(
    st.tuples(
        st.sampled_from([0.0, 0.25, 1.0, 4.0, 11.0, 30.0]),
        st.integers(1, 6),
        st.integers(11, 16),
        st.sampled_from([ICMP, SCAN, (-3.0, -2.0)]),
        st.booleans(),
    ),
    max_size=80,
)


def spread(drawn: list) -> list[Made]:
    made, time_s = [], 0.0
    for gap, orig, resp, log_odds, is_orig in drawn:
        time_s += gap
        made.append(Made(time_s, orig, resp, log_odds, flow=orig * 100 + resp, is_orig=is_orig))
    return made


@given(drawn=packets, needed=st.integers(1, 4), flows=st.integers(0, 3))
def test_stories_equal_the_oracle(drawn: list, needed: int, flows: int, told: tuple[Mission, ...]) -> None:
    made = spread(drawn)
    own = settings(min_packets=needed, min_flows=flows, silence_s=10.0)
    found = stories(told, made, settings=own)
    assert sorted(summary(found), key=str) == sorted(oracle(made, 10.0, needed, flows), key=str)


@given(drawn=packets, sizes=st.lists(st.integers(1, 20), min_size=1, max_size=6))
def test_batches_leave_no_mark(drawn: list, sizes: list[int], told: tuple[Mission, ...]) -> None:
    made = spread(drawn)
    own = settings(min_packets=2, silence_s=10.0)
    assert stories(told, made, sizes, own) == stories(told, made, settings=own)


@given(drawn=packets)
def test_packets_add_up_and_ids_are_unique(drawn: list, told: tuple[Mission, ...]) -> None:
    made = spread(drawn)
    found = stories(told, made, settings=settings(min_packets=1, silence_s=10.0))
    assert sum(story.packets for story in found) == sum(max(p.log_odds) >= 0 for p in made)
    assert len({story.id for story in found}) == len(found)
    for story in found:
        assert story.first_ns <= story.last_ns
        assert 0.5 <= story.mean <= story.peak <= 1.0
        assert story.originator_count == len(story.originators) == len(set(story.originators))
        assert story.target_count == len(story.targets) == len(set(story.targets))


def test_one_scan_is_one_story(told: tuple[Mission, ...]) -> None:
    made = [Made(n * 0.01, 1, 2, SCAN, flow=n, values={"pair_ports_60s": n + 1.0}) for n in range(3000)]
    (story,) = stories(told, made, [700])
    assert (story.mission, story.packets, story.flows) == ("port_scan", 3000, 3000)
    assert story.originators == ("10.0.0.1",)
    assert story.targets == ("10.0.0.2",)
    assert story.endpoints.community_id == ""
    (fact,) = story.facts
    assert (fact.concept, fact.value) == ("many_ports", 3000.0)
    assert story.sentence == (
        "10.0.0.1 tried 3,000 services of 10.0.0.2 in 30 seconds; this looks like a port scan. "
        "Almost certain: probability over 99 % on average over its packets, over 99 % at most."
    )
    assert [(fact.concept, fact.value) for fact in story.unmet] == [("refused", 0.0)]
    assert story.reasons[0] == "Many new ports on one host (3,000 ports in 60 s; 15 would show it)"


def test_a_spoofed_flood_is_one_story_and_lists_a_thousand(told: tuple[Mission, ...]) -> None:
    made = [Made(n * 1e-4, 300 + n, 2, ICMP, flow=n) for n in range(5000)]
    (story,) = stories(told, made, [999])
    assert story.originator_count == 5000
    assert len(story.originators) == 1000
    assert story.originators[0] == "10.0.1.44"
    assert story.targets == ("10.0.0.2",)
    assert story.sentence.startswith("5,000 or more hosts sent 5,000 packets to 10.0.0.2 in ")


def test_stories_that_turn_out_connected_merge(told: tuple[Mission, ...]) -> None:
    made = [Made(n, 1, 11, SCAN) for n in range(6)] + [Made(6 + n, 2, 12, SCAN) for n in range(6)]
    assert len(stories(told, made)) == 2
    (story,) = stories(told, [*made, Made(12.0, 2, 11, SCAN)], [5])
    assert story.packets == 13
    assert story.originators == ("10.0.0.1", "10.0.0.2")


def test_silence_ends_a_story_at_once(told: tuple[Mission, ...]) -> None:
    teller = StoryTeller(told, settings(silence_s=10.0))
    assert teller.update(*batch([Made(n, 1, 2, SCAN) for n in range(5)])) == []
    quiet = (-5.0, -5.0)
    assert teller.update(*batch([Made(14.0, 8, 9, quiet)], 5)) == []
    (story,) = teller.update(*batch([Made(14.5, 8, 9, quiet)], 6))
    assert story.packets == 5
    assert teller.close() == []


def test_fewer_packets_than_asked_are_no_story(told: tuple[Mission, ...]) -> None:
    assert stories(told, [Made(n, 1, 2, SCAN) for n in range(4)]) == []
    assert stories(told, [Made(n * 50.0, 1, 2, SCAN) for n in range(9)]) == []
    assert len(stories(told, [Made(n * 12.0, 1, 2, SCAN) for n in range(6)])) == 1


def test_one_corrupt_time_only_cuts(told: tuple[Mission, ...]) -> None:
    made = [Made(n, 1, 2, SCAN) for n in range(20)]
    made[10] = made[10]._replace(time_s=4e8, log_odds=(-5.0, -5.0))
    found = stories(told, made)
    assert [story.packets for story in found] == [10, 9]
    assert stories(told, made, [3]) == found


def test_a_packet_is_evidence_of_its_strongest_mission_only(told: tuple[Mission, ...]) -> None:
    limits = StorySettings(MISSIONS, (MissionSettings(threshold=0.3), MissionSettings(threshold=0.9)))
    log_odds = [(1.0, 1.0), (2.0, 8.0), (-2.0, 2.0), (6.9, 6.9)]
    _, _, context, scores = batch([Made(0.0, 1, 2, pair) for pair in log_odds])
    assert strongest(scores, context.values, told, limits).tolist() == [0, 1, -1, 0]


def test_facts_gate(told: tuple[Mission, ...]) -> None:
    scan = {"pair_ports_60s": 40.0}
    made = [Made(n, 1, 2, SCAN, values=scan if n >= 6 else {}) for n in range(12)]
    (story,) = stories(told, made, settings=settings(min_degree=0.5))
    assert story.packets == 6


def test_a_threshold_of_one_turns_a_mission_off(told: tuple[Mission, ...]) -> None:
    assert stories(told, [Made(n, 1, 2, (-5.0, 60.0)) for n in range(9)], settings=settings(threshold=1.0)) == []


def test_full_tables_lose_evidence_and_say_so(told: tuple[Mission, ...]) -> None:
    teller = StoryTeller(told, settings(min_packets=1), nodes=64)
    teller.update(*batch([Made(n * 0.01, n, 1000 + n, SCAN) for n in range(100)]))
    found = teller.close()
    assert teller.lost > 0
    assert len(found) + teller.lost == 100


def test_dead_hosts_make_room(told: tuple[Mission, ...]) -> None:
    made = [Made(n * 5.0, n, 1000 + n, SCAN) for n in range(400)]
    teller = StoryTeller(told, settings(min_packets=1, silence_s=10.0), nodes=64)
    found = [story for n in range(0, 400, 40) for story in teller.update(*batch(made[n : n + 40], n))]
    found += teller.close()
    assert teller.lost == 0
    assert len(found) == 400


def test_renumbering_changes_nothing(told: tuple[Mission, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(3)
    made = [
        Made(n * 0.4, int(rng.integers(1, 60)), int(rng.integers(61, 200)), SCAN, flow=int(rng.integers(0, 50)))
        for n in range(3000)
    ]
    own = settings(min_packets=2, silence_s=1.0)
    plain = stories(told, made, settings=own)
    shrinks = []
    original = tracks_file.renumbered
    monkeypatch.setattr(tracks_file, "renumbered", lambda *given: (shrinks.append(1), original(*given))[1])
    monkeypatch.setattr("packetclip.detection.stories.SLACK", 8)
    assert stories(told, made, [37], own) == plain
    assert len(shrinks) > 3


def test_settings_come_from_the_calibration() -> None:
    calibration = Calibration(
        {"arp_spoofing": MissionCalibration(threshold=0.8), "port_scan": MissionCalibration(threshold=0.7)},
        stories={"silence_s": 20, "missions": {"port_scan": {"min_packets": 9, "threshold": 0.95}}},
    )
    own = StorySettings.of(calibration, ["arp_spoofing", "port_scan"])
    assert own.each[0] == MissionSettings(0.8, 3, 20.0, 0.0)
    assert own.each[1] == MissionSettings(0.95, 9, 20.0, 0.0)
    again = StorySettings.of(Calibration(calibration.missions, stories=own.as_stories()), own.missions)
    assert again == own
    for wrong in (
        {"min_packets": 0},
        {"min_flows": -1},
        {"silence_s": "long"},
        {"min_pakets": 3},
        {"missions": {"port_scan": {"x": 1}}},
    ):
        with pytest.raises(DamagedModel, match=r"settings of stories"):
            StorySettings.of(Calibration(calibration.missions, stories=wrong), ["port_scan"])


def test_missions_and_settings_must_agree(told: tuple[Mission, ...], tmp_path: Path) -> None:
    with pytest.raises(IncompatibleModel, match="same order"):
        StoryTeller(told[::-1], settings())
