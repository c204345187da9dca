"""What the report says of scarcity."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Final

from packetclip.benchmark import plots
from packetclip.benchmark.fit_length import fit_length
from packetclip.benchmark.plan import Plan
from packetclip.benchmark.plots.figures import bounds
from packetclip.benchmark.pooling import Pooled, pooled
from packetclip.benchmark.report.blocks import Block, Section, Table, Text, slug

__all__ = ["sections"]

OURS: Final = "packetclip"
ABOUT: Final = """
Every method learns from a share of the training side: of each class of attack a share of its episodes, of each capture
a share of its benign minutes, of ordinary life a share of its captures; always at least one of each. So the smallest
shares hold one episode of each attack, and differ in how much benign life there is beside it. Each seed draws other
episodes; within a seed a larger share holds what a smaller one did. What needs no labels is not made scarce: our
method's encoder was pre-trained on all training captures, without labels, and its missions were written by hand. Our
method is fitted for {fit} here, once a share, so what it reaches with all episodes differs from the splits above.
"""

ByMethod = dict[str, list[Mapping[str, Any]]]
"""Figures by share, one a seed, by method."""


def sections(plan: Plan, results: Mapping[str, Mapping[str, Any]]) -> Sequence[Section]:
    """By job, ``split/method/seed``."""
    found: dict[str, ByMethod] = defaultdict(lambda: defaultdict(list))
    for name, shares in results.items():
        split, method, _ = name.split("/")
        found[split][method].append(shares)
    title, asked = "Scarcity: few episodes to learn from", plan.recipe.scarcity
    measured = [name for name in asked.splits if found.get(name)]
    missing = [name for name in asked.splits if name not in measured]
    words = ABOUT.strip().format(fit=fit_length(asked.fit))
    if missing:
        words += f"\n\nNot measured: the splits {', '.join(missing)}."
    blocks: list[Block] = [Text(words)]
    for split in measured:
        blocks += _split(split, found[split], asked.methods)
    return [Section(title, blocks)]


def _split(split: str, methods: ByMethod, order: Sequence[str]) -> list[Block]:
    known = [method for method in order if methods.get(method)]
    shares = list(dict.fromkeys(share for method in known for own in methods[method] for share in own))
    absent = [method for method in order if method not in known]
    note = f" Not measured: {', '.join(absent)}." if absent else ""
    seeds = max(len(methods[method]) for method in known)
    blocks: list[Block] = []
    for key, what, meaning in (
        ("mean_auc", "mean AUC", "area under the ROC curve of each class of attack against benign packets"),
        ("map_benign", "mAP", "average precision of each class of attack against benign packets"),
    ):
        curves = {m: _curve(methods[m], shares, key) for m in known}
        rows = [
            [_named(share, methods[known[0]]), *(_at(methods[m], share, key).text() for m in known)] for share in shares
        ]
        blocks += [
            plots.scarcity_curves(
                f"scarcity-{slug(split)}-{slug(what)}", curves,
                f"Split {split}: {what} against the share of the training episodes that is learned from (logarithmic); "
                f"means over {seeds} seeds, each of other episodes, bands are 95 % over the episodes asked about.",
                figure=what, order=order, ours=OURS,
            ),
            Table(
                [f"{what}, learned from", *known], rows,
                f"Split {split}: {meaning}, mean over the classes and over {seeds} seeds; in brackets 95 % over the "
                f"episodes asked about (bootstrap).{note}",
            ),
        ]  # fmt: skip
    return blocks


def _named(share: str, seeds: Sequence[Mapping[str, Any]]) -> str:
    own = next((figures[share] for figures in seeds if share in figures), None)
    percent = f"{100 * float(share):g} %"
    return percent if own is None else f"{percent}: {own['known']} of {own['all']} episodes, {own['learned']:,} packets"


def _at(seeds: Sequence[Mapping[str, Any]], share: str, name: str) -> Pooled:
    return pooled([own[share] for own in seeds if share in own], name)


def _curve(
    seeds: Sequence[Mapping[str, Any]], shares: Sequence[str], name: str
) -> tuple[list[float], list[float], list[float], list[float]]:
    at = [bounds(_at(seeds, share, name).bounds) for share in shares]
    return [float(share) for share in shares], [a[0] for a in at], [a[1] for a in at], [a[2] for a in at]
