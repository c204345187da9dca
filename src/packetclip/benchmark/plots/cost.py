"""What a figure costs: packets a second against it, parameters as the size of the mark."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from packetclip.benchmark.plots.canvas import Handles, draw, empty, label, listed, pens, plain, powers
from packetclip.benchmark.plots.figures import Interval, bounds
from packetclip.benchmark.report.blocks import Plot
from packetclip.benchmark.report.colours import MUTED

__all__ = ["cost_map"]


def cost_map(
    name: str,
    costs: Mapping[str, Mapping[str, Interval]],
    caption: str,
    *,
    figure: str = "mean AUC",
    order: Sequence[str] = (),
    ours: str | None = None,
) -> Plot:
    """``costs``: method -> {"speed": packets a second, "figure": interval, "parameters": how many numbers it keeps}.

    A method without speed or figure is left out. Area grows with the logarithm of the parameters.
    """
    drawn = pens(costs, order, ours)
    places = {one: (bounds(c.get("speed"))[0], *bounds(c.get("figure"))) for one, c in costs.items()}
    places = {one: place for one, place in places.items() if place[0] > 0 and not np.isnan(place[1])}
    numbers = {one: float(np.nan_to_num(bounds(costs[one].get("parameters"))[0])) for one in places}

    def paint(canvas: Any) -> Handles:
        axes = canvas.subplots()
        if not places:
            return empty(axes)
        axes.set_xscale("log")
        powers(axes.xaxis)
        for one, (speed, middle, low, high) in places.items():
            pen = drawn[one]
            axes.plot([speed, speed], [low, high], color=pen.colour, linewidth=1.2, alpha=0.7)
            axes.plot(
                [speed], [middle], marker="o", markersize=_side(numbers[one]), color=pen.colour, linestyle="none",
                alpha=0.85, zorder=pen.above,
            )  # fmt: skip
        axes.set(xlabel="packets a second on one core (log)", ylabel=label(figure))
        axes.margins(y=0.12)
        speeds = [speed for speed, *_ in places.values()]
        axes.set_xlim(min(speeds) / 3, max(speeds) * 10)  # names stand to the right of marks
        axes.tick_params(which="minor", bottom=False)
        canvas.canvas.draw()
        _names(axes, places, numbers, ours)
        sizes = {"1 thousand": 1e3, "100 thousand": 1e5, "10 million": 1e7}
        return {
            words: axes.plot([], [], "o", color=MUTED, alpha=0.7, markersize=_side(count))[0]
            for words, count in sizes.items()
        }

    parts = [f"{o} {plain(p[1])} at {p[0]:,.0f} packets/s, {numbers[o]:,.0f} parameters" for o, p in places.items()]
    alt = f"{figure} against speed: {listed(parts) or 'nothing was measured'}."
    return draw(name, (560, 380), caption, alt, paint, "parameters")


def _side(parameters: float) -> float:
    """A mark's diameter in points: 5 for a hundred numbers or fewer, 22 for a hundred million."""
    return float(np.sqrt(25 + 459 * np.clip((np.log10(max(parameters, 1)) - 2) / 6, 0, 1)))


def _names(axes: Any, places: Mapping[str, tuple[float, ...]], numbers: Mapping[str, float], ours: str | None) -> None:
    """Names beside their marks, each in the first place around it that is free."""
    taken = []
    spots = {}
    scale = 72 / axes.figure.dpi
    for one, place in places.items():
        x, y = axes.transData.transform(place[:2]) * scale
        r = _side(numbers[one]) / 2
        spots[one] = (x, y, r)
        taken.append((x - r - 3, y - r - 2, x + r + 3, y + r + 2))  # words that touch a mark seem its own
    frame = axes.bbox.extents * scale
    for one, (x, y, r) in sorted(spots.items(), key=lambda item: -item[1][1]):
        words = label(one, 32)
        wide, tall = 6.2 * len(words), 12.0
        around = [
            (x + sign * (r + 3), y - 6 + up, side)
            for up in (0, 13, -13, 25, -25, 37, -37)
            for sign, side in ((1, "left"), (-1, "right"))
        ] + [(x, y + r + 2, "center"), (x, y - r - 14, "center")]
        boxes = {at: _box(at, wide, tall) for at in around}
        at = min(
            around,
            key=lambda at: (
                sum(_overlap(boxes[at], other) for other in taken)
                + 50 * max(0.0, frame[0] - boxes[at][0], boxes[at][2] - frame[2])
                + 50 * max(0.0, frame[1] - boxes[at][1], boxes[at][3] - frame[3])
                + abs(at[1] + 6 - y)
            ),
        )
        taken.append(boxes[at])
        axes.annotate(
            words, places[one][:2], (at[0] - x, at[1] + 2 - y), textcoords="offset points", fontsize=10, ha=at[2],
            fontweight="bold" if one == ours else "normal",
        )  # fmt: skip


def _box(at: tuple[float, float, str], wide: float, tall: float) -> tuple[float, float, float, float]:
    """Left, low, right, high of words that stand to the ``left``, ``right`` or ``center`` of a place."""
    left = at[0] - {"left": 0.0, "center": 0.5, "right": 1.0}[at[2]] * wide
    return left, at[1], left + wide, at[1] + tall


def _overlap(a: tuple[float, ...], b: tuple[float, ...]) -> float:
    return max(0.0, min(a[2], b[2]) - max(a[0], b[0])) * max(0.0, min(a[3], b[3]) - max(a[1], b[1]))
