"""Baselines: what the same context fields give without language, graphs or memory.

Each is one file with one class that is a :class:`Baseline`; :data:`BASELINES` names them in the order of the tables.
Their settings were chosen on the tuning captures (a4, c4), like ours.

None of them is part of the product: scikit-learn and LightGBM are imported when one of them is made, and come with the
extra ``[benchmark]``.
"""

from collections.abc import Callable
from typing import Final

from packetclip.benchmark.baselines.baseline import Baseline
from packetclip.benchmark.baselines.extra_trees import ExtraTrees
from packetclip.benchmark.baselines.keyword_rules import KeywordRules
from packetclip.benchmark.baselines.light_gbm import LightGbm

BASELINES: Final[dict[str, Callable[..., Baseline]]] = {
    "extra trees": ExtraTrees,
    "LightGBM": LightGbm,
    "keyword rules": KeywordRules,
}
"""By the name in tables; those that learn take ``seed`` and ``threads``."""

__all__ = ["BASELINES", "Baseline", "ExtraTrees", "KeywordRules", "LightGbm"]
