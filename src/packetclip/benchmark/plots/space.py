"""A map of the embedding: the same points once for each labelling (by class, by network), side by side."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from packetclip.benchmark.plots.canvas import Handles, draw, empty, label, listed, pens
from packetclip.benchmark.report.blocks import Plot

__all__ = ["embedding_map"]

_MOST: Final = 5000
_COLUMNS: Final = 2
_SIDE: Final = 370
_LETTER: Final = 5.2
_DOTS: Final = ("#2b86cf", "#e5681e", "#12ab80", "#c264a7", "#d39a1c", "#62b8e8", "#ef5f86", "#a5713d")
"""Dots are an image: no style sheet reaches their colours, so these are seen on light and on dark paper."""
_BACKGROUND: Final = "#a3abb4"


def embedding_map(
    name: str, points: ArrayLike, labellings: Mapping[str, Sequence[str]], caption: str, *, background: str = "Benign"
) -> Plot:
    """``points`` (N, 2); ``labellings``: title -> N names. Points named ``background`` lie grey under the others.

    At most 5,000 points are shown, evenly taken. The axes of a projection mean nothing, so they bear no numbers.
    """
    places = np.asarray(points, np.float64).reshape(-1, 2)
    rows = np.linspace(0, max(0, len(places) - 1), min(len(places), _MOST)).astype(np.int64)
    shown = {title: np.asarray(list(names), str)[rows] for title, names in labellings.items()} if len(places) else {}
    lines = max((math.ceil(len(set(names)) / _COLUMNS) for names in shown.values()), default=1)

    def paint(figure: Any) -> Handles:
        panels = figure.subplots(1, max(1, len(shown)), squeeze=False)[0]
        if not shown:
            return empty(panels[0])
        for axes, (title, names) in zip(panels, shown.items(), strict=True):
            kinds = sorted(set(names.tolist()) - {background})
            drawn = pens(kinds)
            handles: Handles = {}
            for i, kind in enumerate([background] * (background in names) + kinds, -int(background in names)):
                here = places[rows][names == kind]
                front = kind != background
                handles[label(kind, 24)] = axes.scatter(
                    here[:, 0], here[:, 1], s=9 if front else 5, c=_DOTS[i % len(_DOTS)] if front else _BACKGROUND,
                    marker=drawn[kind].marker if front else "o", alpha=0.9 if front else 0.5, linewidths=0,
                    rasterized=True,
                )  # fmt: skip
            if len(kinds) > len(_DOTS):  # colours come again: names tell which is which
                _names(axes, places[rows], names)
            axes.set(xticks=[], yticks=[], title=label(title))
            axes.spines[:].set_visible(True)
            figure_key = axes.legend(
                list(handles.values()), list(handles), loc="upper center", bbox_to_anchor=(0.5, -0.01), ncols=_COLUMNS,
                fontsize=9.5, columnspacing=0.8, handletextpad=0.1, labelspacing=0.3, markerscale=2.2,
            )  # fmt: skip
            for dot in figure_key.legend_handles:
                dot.set_rasterized(False)
                dot.set_alpha(1)
        return {}

    panels = [f"by {title}: {listed(sorted(set(names.tolist())), 20)}" for title, names in shown.items()]
    alt = f"Map of {len(rows)} embeddings, {'; '.join(panels) or 'nothing was measured'}."
    return draw(name, (_SIDE * max(1, len(shown)), _SIDE + 10 + 17 * lines), caption, alt, paint)


def _names(axes: Any, places: NDArray[np.float64], names: NDArray[np.str_]) -> None:
    """Each name in the middle of its points, the most frequent first; one that would cover another is left out."""
    low, high = places.min(0), places.max(0)
    scale = (_SIDE - 20) / np.maximum(high - low, 1e-9)
    taken: list[tuple[float, float, float]] = []
    for kind in sorted(set(names.tolist()), key=lambda kind: (-int((names == kind).sum()), kind)):
        middle, words = np.median(places[names == kind], 0), label(kind, 24)
        (x, y), wide = (middle - low) * scale, _LETTER * len(words) / 2
        if all(abs(x - a) > wide + w or abs(y - b) > 11 for a, b, w in taken):
            taken.append((x, y, wide))
            axes.annotate(words, middle, ha="center", va="center", fontsize=9, fontweight="bold")
