"""What all plots share: the paper, the pens, the words, and the way from matplotlib to the report."""

from __future__ import annotations

import io
import math
import warnings
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from packetclip.benchmark.plots.svg import tidy
from packetclip.benchmark.report.blocks import Plot
from packetclip.benchmark.report.colours import GRID, INK, MUTED, SERIES
from packetclip.detection import escaped
from packetclip.errors import MissingExtra

__all__ = ["Handles", "Pen", "draw", "empty", "label", "listed", "pens", "plain", "powers"]

_INCH: Final = 72.0
_LETTER: Final = 6.2
_LINE: Final = 15.5
"""Of the key, in points."""
_SUPERSCRIPTS: Final = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_SETTINGS: Final = {
    "axes.axisbelow": True,
    "axes.edgecolor": MUTED,
    "axes.grid": True,
    "axes.labelcolor": INK,
    "axes.labelsize": 11,
    "axes.linewidth": 0.8,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlecolor": INK,
    "axes.titlelocation": "left",
    "axes.titlesize": 11.5,
    "axes.titleweight": "bold",
    "font.family": "DejaVu Sans",
    "font.size": 11,
    "grid.color": GRID,
    "grid.linewidth": 0.8,
    "legend.fontsize": 10.5,
    "legend.frameon": False,
    "legend.handlelength": 2.2,
    "legend.labelcolor": INK,
    "lines.linewidth": 1.6,
    "path.simplify_threshold": 0.3,
    "savefig.facecolor": "none",
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "svg.fonttype": "none",  # text as text: small, sharp, found by search, in the reader's own font
    "svg.hashsalt": "packetclip",
    "svg.image_inline": True,
    "text.color": INK,
    "text.parse_math": False,  # a name with dollars is a name
    "xtick.color": MUTED,
    "xtick.labelcolor": INK,
    "xtick.labelsize": 10.5,
    "ytick.color": MUTED,
    "ytick.labelcolor": INK,
    "ytick.labelsize": 10.5,
}
_DASHES: Final = ("solid", (0, (5, 2)), (0, (1.5, 1.5)), (0, (6, 2, 1.5, 2)))
_MARKERS: Final = ("o", "s", "^", "D", "v", "P", "X", "p")


Handles = dict[str, Any]
"""What stands in the key: text -> what was drawn."""


@dataclass(frozen=True, slots=True)
class Pen:
    """How one series is drawn; no two of the first 32 are alike."""

    colour: str
    dash: Any
    marker: str
    width: float
    above: float
    """matplotlib's zorder."""


def pens(names: Iterable[str], order: Sequence[str] = (), ours: str | None = None) -> dict[str, Pen]:
    """A pen for each name; those in ``order`` come first, whether they are drawn or not."""
    out = {}
    for i, name in enumerate(dict.fromkeys([*order, *names])):
        turn = i // len(SERIES)
        out[name] = Pen(
            SERIES[i % len(SERIES)],
            _DASHES[turn % len(_DASHES)],
            _MARKERS[(i + turn) % len(_MARKERS)],
            2.8 if name == ours else 1.6,
            4.0 if name == ours else 3.0,
        )
    return out


def label(name: str, longest: int = 34) -> str:
    """A name as it may be drawn: unseen characters shown, cut where it would push the plot aside.

    >>> label("_a\\x07" + "b" * 40, 12)
    '\\u2009_a\\\\u0007bbb…'
    """
    text = escaped(" ".join(name.split()))
    text = text if len(text) <= longest else f"{text[: longest - 1]}…"
    return f"\N{THIN SPACE}{text}" if text.startswith("_") else text  # matplotlib hides names that begin with a dash


def plain(value: float, digits: int = 3) -> str:
    """A figure for a key or an alternative text; a dash for none."""
    return "–" if value != value else f"{value:.{digits}f}"


def listed(parts: Sequence[str], most: int = 8) -> str:
    """Some of many, for alternative texts."""
    more = f"; and {len(parts) - most} more" if len(parts) > most else ""
    return "; ".join(parts[:most]) + more


def powers(axis: Any) -> None:
    """Ticks of a logarithmic axis at tens, as 10⁻³; matplotlib's own are formulas."""
    from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

    axis.set_major_locator(LogLocator(10))
    axis.set_major_formatter(FuncFormatter(lambda value, _: _power(value)))
    axis.set_minor_formatter(NullFormatter())


def _power(value: float) -> str:
    exponent = round(math.log10(value)) if value > 0 else 0
    return f"{value:g}" if 0 <= exponent < 2 else f"10{str(exponent).translate(_SUPERSCRIPTS)}"


def empty(axes: Any) -> Handles:
    """Axes that say that there is nothing to show, and need no key."""
    axes.set_axis_off()
    axes.text(0.5, 0.5, "nothing was measured", transform=axes.transAxes, ha="center", va="center", color=MUTED)
    return {}


def draw(
    name: str, size: tuple[float, float], caption: str, alt: str, paint: Callable[[Any], Handles], key: str = ""
) -> Plot:
    """A plot of ``size`` (width, height) in points, which are pixels of a page; ``paint`` gets matplotlib's Figure.

    The key of what ``paint`` returns comes underneath and adds to the height: beside, it would be out of sight on a
    phone. ``key`` is its heading. Raises MissingExtra without matplotlib.
    """
    try:
        from matplotlib import rc_context, rcdefaults, rcParams
        from matplotlib.backends.backend_svg import FigureCanvasSVG
        from matplotlib.figure import Figure
    except ImportError:
        raise MissingExtra("plots", "benchmark") from None
    with rc_context(), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing")  # the reader's fonts have it, or a box will do
        rcdefaults()  # one picture, whatever the user's own settings are
        rcParams.update(_SETTINGS)
        figure = Figure((size[0] / _INCH, size[1] / _INCH), layout="constrained")
        FigureCanvasSVG(figure)
        if handles := paint(figure):
            longest = max(map(len, handles))
            columns = max(1, min(len(handles), int(size[0] / (_LETTER * longest + 44))))
            lines = math.ceil(len(handles) / columns)
            columns = math.ceil(len(handles) / lines)
            figure.set_size_inches(size[0] / _INCH, (size[1] + _LINE * (lines + bool(key)) + 8) / _INCH)
            figure.legend(
                list(handles.values()), list(handles), title=key or None, loc="outside lower center", ncols=columns,
                columnspacing=1.4, labelspacing=0.4, title_fontproperties={"size": 10.5, "weight": "bold"},
            )  # fmt: skip
        out = io.StringIO()
        figure.savefig(out, format="svg", metadata={"Date": None}, dpi=_INCH * 1.7)
    return Plot(name, tidy(out.getvalue(), name, escaped(alt)), caption, alt)
