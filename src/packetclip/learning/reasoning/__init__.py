"""Hierarchical reasoning over the missions' graphs: what a packet's embedding and facts mean, and what came before it.

``run("recipes/lab-missions.toml", folder)`` fits adapter, graph, temporal transformer and decision on labelled captures
and on ordinary life, with the pre-trained encoder frozen and, unless the recipe says otherwise, facts as they are
written; it writes a model's folder (two ONNX graphs, concept vectors, missions). Every part can be switched off in the
recipe. Sources: PacketCLIP (arXiv 2503.03747), MissionGNN (arXiv 2406.18815).

Nothing here calibrates scores or tells stories: that is ``detection``, which never sees torch. Letters: N packets, F
fields, M missions, C key concepts, E embedding width, H hidden width, R = M (H + 1) reasoning, D temporal, T steps.
"""

from packetclip.learning.reasoning.adapter import Adapter
from packetclip.learning.reasoning.examples import Examples, Labelled, load_examples
from packetclip.learning.reasoning.export import export
from packetclip.learning.reasoning.facts import FactDegrees
from packetclip.learning.reasoning.fit import FitConfig, fit, logits_of
from packetclip.learning.reasoning.graph import GraphReasoner
from packetclip.learning.reasoning.reasoner import Reasoner, ReasonerConfig
from packetclip.learning.reasoning.recipe import Recipe
from packetclip.learning.reasoning.run import run
from packetclip.learning.reasoning.temporal import ShortTermTransformer

__all__ = [
    "Adapter",
    "Examples",
    "FactDegrees",
    "FitConfig",
    "GraphReasoner",
    "Labelled",
    "Reasoner",
    "ReasonerConfig",
    "Recipe",
    "ShortTermTransformer",
    "export",
    "fit",
    "load_examples",
    "logits_of",
    "run",
]
