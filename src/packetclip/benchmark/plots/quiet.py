"""Quiet and right at once: missions told rightly on others' attacks, against benign captures with any story."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from packetclip.benchmark.plots.canvas import Handles, draw, empty, label, listed, pens
from packetclip.benchmark.plots.figures import column
from packetclip.benchmark.report.blocks import Plot
from packetclip.benchmark.report.colours import MUTED, PAPER

__all__ = ["quiet_curves"]


def quiet_curves(
    name: str,
    curves: Mapping[str, tuple[ArrayLike, ArrayLike]],
    shipped: Mapping[str, tuple[float, float] | Sequence[float]],
    caption: str,
    *,
    right_of: int | None = None,
    quiet_of: int | None = None,
    order: Sequence[str] = (),
    ours: str | None = None,
) -> Plot:
    """``curves``: method -> (shares of benign captures with a story, shares of attacks told rightly) over thresholds.

    ``shipped``: method -> the point of the thresholds that it comes with; a method may have only that. ``right_of``
    and ``quiet_of`` are the numbers of captures behind the shares. Further up and further left is better.
    """
    names = list(dict.fromkeys([*curves, *shipped]))
    drawn = pens(names, order, ours)

    def paint(figure: Any) -> Handles:
        axes = figure.subplots()
        if not names:
            return empty(axes)
        handles: Handles = {}
        for one in names:
            pen = drawn[one]
            if one in curves:
                false, right = (100 * column(values) for values in curves[one])
                rising = np.lexsort((right, false))
                (handles[label(one)],) = axes.plot(
                    false[rising], right[rising], color=pen.colour, linestyle=pen.dash, linewidth=pen.width,
                    zorder=pen.above, marker=".", markersize=3,
                )  # fmt: skip
            if one in shipped:
                x, y = (100 * value for value in shipped[one])
                (point,) = axes.plot(
                    [x], [y], color=pen.colour, marker=pen.marker, markersize=10, linestyle="none", zorder=6,
                    markeredgecolor=PAPER, markeredgewidth=1.4, clip_on=False,
                )  # fmt: skip
                handles.setdefault(label(one), point)
        if shipped:
            (handles["large: thresholds as shipped"],) = axes.plot(
                [], [], color=MUTED, marker="o", markersize=9, linestyle="none"
            )
        axes.set_xlim(left=-0.8)
        axes.set_ylim(bottom=0)
        axes.set_title("↖ quiet and right at once", fontsize=10.5, fontweight="normal")
        axes.set(
            xlabel=f"benign captures with a story, %{f' of {quiet_of}' if quiet_of is not None else ''}",
            ylabel=f"right mission told, %{f' of {right_of} attacks' if right_of is not None else ' of attacks'}",
        )
        return handles

    points = [f"{o}: {100 * p[1]:.0f} % right, {100 * p[0]:.0f} % of benign captures" for o, p in shipped.items()]
    alt = (
        f"Right missions against benign captures with a story. With thresholds as shipped: {listed(points) or 'none'}."
    )
    return draw(name, (460, 350), caption, alt, paint)
