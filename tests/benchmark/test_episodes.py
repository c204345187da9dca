"""Stories held against episodes."""

from __future__ import annotations

import math
from dataclasses import replace

from packetclip.benchmark import Told, Truth, match
from packetclip.benchmark.episodes import share_host


def truth(mission: str, start: float, end: float, *hosts: str) -> Truth:
    return Truth(mission, frozenset(hosts), start, end, f"{mission} at {start:g}")


def told(mission: str, start: float, end: float, *hosts: str) -> Told:
    return Told(mission, frozenset(hosts), start, end)


EPISODES = [
    truth("port_scan", 100.0, 110.0, "10.0.0.9", "10.0.0.1"),
    truth("syn_flood", 105.0, 120.0, "10.0.0.8", "10.0.0.2"),
    truth("dns_tunnel", 300.0, 360.0, "10.0.0.7", "198.18.0.1"),
]


def test_found_late_missed_and_false() -> None:
    stories = [
        told("port_scan", 101.0, 110.0, "10.0.0.9", "10.0.0.1"),
        told("port_scan", 109.0, 112.0, "10.0.0.9", "10.0.0.3"),  # the same again: no second find, nothing false
        told("port_scan", 106.0, 119.0, "10.0.0.8", "10.0.0.2"),  # the flood by another name
        told("syn_flood", 500.0, 510.0, "10.0.0.8", "10.0.0.2"),  # too late to be it
        told("dns_tunnel", 310.0, 320.0, "10.0.0.5", "10.0.0.6"),  # in time, between others
    ]
    found = match(EPISODES, stories)
    assert (found.episodes, found.found, found.stories, found.false, found.misnamed) == (3, 1, 5, 3, 1)
    assert found.delays_s == (1.0,)
    assert found.missed == ("syn_flood at 105", "dns_tunnel at 300")
    assert found.as_dict()["median_delay_s"] == 1.0


def test_the_first_story_counts_and_none_is_before_its_time() -> None:
    stories = [told("port_scan", 102.0, 110.0, "10.0.0.9"), told("port_scan", 99.0, 110.0, "10.0.0.9")]
    assert match(EPISODES[:1], stories).delays_s == (0.0,)
    known = replace(EPISODES[0], enough_s=104.5)
    assert match([known], stories).delays_s == (4.5,)


def test_nothing_told() -> None:
    found = match(EPISODES, [])
    assert (found.found, found.false) == (0, 0)
    assert math.isnan(found.median_delay_s)


def test_hosts_by_network() -> None:
    assert share_host({"10.0.7.4"}, ["192.0.2.1", "10.0.7.0/24"])
    assert not share_host({"10.0.7.4"}, ["10.0.8.0/24", "many/hosts", "2001:db8::/32", "10.0.7.40"])
