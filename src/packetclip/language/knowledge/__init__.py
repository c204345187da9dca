"""What to look for, as graphs whose concepts can be checked: sixteen missions, one TOML file each.

A mission is a strictly layered graph. Level 0 is the sensor (the packet), level 1 holds key concepts, each with a short
text and the facts of the context that would show it; the concepts above it combine them, all or any; an encoding node
ends it. Each graph has two readings of the same arrays (:func:`pack`): the logical one here (:func:`mission_degrees`,
degrees of facts flow up by minimum and maximum) and the neural one in ``learning.reasoning``. Techniques are checked
against the ATT&CK table that ships in ``data/`` beside its licence.

It knows no labels, learns nothing and calls no network; thresholds are an engineer's, and a model may move them. To add
a mission, write ``missions/<name>.toml``: the folder is the registry.
"""

from packetclip.language.knowledge.attack import ATTACK_VERSION, Technique, techniques
from packetclip.language.knowledge.check import check
from packetclip.language.knowledge.layered import Facts, Layered, Level, pack
from packetclip.language.knowledge.logic import concept_degrees, degrees, mission_degrees
from packetclip.language.knowledge.predicate import LINEAR_SLOPE, LOG_OFFSET, LOG_SLOPE, Predicate, parse_predicate
from packetclip.language.knowledge.registry import MISSIONS, load_missions, mission_names
from packetclip.language.knowledge.schema import PLACEHOLDERS, SEVERITIES, Concept, Mission

__all__ = [
    "ATTACK_VERSION",
    "LINEAR_SLOPE",
    "LOG_OFFSET",
    "LOG_SLOPE",
    "MISSIONS",
    "PLACEHOLDERS",
    "SEVERITIES",
    "Concept",
    "Facts",
    "Layered",
    "Level",
    "Mission",
    "Predicate",
    "Technique",
    "check",
    "concept_degrees",
    "degrees",
    "load_missions",
    "mission_degrees",
    "mission_names",
    "pack",
    "parse_predicate",
    "techniques",
]
