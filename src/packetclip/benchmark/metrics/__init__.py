"""Metrics: from scores and truth to figures.

``figures`` gives all of a method's answers about one side of a fold, as JSON can hold them; for more packets than fit
in memory, a ``Tally`` counts chunk by chunk and ``tally_figures`` says the same of it. Intervals are bootstrapped over
episodes of attacks and minutes of benign life. ``Platt`` is fitted on the tuning side, for every method alike, so that
calibration is compared fairly. ``episode_figures`` says how many attacks would be told as stories, by scores alone, at
how many false stories an hour; ``by_flow`` makes answers about flows of those about packets; ``mean_interval``
puts seeds together.

``packet_figures``, ``auc`` and ``average_precision`` are the same figures of columns in memory, in plain NumPy: what
the compiled ones are tested against, and all that a page without intervals needs.
"""

from packetclip.benchmark.metrics.by_episode import WISHES, episode_figures
from packetclip.benchmark.metrics.by_flow import by_flow
from packetclip.benchmark.metrics.calibration import Platt, Reliability, reliability
from packetclip.benchmark.metrics.figures import HEADLINE, RATES, figures, tally_figures
from packetclip.benchmark.metrics.intervals import mean_interval
from packetclip.benchmark.metrics.ranking import ClassFigures, PacketFigures, auc, average_precision, packet_figures
from packetclip.benchmark.metrics.tally import Tally

__all__ = [
    "HEADLINE",
    "RATES",
    "WISHES",
    "ClassFigures",
    "PacketFigures",
    "Platt",
    "Reliability",
    "Tally",
    "auc",
    "average_precision",
    "by_flow",
    "episode_figures",
    "figures",
    "mean_interval",
    "packet_figures",
    "reliability",
    "tally_figures",
]
