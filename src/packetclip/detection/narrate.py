"""From a track to a story: facts with their numbers, the path through the graph, and the words."""

from __future__ import annotations

import hashlib
import math
import string
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from packetclip.detection.parties import HARDWARE, display
from packetclip.detection.phrases import FLAG, amount, measured, singular, split
from packetclip.detection.story import Endpoints, Fact, PathNode, Story
from packetclip.language.knowledge import Mission
from packetclip.wire.context import FIELDS, POSITION
from packetclip.wire.flows import community_id
from packetclip.wire.flows.icmp import ICMP, ICMPV6

PROTOCOLS: Final = {1: "ICMP", 2: "IGMP", 6: "TCP", 17: "UDP", 47: "GRE", 50: "ESP", 58: "IPv6-ICMP", 132: "SCTP"}
HOLDS: Final = 0.5
"""Degree from which a fact or concept is said to hold."""
REASONS: Final = 8
"""Reasons that a story keeps."""
UNEXPLAINED: Final = "No written concept holds to one half; the learned reading alone sees it."
_NAMED: Final = 2
"""Hosts that a sentence names before it counts."""
_UNNAMED: Final = 1000
"""Hosts from which none is named: nobody reads the first of a thousand forged addresses."""


@dataclass(frozen=True, slots=True)
class Track:
    """What a track gathered, as plain values."""

    first_ns: int
    last_ns: int
    packets: int
    flows: int
    originators: tuple[tuple[int, int, int], ...]
    """(kind, hi, lo) in order of appearance."""
    originator_count: int
    targets: tuple[tuple[int, int, int], ...]
    target_count: int
    total: float
    peak: float
    high: dict[str, float]
    """Highest value of each field that the mission's facts ask for."""
    low: dict[str, float]
    degrees: dict[str, float]
    """Highest degree of each key concept, as the model has it."""
    closeness: dict[str, float]
    """Sum over packets."""
    first: Any
    """The first packet's record of parties.PARTY, as a tuple by name."""


def tell(track: Track, mission: Mission) -> Story:
    """The story of a track."""
    held, unmet = _facts(track, mission)
    path = _path(track, mission)
    originators = tuple(display(*party) for party in track.originators)
    targets = tuple(display(*party) for party in track.targets)
    mean = track.total / max(track.packets, 1)
    seen = filled(
        mission.sentence,
        originators=hosts(originators, track.originator_count),
        targets=hosts(targets, track.target_count),
        packets=f"{track.packets:,}",
        flows=f"{track.flows:,}",
        duration=duration((track.last_ns - track.first_ns) / 1e9),
    )
    if not seen.startswith((*originators[:1], *targets[:1])):  # "Fe80::1" is no address
        seen = _capital(seen)
    return Story(
        id=_identity(track, mission),
        mission=mission.name,
        label=mission.label,
        techniques=mission.techniques,
        severity=mission.severity,
        first_ns=track.first_ns,
        last_ns=track.last_ns,
        originators=originators,
        originator_count=track.originator_count,
        targets=targets,
        target_count=track.target_count,
        packets=track.packets,
        flows=track.flows,
        peak=track.peak,
        mean=mean,
        endpoints=_endpoints(track),
        facts=held,
        path=path,
        sentence=f"{seen.rstrip('.')}. {_sureness(track.peak, mean)}",
        reasons=_reasons(held, path),
        unmet=unmet,
    )


def filled(sentence: str, **values: str) -> str:
    """A mission's sentence with its blanks filled in, in the singular after a 1: ``1 attempt``, not ``1 attempts``."""
    said, blank = "", ""
    for text, name, _, _ in string.Formatter().parse(sentence):
        said += singular(blank + text) if blank == "1" else blank + text
        blank = values[name] if name is not None else ""
    return said + blank


def hosts(names: Sequence[str], count: int) -> str:
    """``10.0.0.1``, ``10.0.0.1 and 10.0.0.2``, ``10.0.0.1 and 212 others``, ``4,900 or more hosts``."""
    if count >= _UNNAMED:
        size = 10 ** (len(str(count)) - 2)
        return f"{count // size * size:,} or more hosts"
    if not names:
        return singular(f"{count} hosts") if count else "unknown hosts"
    if count <= _NAMED:
        return " and ".join(names)
    return f"{names[0]} and {count - 1} others"


def duration(seconds: float) -> str:
    """``under a second``, ``12 seconds``, ``4 minutes``, ``3.5 hours``."""
    if seconds < 1.0:
        return "under a second"
    for limit, size, unit in ((120.0, 1.0, "second"), (7200.0, 60.0, "minute"), (172_800.0, 3600.0, "hour")):
        if seconds < limit:
            return _counted(seconds / size, unit)
    return _counted(seconds / 86_400.0, "day")


def _counted(value: float, unit: str) -> str:
    text = f"{value:.0f}" if value >= 10.0 or abs(value - round(value)) < 0.05 else f"{value:.1f}"
    return f"{text} {unit}" if text == "1" else f"{text} {unit}s"


def sureness(mean: float) -> str:
    """The mean probability in words."""
    return (
        "almost certain" if mean >= 0.98 else "very likely" if mean >= 0.9 else "likely" if mean >= 0.7 else "possible"
    )


def _sureness(peak: float, mean: float) -> str:
    word = _capital(sureness(mean))
    return f"{word}: probability {percent(mean)} on average over its packets, {percent(peak)} at most."


def percent(value: float) -> str:
    """``97 %``; never 0 or 100 where it is not."""
    if 0.0 < value < 0.01:
        return "under 1 %"
    return "over 99 %" if value > 0.99 else f"{value * 100.0:.0f} %"


def _facts(track: Track, mission: Mission) -> tuple[tuple[Fact, ...], tuple[Fact, ...]]:
    """Facts that held, the surest first, and those that did not."""
    found = []
    for concept in mission.key_concepts:
        for predicate in concept.facts:
            value = (track.high if predicate.comparison == ">=" else track.low).get(predicate.field, 0.0)
            field = FIELDS[POSITION[predicate.field]]
            found.append(
                Fact(
                    concept.id, concept.text, field.name, field.meaning, field.unit,
                    predicate.comparison, predicate.threshold, value, predicate.degree(value),
                )
            )  # fmt: skip
    found.sort(key=lambda fact: -fact.degree)
    return tuple(fact for fact in found if fact.degree >= HOLDS), tuple(f for f in found if not f.degree >= HOLDS)


def _path(track: Track, mission: Mission) -> tuple[tuple[PathNode, ...], ...]:
    degrees: dict[str, float] = {}
    levels = []
    for level in range(1, mission.depth + 1):
        nodes = []
        for concept in mission.at_level(level):
            if level == 1:
                degree = track.degrees.get(concept.id, 0.0)
                closeness = track.closeness.get(concept.id, 0.0) / max(track.packets, 1)
            else:
                below = [degrees[source] for source in concept.sources]
                degree = (min if concept.holds == "all" else max)(below, default=0.0)
                closeness = None
            degrees[concept.id] = degree
            nodes.append(PathNode(concept.id, concept.text, level, degree, closeness, concept.sources))
        levels.append(tuple(nodes))
    return tuple(levels)


def _reasons(facts: Sequence[Fact], path: Sequence[Sequence[PathNode]]) -> tuple[str, ...]:
    holding = [node for node in path[0] if node.degree >= HOLDS] if path else []
    telling = {node.concept: _telling(facts, node.concept, ">=") for node in holding}
    if not any(telling.values()):
        telling = {node.concept: _telling(facts, node.concept, "<=") for node in holding}
    # Two decimals: how sure a saturated sigmoid is beyond them says nothing, and closeness can decide.
    holding.sort(key=lambda node: (-round(node.degree, 2), -(node.closeness or 0.0)))
    said: set[str] = set()
    new: list[str] = []
    again: list[str] = []
    bare: list[str] = []
    for node in holding:  # what counts the same thing as another, or over another window, comes after what does not
        fact = telling[node.concept]
        counts = split(fact.field)[0] if fact else ""
        (bare if fact is None else again if counts in said else new).append(_reason(node, fact))
        said.add(counts)
    return tuple([*new, *again, *bare][:REASONS]) or (UNEXPLAINED,)


def _reason(node: PathNode, fact: Fact | None) -> str:
    text = _capital(node.text).rstrip(".")
    if fact is None:
        return text
    most = "" if fact.comparison == ">=" else "at most "
    return f"{text} ({measured(fact.field, fact.value)}; {most}{amount(fact.field, fact.threshold)} would show it)"


def _telling(facts: Sequence[Fact], concept: str, comparison: str) -> Fact | None:
    """The number of a concept that lies furthest beyond its threshold."""
    own = [f for f in facts if f.concept == concept and f.comparison == comparison and f.unit != FLAG]
    return max(own, key=_beyond, default=None)


def _beyond(fact: Fact) -> float:
    distance = math.log((max(fact.value, 0.0) + 0.01) / (fact.threshold + 0.01))
    return distance if fact.comparison == ">=" else -distance


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _endpoints(track: Track) -> Endpoints:
    first = track.first
    orig, resp = (int(first["orig_hi"]), int(first["orig_lo"])), (int(first["resp_hi"]), int(first["resp_lo"]))
    protocol, flow = int(first["protocol"]), int(first["flow"])
    name = "ARP" if first["arp"] else PROTOCOLS.get(protocol, str(protocol))
    community = ""
    on_ip = not first["arp"] and first["orig_kind"] != HARDWARE
    # ICMP's ports are message types, which only its flow's own record tells.
    if track.flows == 1 and on_ip and flow >= 0 and protocol not in (ICMP, ICMPV6):
        ports = int(first["orig_port"]), int(first["resp_port"])
        community = community_id(protocol, orig[0] << 64 | orig[1], resp[0] << 64 | resp[1], *ports)
    return Endpoints(
        display(int(first["orig_kind"]), *orig), int(first["orig_port"]),
        display(int(first["resp_kind"]), *resp), int(first["resp_port"]),
        name, flow, community,
    )  # fmt: skip


def _identity(track: Track, mission: Mission) -> str:
    first = track.first
    parts = [mission.name, *(int(first[name]) for name in first.dtype.names if name not in ("flow", "index"))]
    return hashlib.blake2b("|".join(map(str, parts)).encode(), digest_size=8).hexdigest()
