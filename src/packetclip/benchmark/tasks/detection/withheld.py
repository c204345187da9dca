"""What the report says of splits that withhold attacks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from packetclip.benchmark.plan import SplitEntry
from packetclip.benchmark.pooling import pooled
from packetclip.benchmark.report.blocks import Section, Table, Text
from packetclip.benchmark.tasks.detection.tables import ByMethod

__all__ = ["withheld"]

ABOUT: Final = """
The attacks named in a row were taken out of training and tuning, and then asked about: attacks of which nobody has seen
a packet. What is left of a method is how well it tells any attack from benign life.

It is not the same question to all. Our method and the rules keep what was once written by hand about the withheld
attack, its mission or its line, which is knowledge and not data; methods that only learn keep nothing. Ours without
logic stands between them: it keeps the texts of the mission's concepts and the facts that would show them, with nothing
that says how to read them together.
"""


def withheld(entry: SplitEntry, folds: Mapping[str, ByMethod], order: Sequence[str]) -> Section:
    """A row for each fold, and their mean."""
    known = [method for method in order if any(methods.get(method) for methods in folds.values())]
    rows = []
    for fold, methods in folds.items():
        rows.append([fold, *(pooled(methods.get(m, []), "any_auc").text() for m in known)])
    means = [pooled([f for methods in folds.values() for f in methods.get(m, [])], "any_auc") for m in known]
    rows.append(["mean", *(mean.plain() for mean in means)])
    table = Table(
        ["withheld", *known], rows,
        "Area under the ROC curve of the withheld attacks' packets against benign ones, by the score of any attack; "
        "0.5 is chance. In brackets 95 % over episodes.",
    )  # fmt: skip
    return Section(f"Split {entry.name}", [Text(ABOUT), table])
