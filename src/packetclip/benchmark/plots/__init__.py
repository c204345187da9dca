"""Plots: plain columns and dictionaries in, pictures for the report out.

Each function takes the ``name`` of the picture's file first, then its figures, then the ``caption`` a reader sees; each
gives a ``report.Plot`` and writes its own ``alt``. Figures may come straight from JSON: lists serve as columns, null is
a figure that nothing was there to measure on, and an empty mapping gives an empty picture that says so. An *interval*
is ``(figure, low, high)``, or the figure alone. ``order`` names series in the order in which they get their colours, so
that one method has one colour on every plot; ``ours`` is drawn thicker than the others.

| function | figures |
|---|---|
| ``roc_curves(name, curves, caption, *, areas, order, ours)`` | curves: name -> (false-positive rates, true-positive rates), both rising, or the dictionary that ``metrics`` makes; areas: name -> AUC |
| ``precision_recall_curves(name, curves, caption, *, areas, base_rate, order, ours)`` | curves: name -> (recalls, precisions), or the dictionary of ``metrics``; areas: name -> AP; base_rate: share of positives, what chance reaches |
| ``strips(times_s, scores, attack, bins)`` | times (N,) seconds, scores (N,), attack (N,) bool -> one row of a timeline as a dictionary for JSON (what a job keeps instead of N scores) |
| ``score_timeline(name, rows, episodes, caption, *, thresholds)`` | rows: method -> strips(...); episodes: [(start_s, end_s, label)]; thresholds: method -> score |
| ``confusion_matrix(name, counts, labels, caption, *, of)`` | counts: (K, K), rows are the truth; labels: K names; of: what is counted |
| ``scarcity_curves(name, curves, caption, *, figure, order, ours)`` | curves: method -> (shares of the training episodes in 0..1, figures, lows, highs) |
| ``occlusion_ladder(name, ladders, caption, *, figure, chance, order, ours)`` | ladders: method -> {what is left or removed: interval}, the first step is everything |
| ``embedding_map(name, points, labellings, caption, *, background)`` | points: (N, 2); labellings: title -> N names (class, network): a panel each; background: the name that lies grey below ("Benign") |
| ``reliability_curves(name, curves, caption, *, errors, order, ours)`` | curves: method -> (stated probabilities, shares that were attacks), a point a bin, or the dictionary of ``metrics``; errors: method -> expected calibration error |
| ``quiet_curves(name, curves, shipped, caption, *, right_of, quiet_of, order, ours)`` | curves: method -> (share of benign captures with a story, share of attacks with the right mission), over thresholds; shipped: method -> the point of its own thresholds; right_of, quiet_of: how many captures of each |
| ``figure_bars(name, bars, caption, *, figure)`` | bars: method -> {split: interval}: a group a method |
| ``cost_map(name, costs, caption, *, figure)`` | costs: method -> {"speed": packets/s, "figure": interval, "parameters": count} |

It knows no report but its ``Plot``, no method, and no figure's making. matplotlib (extra ``benchmark``) is imported when
something is drawn; nothing global of it is touched, and one input gives the same bytes each time.
"""  # noqa: E501 - a table's rows are lines

from packetclip.benchmark.plots.bars import figure_bars
from packetclip.benchmark.plots.confusion import confusion_matrix
from packetclip.benchmark.plots.cost import cost_map
from packetclip.benchmark.plots.ladder import occlusion_ladder
from packetclip.benchmark.plots.precision_recall import precision_recall_curves
from packetclip.benchmark.plots.quiet import quiet_curves
from packetclip.benchmark.plots.reliability import reliability_curves
from packetclip.benchmark.plots.roc import roc_curves
from packetclip.benchmark.plots.scarcity import scarcity_curves
from packetclip.benchmark.plots.space import embedding_map
from packetclip.benchmark.plots.timeline import score_timeline, strips

__all__ = [
    "confusion_matrix",
    "cost_map",
    "embedding_map",
    "figure_bars",
    "occlusion_ladder",
    "precision_recall_curves",
    "quiet_curves",
    "reliability_curves",
    "roc_curves",
    "scarcity_curves",
    "score_timeline",
    "strips",
]
