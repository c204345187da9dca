"""The few figures that a table of many fits needs, of a method that has learned."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from packetclip.benchmark.fitted import answers
from packetclip.benchmark.fold import Fold
from packetclip.benchmark.method import Method
from packetclip.benchmark.metrics import HEADLINE, figures

__all__ = ["brief", "headline"]


def headline(method: Method, fold: Fold, seed: int) -> dict[str, Any]:
    """What JSON can hold: :data:`metrics.HEADLINE`, their intervals, AUC and precision of each class, counts."""
    return brief(figures(answers(method, fold.test), fold.test, fold.classes, fold.asked, seed=seed))


def brief(found: Mapping[str, Any]) -> dict[str, Any]:
    """Of all figures, the few that ``headline`` gives."""
    return {
        **{name: found[name] for name in (*HEADLINE, "packets", "benign", "episodes")},
        "intervals": {name: found["intervals"][name] for name in HEADLINE},
        "classes": {
            label: {name: about[name] for name in ("auc", "ap_benign", "packets", "episodes")}
            for label, about in found["classes"].items()
        },
    }
