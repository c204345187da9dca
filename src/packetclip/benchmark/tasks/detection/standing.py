"""Where our method stands against each of the others: what it wins, what it loses, and what nobody can tell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from packetclip.benchmark.pooling import Pooled, gained
from packetclip.benchmark.report.blocks import Block, Section, Table, Text
from packetclip.benchmark.tasks.detection.tables import ByMethod

__all__ = ["standing"]

FIGURES: Final = {
    "map_benign": "mAP",
    "mean_auc": "mean AUC",
    "any_auc": "AUC of any attack",
    "any_recall@0.001": "recall at 1e-3",
}
ABOUT: Final = """
Our method less each other one, on the same packets. Brackets are 95 % of the differences over episodes (bootstrap: a
resample holds the same episodes for both methods). A star marks a difference that they agree on: ours is better where
it is positive, worse where it is negative; without a star these captures do not tell who is better. A star speaks of
other episodes of these networks, not of other networks; of a class with two or three episodes it knows little; and of
many stars, one in twenty is chance.
"""


def standing(whole: Mapping[str, ByMethod], order: Sequence[str], ours: str) -> Section | None:
    """By split; None where our method or all others are missing."""
    splits = [split for split in whole if whole[split].get(ours)]
    others = [method for method in order if method != ours and any(whole[split].get(method) for split in splits)]
    if not others:
        return None
    found = {
        key: {m: {s: gained(whole[s][ours], whole[s].get(m, []), key) for s in splits} for m in others}
        for key in FIGURES
    }
    blocks: list[Block] = [Text(ABOUT + "\n\n" + "\n\n".join(_told(found["map_benign"], split) for split in splits))]
    for key, what in FIGURES.items():
        digits = 4 if key.endswith("auc") else 3
        rows = [[method, *(_cell(found[key][method][split], digits) for split in splits)] for method in others]
        blocks.append(
            Table(
                [f"ours less this one, {what}", *splits], rows,
                f"{what}: ours less the method of the row, mean over the seeds that both have. Positive: ours is "
                "better. Starred: 95 % of the differences over episodes lie on one side of 0.",
            )
        )  # fmt: skip
    return Section("Where ours wins and where it loses", blocks)


def _told(differences: Mapping[str, Mapping[str, Pooled]], split: str) -> str:
    known = {method: own[split] for method, own in differences.items() if own[split].mean is not None}
    better = [method for method, own in known.items() if _side(own) > 0]
    worse = [method for method, own in known.items() if _side(own) < 0]
    open_ = [method for method in known if method not in better and method not in worse]
    said = [f"{what} {', '.join(named)}" for what, named in (("better than", better), ("worse than", worse)) if named]
    said += [f"not to be told from {', '.join(open_)}"] if open_ else []
    return f"Split {split}, by mAP: ours is {'; '.join(said)}." if said else f"Split {split}: nothing to compare."


def _side(difference: Pooled) -> int:
    """1 where ours is better for sure, -1 where worse, 0 where nobody can tell."""
    if difference.low is None or difference.high is None:
        return 0
    return int(difference.low > 0) - int(difference.high < 0)


def _cell(difference: Pooled, digits: int) -> str:
    if difference.mean is None:
        return "–"
    mean, low, high = (
        "" if value is None else f"{value:+.{digits}f}" for value in (difference.mean, difference.low, difference.high)
    )
    if not low or not high:
        return mean
    return f"{mean} ({low} to {high})" + (" *" if _side(difference) else "")
