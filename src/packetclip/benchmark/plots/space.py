"""A map of the embedding: the same points once for each labelling (by class, by network), side by side."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike

from packetclip.benchmark.plots.canvas import Handles, draw, empty, label, listed, pens
from packetclip.benchmark.report.blocks import Plot

__all__ = ["embedding_map"]

_MOST: Final = 5000
_COLUMNS: Final = 2
_SIDE: Final = 370


def embedding_map(
    name: str, points: ArrayLike, labellings: Mapping[str, Sequence[str]], caption: str, *, background: str = "Benign"
) -> Plot:
    """``points`` (N, 2); ``labellings``: title -> N names. Points named ``background`` lie grey under the others.

    At most 5,000 points are shown, evenly taken. The axes of a projection mean nothing, so they bear no numbers.
    """
    places = np.asarray(points, np.float64).reshape(-1, 2)
    rows = np.linspace(0, max(0, len(places) - 1), min(len(places), _MOST)).astype(np.int64)
    shown = {title: np.asarray(names, str)[rows] for title, names in labellings.items()} if len(places) else {}
    lines = max((math.ceil(len(set(names)) / _COLUMNS) for names in shown.values()), default=1)

    def paint(figure: Any) -> Handles:
        panels = figure.subplots(1, max(1, len(shown)), squeeze=False)[0]
        if not shown:
            return empty(panels[0])
        for axes, (title, names) in zip(panels, shown.items(), strict=True):
            kinds = sorted(set(names.tolist()) - {background})
            drawn = pens(kinds)
            handles: Handles = {}
            for kind in [background] * (background in names) + kinds:
                here = places[rows][names == kind]
                pen = drawn.get(kind)
                handles[label(kind, 24)] = axes.scatter(
                    here[:, 0], here[:, 1], s=7 if pen else 4, c=pen.colour if pen else "#a9b0b8",
                    marker=pen.marker if pen else "o", alpha=0.85 if pen else 0.5, linewidths=0, rasterized=True,
                )  # fmt: skip
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
