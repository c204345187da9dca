"""The occlusion ladder: what remains of a figure when a method no longer sees one view of the traffic."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from packetclip.benchmark.plots.canvas import Handles, draw, empty, label, listed, pens, plain
from packetclip.benchmark.plots.figures import Interval, bounds
from packetclip.benchmark.report.blocks import Plot
from packetclip.benchmark.report.colours import INK, MUTED

__all__ = ["occlusion_ladder"]


def occlusion_ladder(
    name: str,
    ladders: Mapping[str, Mapping[str, Interval]],
    caption: str,
    *,
    figure: str = "mean AUC",
    chance: float | None = 0.5,
    order: Sequence[str] = (),
    ours: str | None = None,
) -> Plot:
    """``ladders``: method -> {step: interval}; bars begin at ``chance``, so their length is what was learned.

    A figure whose chance differs from class to class has none (None): bars begin at 0.
    """
    begin = 0.0 if chance is None else chance
    steps = list(dict.fromkeys(step for ladder in ladders.values() for step in ladder))
    drawn = pens(ladders, order, ours)
    thick = 0.8 / max(1, len(ladders))

    def paint(canvas: Any) -> Handles:
        axes = canvas.subplots()
        if not steps:
            return empty(axes)
        handles: Handles = {}
        for i, (one, ladder) in enumerate(ladders.items()):
            for at, step in enumerate(steps):
                middle, low, high = bounds(ladder.get(step))
                if np.isnan(middle):
                    continue
                y = at + (i - (len(ladders) - 1) / 2) * thick
                handles[label(one)] = axes.barh(
                    y, middle - begin, 0.86 * thick, left=begin, color=drawn[one].colour, alpha=0.85
                )
                axes.plot([low, high], [y, y], color=INK, linewidth=1.1)
                axes.annotate(
                    plain(middle), (max(middle, np.nan_to_num(high, nan=middle), begin), y), (5, 0),
                    textcoords="offset points", va="center", fontsize=9.5, annotation_clip=False,
                )  # fmt: skip
        axes.axvline(begin, color=MUTED, linewidth=1)
        axes.set_yticks(range(len(steps)), [label(step, 40) for step in steps])
        where = "" if chance is None else f" (bars begin at chance, {chance:g})"
        axes.set(ylim=(len(steps) - 0.45, -0.55), xlabel=f"{label(figure)}{where}")
        low, high = axes.get_xlim()
        axes.set_xlim(low, high + 0.08 * (high - low))
        axes.grid(visible=False, axis="y")
        axes.tick_params(axis="y", length=0)
        return handles if len(ladders) > 1 else {}

    parts = [f"{one}, {s}: {plain(bounds(lad[s])[0])}" for one, lad in ladders.items() for s in steps if s in lad]
    alt = f"{figure} as views are taken away: {listed(parts, 12) or 'nothing was measured'}."
    rows = len(steps) * (12 + 17 * len(ladders))
    return draw(name, (460, 50 + max(rows, 60)), caption, alt, paint)
