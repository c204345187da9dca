"""Data scarcity: how a figure falls as fewer episodes are there to learn from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from packetclip.benchmark.plots.canvas import Handles, draw, empty, label, listed, pens, plain
from packetclip.benchmark.plots.figures import column
from packetclip.benchmark.report.blocks import Plot

__all__ = ["scarcity_curves"]


def scarcity_curves(
    name: str,
    curves: Mapping[str, tuple[ArrayLike, ArrayLike, ArrayLike, ArrayLike]],
    caption: str,
    *,
    figure: str = "mean AUC",
    order: Sequence[str] = (),
    ours: str | None = None,
) -> Plot:
    """``curves``: method -> (shares of the training episodes in 0..1, figures, lows, highs); bands are intervals."""
    drawn = pens(curves, order, ours)
    columns = {one: [column(values) for values in curve] for one, curve in curves.items()}

    def paint(canvas: Any) -> Handles:
        axes = canvas.subplots()
        if not curves:
            return empty(axes)
        handles: Handles = {}
        for one, (shares, middle, low, high) in columns.items():
            pen, percent = drawn[one], 100 * shares
            axes.fill_between(percent, low, high, color=pen.colour, alpha=0.15, linewidth=0)
            (handles[label(one)],) = axes.plot(
                percent, middle, color=pen.colour, linestyle=pen.dash, linewidth=pen.width, zorder=pen.above,
                marker=pen.marker, markersize=4.5,
            )  # fmt: skip
        ticks = sorted(
            {float(np.round(100 * share, 3)) for shares, *_ in columns.values() for share in shares if share > 0}
        )
        axes.set_xscale("log")
        axes.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
        axes.set_xticks([], minor=True)
        axes.set(xlabel="share of the training episodes, % (log)", ylabel=label(figure))
        return handles

    ends = [f"{one} {plain(float(c[1][0]))} to {plain(float(c[1][-1]))}" for one, c in columns.items() if len(c[0])]
    alt = f"{figure} from the smallest share of training episodes to all: {listed(ends) or 'nothing was measured'}."
    return draw(name, (460, 330), caption, alt, paint)
