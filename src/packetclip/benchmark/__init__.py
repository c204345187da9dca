"""Benchmark: labelled captures in, tables out; metrics, splits, baselines, and how stories are held against the truth.

A ``Samples`` is packets as methods look at them, beside their truth; a ``Fold`` is three sides of them; a ``Method``
learns from one side and is asked about another; ``metrics`` turns its answers into figures. ``baselines`` is what ours
stands beside, ``results`` keeps what was measured, ``tables`` writes it down.

It is not needed to detect or to train. It never chooses anything: settings and thresholds are a method's own, fixed
before a test capture is opened.
"""

from packetclip.benchmark.baselines import BASELINES
from packetclip.benchmark.drawing import Drawing, draw
from packetclip.benchmark.episodes import EpisodeFigures, Told, Truth, match
from packetclip.benchmark.fold import LIFE, Fold
from packetclip.benchmark.goals import SPLITS, Goal, Split
from packetclip.benchmark.method import Cost, Method
from packetclip.benchmark.metrics import ClassFigures, PacketFigures, auc, average_precision, packet_figures
from packetclip.benchmark.reading import read
from packetclip.benchmark.results import Results, fingerprint
from packetclip.benchmark.samples import Samples, join, transform
from packetclip.benchmark.tables import figure, fill, table

__all__ = [
    "BASELINES",
    "LIFE",
    "SPLITS",
    "ClassFigures",
    "Cost",
    "Drawing",
    "EpisodeFigures",
    "Fold",
    "Goal",
    "Method",
    "PacketFigures",
    "Results",
    "Samples",
    "Split",
    "Told",
    "Truth",
    "auc",
    "average_precision",
    "draw",
    "figure",
    "fill",
    "fingerprint",
    "join",
    "match",
    "packet_figures",
    "read",
    "table",
    "transform",
]
