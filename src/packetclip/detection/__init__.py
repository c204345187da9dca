"""From scores to stories: few, explained, and calibrated.

A packet whose probability reaches a mission's threshold is evidence of it; evidence of one originator or one target
gathers in a track, and a track with enough of it is a :class:`Story`, told when it ends: who, against whom, since when,
how sure, by which facts. ``detect``, ``score_packets``, ``score_flows``, ``embed`` and ``classify`` run the whole path
over a capture; ``fit_calibration`` and ``choose_threshold`` set the numbers on traffic of their own.

It trains nothing (``learning`` writes the model's folder that this reads), prints nothing and sends nothing: sinks and
reports take stories from here. Every format that leaves is described in ``docs/formats.md``.
"""

from packetclip.detection.calibration import (
    Threshold,
    choose_threshold,
    expected_calibration_error,
    fit_calibration,
    fit_platt,
    fit_temperature,
    runs,
    with_thresholds,
)
from packetclip.detection.evidence import strongest
from packetclip.detection.explain import Explanation, explain
from packetclip.detection.formats import (
    escaped,
    eve_json,
    eve_record,
    ledger_json,
    ledger_line,
    story_json,
    story_line,
)
from packetclip.detection.parties import PARTY, Parties
from packetclip.detection.pipeline import (
    Pass,
    ScoredBatch,
    classify,
    detect,
    embed,
    joined,
    packet_scores,
    score_flows,
    score_packets,
    story_teller,
)
from packetclip.detection.settings import MissionSettings, StorySettings
from packetclip.detection.sink import ListSink, StorySink
from packetclip.detection.stories import StoryTeller
from packetclip.detection.story import Endpoints, Fact, PathNode, Story
from packetclip.detection.tables import Table
from packetclip.wire.summary import enter

__all__ = [
    "PARTY",
    "Endpoints",
    "Explanation",
    "Fact",
    "ListSink",
    "MissionSettings",
    "Parties",
    "Pass",
    "PathNode",
    "ScoredBatch",
    "Story",
    "StorySettings",
    "StorySink",
    "StoryTeller",
    "Table",
    "Threshold",
    "choose_threshold",
    "classify",
    "detect",
    "embed",
    "enter",
    "escaped",
    "eve_json",
    "eve_record",
    "expected_calibration_error",
    "explain",
    "fit_calibration",
    "fit_platt",
    "fit_temperature",
    "joined",
    "ledger_json",
    "ledger_line",
    "packet_scores",
    "runs",
    "score_flows",
    "score_packets",
    "story_json",
    "story_line",
    "story_teller",
    "strongest",
    "with_thresholds",
]
