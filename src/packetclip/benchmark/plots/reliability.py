"""Reliability: of the packets to which a method gave a probability, the share that were attacks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from packetclip.benchmark.plots.canvas import Handles, draw, empty, label, listed, pens, plain
from packetclip.benchmark.plots.figures import Curve, column, pair
from packetclip.benchmark.report.blocks import Plot
from packetclip.benchmark.report.colours import MUTED

__all__ = ["reliability_curves"]


def reliability_curves(
    name: str,
    curves: Mapping[str, Curve],
    caption: str,
    *,
    errors: Mapping[str, float | None] | None = None,
    order: Sequence[str] = (),
    ours: str | None = None,
) -> Plot:
    """``curves``: method -> (mean stated probability, share that were attacks) a bin; on the diagonal, both agree."""
    drawn = pens(curves, order, ours)
    error = {one: plain(float(column([(errors or {}).get(one)])[0])) for one in curves}

    def paint(figure: Any) -> Handles:
        axes = figure.subplots()
        if not curves:
            return empty(axes)
        handles: Handles = {}
        for one, curve in curves.items():
            (x, y), pen = pair(curve, "said", "was"), drawn[one]
            rising = np.argsort(x, kind="stable")
            (handles[f"{label(one)}  {error[one]}" if errors else label(one)],) = axes.plot(
                x[rising], y[rising], color=pen.colour, linestyle=pen.dash, linewidth=pen.width,
                zorder=pen.above, marker=pen.marker, markersize=4.5,
            )  # fmt: skip
        (handles["says what happens"],) = axes.plot([0, 1], [0, 1], color=MUTED, linewidth=0.9, linestyle=(0, (2, 3)))
        axes.set(xlim=(-0.02, 1.02), ylim=(-0.02, 1.02), aspect="equal")
        axes.set(xlabel="stated probability of an attack", ylabel="share that were attacks")
        return handles

    found = listed([f"{one} error {error[one]}" if errors else one for one in curves])
    alt = f"Stated probability against what happened, of {len(curves)}: {found or 'nothing was measured'}."
    return draw(name, (460, 400), caption, alt, paint, "name and expected calibration error" if errors else "")
