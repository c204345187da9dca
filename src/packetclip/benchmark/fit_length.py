"""How long our method is fitted, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ["fit_length"]


def fit_length(fit: Mapping[str, Any]) -> str:
    """How long a fit of a task is, where the recipe says so.

    >>> fit_length({"epochs": 3, "episode_packets": 300}), fit_length({})
    ('3 epochs of at most 300 packets an episode', 'as long as the recipe says')
    """
    known = (("epochs", "{:,} epochs"), ("episode_packets", "at most {:,} packets an episode"))
    said = [words.format(fit[name]) for name, words in known if name in fit]
    return " of ".join(said) or "as long as the recipe says"
