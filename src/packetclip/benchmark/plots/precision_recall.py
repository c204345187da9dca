"""Precision-recall curves: how much of what is called an attack is one, for how many of the attacks are found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from packetclip.benchmark.plots.canvas import Handles, draw, empty, label, listed, pens, plain
from packetclip.benchmark.plots.figures import Curve, column, pair, thinned
from packetclip.benchmark.report.blocks import Plot
from packetclip.benchmark.report.colours import MUTED

__all__ = ["precision_recall_curves"]


def precision_recall_curves(
    name: str,
    curves: Mapping[str, Curve],
    caption: str,
    *,
    areas: Mapping[str, float | None] | None = None,
    base_rate: float | None = None,
    order: Sequence[str] = (),
    ours: str | None = None,
) -> Plot:
    """Of methods or classes: name -> (recalls, precisions); ``areas`` are the AP beside names."""
    area = {one: plain(float(column([(areas or {}).get(one)])[0])) for one in curves}
    drawn = pens(curves, order, ours)

    def paint(figure: Any) -> Handles:
        axes = figure.subplots()
        if not curves:
            return empty(axes)
        handles: Handles = {}
        for one, curve in curves.items():
            (x, y), pen = pair(curve, "recall", "precision"), drawn[one]
            seen = thinned(x, y)
            (handles[f"{label(one)}  {area[one]}" if areas else label(one)],) = axes.plot(
                x[seen],
                y[seen],
                color=pen.colour,
                linestyle=pen.dash,
                linewidth=pen.width,
                zorder=pen.above,
            )
        if base_rate is not None:
            handles[f"chance  {plain(base_rate)}"] = axes.axhline(
                base_rate, color=MUTED, linewidth=0.8, linestyle=(0, (2, 3))
            )
        axes.set(xlim=(-0.01, 1.01), ylim=(-0.01, 1.02), xlabel="recall", ylabel="precision")
        return handles

    found = listed([f"{one} AP {area[one]}" if areas else one for one in curves])
    alt = f"Precision-recall curves of {len(curves)}: {found}." if curves else "Nothing was measured."
    return draw(name, (460, 330), caption, alt, paint, "name and average precision" if areas else "")
