"""Scores of a capture's packets over time: one row a method, attacks' packets in colour, episodes as bands behind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from packetclip.benchmark.plots.canvas import Handles, draw, empty, label, listed
from packetclip.benchmark.plots.figures import column
from packetclip.benchmark.report.blocks import Plot
from packetclip.benchmark.report.colours import INK, MUTED, SERIES

__all__ = ["score_timeline", "strips"]

_LANES: Final = 4
_LETTER: Final = 5.4
"""About the width of a letter of the episodes' names, in points."""
_WIDTH: Final = 800


def strips(times_s: ArrayLike, scores: ArrayLike, attack: ArrayLike, bins: int = 300) -> dict[str, Any]:
    """What a row of a timeline shows of N packets: of each of ``bins`` equal times the median and the highest score.

    ``attack`` (N,) tells the packets of attacks from benign ones; each kind has columns ``times_s``, ``middle`` and
    ``high``, with no entry for a time that has no such packet. JSON holds it.
    """
    times, values, bad = column(times_s), column(scores), np.asarray(attack, bool)
    out: dict[str, Any] = {}
    begin = float(times.min()) if len(times) else 0.0
    width = (float(times.max()) - begin) / bins if len(times) else 1.0
    slot = np.minimum((times - begin) / (width or 1.0), bins - 1).astype(np.int64)
    for kind, rows in (("attack", bad & ~np.isnan(values)), ("benign", ~bad & ~np.isnan(values))):
        order = np.lexsort((values[rows], slot[rows]))
        slots, score = slot[rows][order], values[rows][order]
        starts = np.flatnonzero(np.r_[True, slots[1:] != slots[:-1]]) if len(slots) else np.zeros(0, np.int64)
        ends = np.r_[starts[1:], len(slots)].astype(np.int64)
        out[kind] = {
            "times_s": [round(begin + (int(at) + 0.5) * width, 3) for at in slots[starts]],
            "middle": [round(float(value), 4) for value in score[(starts + ends - 1) // 2]],
            "high": [round(float(value), 4) for value in score[ends - 1]] if len(slots) else [],
        }
    return out


def score_timeline(
    name: str,
    rows: Mapping[str, Mapping[str, Any]],
    episodes: Sequence[tuple[float, float, str]],
    caption: str,
    *,
    thresholds: Mapping[str, float | None] | None = None,
) -> Plot:
    """``rows``: method -> ``strips``; ``episodes``: (start, end, label) in the same seconds.

    Four rows of 300 times make a file of up to 60 kB.
    """

    def paint(figure: Any) -> Handles:
        panels = figure.subplots(max(1, len(rows)), 1, sharex=True, squeeze=False)[:, 0]
        if not rows:
            return empty(panels[0])
        spans = [(start, end) for start, end, _ in episodes]
        moments = [t for row in rows.values() for kind in row.values() for t in kind["times_s"]]
        begin, end = (
            min([*moments, *(s for s, _ in spans)], default=0),
            max([*moments, *(e for _, e in spans)], default=1),
        )
        begin, end = begin / 60, max(end, begin + 1) / 60
        handles: Handles = {}
        for axes, (one, row) in zip(panels, rows.items(), strict=True):
            for first, last in spans:
                least = (end - begin) / _WIDTH  # a short episode is still seen
                band = axes.axvspan(
                    first / 60, max(last / 60, first / 60 + least), color=SERIES[4], alpha=0.22, linewidth=0
                )
                handles["an episode of an attack"] = band
            for kind, colour, title in (
                ("benign", SERIES[6], "benign packets"),
                ("attack", SERIES[1], "packets of attacks"),
            ):
                x, y = _bars(row[kind])
                (handles[f"{title}: median to highest score"],) = axes.plot(
                    x, y, color=colour, linewidth=1.5, solid_capstyle="round", alpha=0.9
                )
            level = (thresholds or {}).get(one)
            if level is not None:
                handles["threshold"] = axes.axhline(level, color=INK, linewidth=0.9, linestyle=(0, (4, 3)))
            axes.set(ylim=(-0.04, 1.06), yticks=[0, 0.5, 1], xlim=(begin, end))
            axes.set_ylabel("score")
            axes.set_title(label(one), fontsize=10.5, pad=4)
            axes.grid(visible=False)
        panels[-1].set_xlabel("minutes since the capture began")
        _names(panels[0], episodes, begin, end)
        return handles

    seen = listed(sorted({text for _, _, text in episodes}))
    alt = (
        f"Scores over time of {listed(list(rows))}, with {len(episodes)} episodes ({seen}) as bands."
        if rows
        else "Scores over time: nothing was measured."
    )
    return draw(name, (_WIDTH, 105 + 88 * max(1, len(rows))), caption, alt, paint)


def _bars(kind: Mapping[str, Any]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """One line that is broken between bars: far smaller than a line for each."""
    times, middle, high = column(kind["times_s"]) / 60, column(kind["middle"]), column(kind["high"])
    gap = np.full(len(times), np.nan)
    return np.stack([times, times, gap], 1).ravel(), np.stack([middle, high, gap], 1).ravel()


def _names(axes: Any, episodes: Sequence[tuple[float, float, str]], begin: float, end: float) -> None:
    """Names of episodes in lanes above the first row; one that finds no room is left to its band."""
    free = [float("-inf")] * _LANES
    per_point = (end - begin) / (_WIDTH - 60)
    top = 0
    for start, _, text in sorted(episodes):
        at, words = start / 60, label(text, 24)
        at = min(at, end - len(words) * _LETTER * per_point)
        for lane, until in enumerate(free):
            if at >= until:
                free[lane] = at + (len(words) * _LETTER + 6) * per_point
                top = max(top, lane)
                axes.annotate(
                    words, (at, 1.0), (0, 18 + 11 * lane), xycoords=("data", "axes fraction"),
                    textcoords="offset points", fontsize=9, color=MUTED, annotation_clip=False,
                )  # fmt: skip
                break
