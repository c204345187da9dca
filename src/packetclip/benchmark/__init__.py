"""Benchmark: labelled captures in, tables out; metrics, splits, baselines, and how stories are held against the truth.

``splits`` says what is learned from and what is asked about, ``metrics`` and ``episodes`` give the figures,
``baselines`` is what ours stands beside, ``results`` keeps what was measured, ``tables`` writes it down. The scripts in
``benchmarks/`` put them together; ``docs/benchmarks`` holds what they wrote.

It is not needed to detect or to train, and nothing imports it but those scripts. It never chooses anything: settings
and thresholds are a model's own, fixed before a test capture is opened.
"""

from packetclip.benchmark.baselines import BASELINES, Baseline
from packetclip.benchmark.columns import Columns, read_columns, training_rows, training_set
from packetclip.benchmark.episodes import EpisodeFigures, Told, Truth, match
from packetclip.benchmark.metrics import ClassFigures, PacketFigures, auc, average_precision, packet_figures
from packetclip.benchmark.results import Results, fingerprint
from packetclip.benchmark.splits import SPLITS, Goal, Split
from packetclip.benchmark.tables import figure, fill, table

__all__ = [
    "BASELINES",
    "SPLITS",
    "Baseline",
    "ClassFigures",
    "Columns",
    "EpisodeFigures",
    "Goal",
    "PacketFigures",
    "Results",
    "Split",
    "Told",
    "Truth",
    "auc",
    "average_precision",
    "figure",
    "fill",
    "fingerprint",
    "match",
    "packet_figures",
    "read_columns",
    "table",
    "training_rows",
    "training_set",
]
