"""One figure of many methods on many splits, with intervals: a group of rows a method, a mark a split."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from packetclip.benchmark.plots.canvas import Handles, draw, empty, label, listed, pens, plain
from packetclip.benchmark.plots.figures import Interval, bounds
from packetclip.benchmark.report.blocks import Plot
from packetclip.benchmark.report.colours import GRID

__all__ = ["figure_bars"]


def figure_bars(
    name: str,
    bars: Mapping[str, Mapping[str, Interval]],
    caption: str,
    *,
    figure: str = "mean AUC",
    order: Sequence[str] = (),
) -> Plot:
    """``bars``: method -> {split: interval}; ``order`` names the splits in the order of their colours.

    Marks, not filled bars: the axis begins where the figures do, and a bar that does not begin at nothing misleads.
    """
    splits = list(dict.fromkeys([*order, *(split for row in bars.values() for split in row)]))
    drawn = pens(splits)

    def paint(canvas: Any) -> Handles:
        axes = canvas.subplots()
        if not bars or not splits:
            return empty(axes)
        handles: Handles = {}
        for at, row in enumerate(bars.values()):
            if at % 2:
                axes.axhspan(at - 0.5, at + 0.5, color=GRID, alpha=0.35, linewidth=0)
            for i, split in enumerate(splits):
                middle, low, high = bounds(row.get(split))
                if np.isnan(middle):
                    continue
                pen, y = drawn[split], at + (i - (len(splits) - 1) / 2) * 0.74 / len(splits)
                axes.plot([low, high], [y, y], color=pen.colour, linewidth=1.6, alpha=0.7, solid_capstyle="round")
                (handles[label(split)],) = axes.plot(
                    [middle], [y], color=pen.colour, marker=pen.marker, markersize=6, linestyle="none"
                )
        axes.set_yticks(range(len(bars)), [label(one) for one in bars])
        axes.set(ylim=(len(bars) - 0.5, -0.5), xlabel=label(figure))
        axes.grid(visible=False, axis="y")
        axes.tick_params(axis="y", length=0)
        return {label(split): handles[label(split)] for split in splits if label(split) in handles}

    parts = [f"{one} on {s} {plain(bounds(row[s])[0])}" for one, row in bars.items() for s in splits if s in row]
    alt = f"{figure} of {len(bars)} methods: {listed(parts, 12) or 'nothing was measured'}."
    return draw(name, (580, 50 + len(bars) * (10 + 10 * max(1, len(splits)))), caption, alt, paint)
