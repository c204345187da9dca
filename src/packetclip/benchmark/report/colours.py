"""Colours of pages and plots, each with its counterpart on dark paper.

Series are told apart by people who see few hues: they differ in lightness as much as in hue (after Okabe and Ito
2008, darkened where the original is too pale for lines on white). Plots are drawn in the light colours; a style sheet
exchanges them where the reader asked for dark, so one picture serves both.
"""

from __future__ import annotations

from typing import Final

__all__ = ["DARK", "GRID", "INK", "MUTED", "PAPER", "SERIES", "dark_rules"]

INK: Final = "#24292f"
MUTED: Final = "#656d76"
GRID: Final = "#dfe3e8"
PAPER: Final = "#ffffff"
SERIES: Final = ("#0072b2", "#d55e00", "#009e73", "#a8488c", "#c68a00", "#46a6dc", "#6f6f74", "#7d4a1e")
"""Blue, vermilion, green, purple, amber, sky, grey, brown."""

DARK: Final = {
    INK: "#e4e8ee",
    MUTED: "#9ba5b1",
    GRID: "#353c46",
    PAPER: "#15181d",
    **dict(
        zip(
            SERIES,
            ("#4d9fe6", "#f2813f", "#2bc294", "#d685bd", "#e6b23c", "#97d3fb", "#aab0b8", "#c3966a"),
            strict=True,
        )
    ),
}
"""What stands for a light colour on dark paper."""


def dark_rules(within: str = "svg") -> str:
    """Rules of a style sheet that exchange the colours of a plot; ``within`` selects the plots."""
    return "".join(
        f'{within} [{what}="{light}"]{{{what}:{dark}}}' for light, dark in DARK.items() for what in ("fill", "stroke")
    )
