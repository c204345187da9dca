"""Baselines: what the same context fields give without language, graphs or memory.

Each is one file with one class that is a ``Method``; :data:`BASELINES` names them in the order of the tables. Their
settings were chosen on the tuning captures (a4, c4), like ours.

None of them is part of the product: scikit-learn and LightGBM are imported when one of them is made, and come with the
extra ``[benchmark]``.
"""

from collections.abc import Callable
from typing import Final

from packetclip.benchmark.baselines.extra_trees import ExtraTrees
from packetclip.benchmark.baselines.keyword_rules import KeywordRules
from packetclip.benchmark.baselines.light_gbm import LightGbm
from packetclip.benchmark.method import Method

BASELINES: Final[dict[str, Callable[..., Method]]] = {
    "extra trees": ExtraTrees,
    "LightGBM": LightGbm,
    "keyword rules": KeywordRules,
}
"""By the name in tables; made with ``classes``, ``seed`` and ``threads``."""

__all__ = ["BASELINES", "ExtraTrees", "KeywordRules", "LightGbm"]
