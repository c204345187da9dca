"""ROC curves: how many attacks are found for how many false alarms; on the right the part that matters on a wire."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np

from packetclip.benchmark.plots.canvas import Handles, draw, empty, label, listed, pens, plain, powers
from packetclip.benchmark.plots.figures import Curve, column, pair, thinned
from packetclip.benchmark.report.blocks import Plot
from packetclip.benchmark.report.colours import MUTED

__all__ = ["roc_curves"]

_LEAST: Final = 1e-5
"""Where the logarithmic axis begins; rarer false alarms are drawn there."""


def roc_curves(
    name: str,
    curves: Mapping[str, Curve],
    caption: str,
    *,
    areas: Mapping[str, float | None] | None = None,
    order: Sequence[str] = (),
    ours: str | None = None,
) -> Plot:
    """Of methods or classes: name -> (false-positive rates, true-positive rates); ``areas``: AUC beside names."""
    area = {one: plain(float(column([(areas or {}).get(one)])[0])) for one in curves}
    drawn = pens(curves, order, ours)

    def paint(figure: Any) -> Handles:
        whole, rare = figure.subplots(1, 2, sharey=True)
        figure.get_layout_engine().set(wspace=0.05)
        if not curves:
            rare.set_axis_off()
            return empty(whole)
        handles: Handles = {}
        for one, curve in curves.items():
            (x, y), pen = pair(curve, "false_positive_rate", "true_positive_rate"), drawn[one]
            style = {"color": pen.colour, "linestyle": pen.dash, "linewidth": pen.width, "zorder": pen.above}
            seen = thinned(x, y)
            whole.plot(x[seen], y[seen], **style)
            late = np.maximum(x, _LEAST)
            seen = thinned(np.log10(late) / -np.log10(_LEAST), y)
            (line,) = rare.plot(late[seen], y[seen], **style)
            handles[f"{label(one)}  {area[one]}" if areas else label(one)] = line
        whole.plot([0, 1], [0, 1], color=MUTED, linewidth=0.8, linestyle=(0, (2, 3)))
        even = np.geomspace(_LEAST, 1, 60)
        rare.plot(even, even, color=MUTED, linewidth=0.8, linestyle=(0, (2, 3)))
        whole.set(xlim=(-0.01, 1), ylim=(-0.01, 1.02), xlabel="false-positive rate", ylabel="true-positive rate")
        rare.set(xscale="log", xlim=(_LEAST, 1), xlabel="false-positive rate (log)")
        powers(rare.xaxis)
        rare.tick_params(which="minor", bottom=False)
        return handles

    found = listed([f"{one} AUC {area[one]}" if areas else one for one in curves])
    alt = f"ROC curves of {len(curves)}: {found}." if curves else "ROC curves: nothing was measured."
    return draw(name, (640, 310), caption, alt, paint, "name and AUC" if areas else "")
