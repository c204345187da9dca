"""A confusion matrix: of the packets that are truly one thing, the share that was called each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike

from packetclip.benchmark.plots.canvas import Handles, draw, empty, label
from packetclip.benchmark.report.blocks import Plot
from packetclip.benchmark.report.colours import GRID, INK

__all__ = ["confusion_matrix"]

_CELL: Final = 36
_RIGHT: Final = "#1170aa"
_WRONG: Final = "#c4500c"
"""Dark enough for white words on any paper; paler shares let the paper through."""
_SEEN: Final = 0.55
"""Shares above it are written in white."""


def confusion_matrix(name: str, counts: ArrayLike, labels: Sequence[str], caption: str, *, of: str = "packets") -> Plot:
    """``counts`` (K, K): truth by rows, answers by columns; each cell shows its share of the row (%) and its count."""
    table = np.asarray(counts, np.float64).reshape(len(labels), len(labels))
    totals = table.sum(1)
    shares = np.divide(table, totals[:, None], out=np.zeros_like(table), where=totals[:, None] > 0)
    names = [label(one, 24) for one in labels]

    def paint(figure: Any) -> Handles:
        axes = figure.subplots()
        if not len(labels):
            return empty(axes)
        from matplotlib.patches import Rectangle

        axes.grid(visible=False)
        for i, j in np.argwhere(table > 0):
            share = shares[i, j]
            axes.add_patch(
                Rectangle((j - 0.5, i - 0.5), 1, 1, facecolor=_RIGHT if i == j else _WRONG, alpha=0.06 + 0.94 * share)
            )
            colour = "#fffffe" if share > _SEEN else INK  # a white that dark paper leaves alone
            axes.text(j, i - 0.14, _share(share), ha="center", va="center", fontsize=10, color=colour)
            axes.text(j, i + 0.24, _short(table[i, j]), ha="center", va="center", fontsize=7.5, color=colour)
        for edge in np.arange(len(labels) + 1) - 0.5:
            axes.axhline(edge, color=GRID, linewidth=0.6, zorder=0.5)
            axes.axvline(edge, color=GRID, linewidth=0.6, zorder=0.5)
        axes.set(xlim=(-0.5, len(labels) - 0.5), ylim=(len(labels) - 0.5, -0.5), aspect="equal")
        axes.set_xticks(range(len(labels)), names, rotation=45, ha="left", rotation_mode="anchor")
        axes.set_yticks(
            range(len(labels)), [f"{one}  ({_short(total)})" for one, total in zip(names, totals, strict=True)]
        )
        axes.tick_params(length=0, bottom=False, top=False, labelbottom=False, labeltop=True)
        axes.spines[:].set_visible(False)
        axes.set_ylabel(f"truth ({of})")
        axes.set_title("called", loc="center", fontsize=11, fontweight="normal")
        return {}

    right = [f"{one} {100 * shares[i, i]:.0f} %" for i, one in enumerate(labels) if totals[i]]
    alt = f"Confusion matrix of {len(labels)} classes; rightly called: {'; '.join(right) or 'nothing was measured'}."
    side = _CELL * max(4, len(labels))
    return draw(name, (side + 60 + 7 * max(map(len, names), default=0) + 40, side + 130), caption, alt, paint)


def _share(share: float) -> str:
    """Percent of a row: never 0 for something, never 100 for not all."""
    percent = 100 * share
    if percent < 1:
        return "<1"
    return f"{percent:.0f}" if share == 1 or percent < 99.5 else ">99"


def _short(count: float) -> str:
    """A count in four characters or so.

    >>> _short(950), _short(12_345), _short(2_500_000)
    ('950', '12k', '2.5M')
    """
    if count < 1000:
        return f"{count:.0f}"
    return (
        f"{count / 1e3:.3g}k" if count < 9950 else f"{count / 1e3:.0f}k" if count < 999_500 else f"{count / 1e6:.3g}M"
    )
