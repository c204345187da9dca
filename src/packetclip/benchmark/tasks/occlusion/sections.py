"""What the report says of occlusion."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Final

from packetclip.benchmark import plots
from packetclip.benchmark.fit_length import fit_length
from packetclip.benchmark.plan import Plan
from packetclip.benchmark.pooling import Pooled, pooled
from packetclip.benchmark.report.blocks import Block, Section, Table, Text, slug
from packetclip.benchmark.tasks.occlusion.views import EVERYTHING, VIEWS

__all__ = ["sections"]

OURS: Final = "packetclip"
ABOUT: Final = """
A view of the traffic is taken away, from what is learned and from what is asked alike, and every method is fitted
again: what a figure loses is what the view was worth to it, beside all others. A method that has two views that say
the same loses little with either. Columns become zeros; the pre-trained encoder of our own method is not trained
again, and has never seen whole groups missing; our method is fitted for {fit} here, so its figures differ from those of
the splits above. What hosts, services and names did before was in part read from the
payloads of earlier packets, and stays where only a packet's own payload is taken.
"""

ByMethod = dict[str, list[Mapping[str, Any]]]
"""Figures by view, one a seed, by method."""


def sections(plan: Plan, results: Mapping[str, Mapping[str, Any]]) -> Sequence[Section]:
    """By job, ``split/method/seed``."""
    found: dict[str, ByMethod] = defaultdict(lambda: defaultdict(list))
    for name, views in results.items():
        split, method, _ = name.split("/")
        found[split][method].append(views)
    title, asked = "Occlusion: what each view is worth", plan.recipe.occlusion
    measured = [name for name in asked.splits if found.get(name)]
    missing = [name for name in asked.splits if name not in measured]
    words = ABOUT.strip().format(fit=fit_length(asked.fit))
    if missing:
        words += f"\n\nNot measured: the splits {', '.join(missing)}."
    if not measured:
        return [Section(title, [Text(words)])]
    legend = Table(
        ["view", "what is left to see"], [[n, v.about] for n, v in VIEWS.items()], "The steps of the ladder."
    )
    blocks: list[Block] = [Text(words), legend]
    for split in measured:
        blocks += _ladder(split, found[split], [m for m in asked.methods if found[split].get(m)], asked.methods)
    return [Section(title, blocks)]


def _ladder(split: str, methods: ByMethod, known: Sequence[str], order: Sequence[str]) -> list[Block]:
    absent = [method for method in order if method not in known]
    note = f" Not measured: {', '.join(absent)}." if absent else ""
    seeds = max(len(methods[method]) for method in known)
    rows = []
    for view in VIEWS:
        row = [view]
        for method in known:
            same = "" if _has(methods[method], view) else " ="
            row += [_of(methods[method], view, key).text() + same for key in ("map_benign", "any_auc")]
        rows.append(row)
    table = Table(
        ["view", *(f"{method}, {what}" for method in known for what in ("mAP", "any AUC"))], rows,
        f"Split {split}. mAP: mean average precision over the classes of attack, each against benign packets. Any AUC: "
        "area under the ROC curve of packets of any attack against benign ones. In brackets 95 % over episodes of "
        f"attacks (bootstrap); means over {seeds} seed{'s' if seeds > 1 else ''}. =: the method never looked at what "
        f"is hidden, so its figures are those of everything.{note}",
    )  # fmt: skip
    ladders = {m: {view: _of(methods[m], view, "map_benign").bounds for view in VIEWS} for m in known}
    plot = plots.occlusion_ladder(
        f"occlusion-{slug(split)}", ladders,
        f"Split {split}: mAP of methods that no longer see a part of the traffic, neither in training nor in test; "
        "lines are 95 % intervals over episodes.",
        figure="mAP", chance=None, order=order, ours=OURS,
    )  # fmt: skip
    return [table, plot]


def _has(seeds: Sequence[Mapping[str, Any]], view: str) -> bool:
    return any(view in own for own in seeds)


def _of(seeds: Sequence[Mapping[str, Any]], view: str, name: str) -> Pooled:
    """A view that hides nothing from a method gives what everything does."""
    taken = view if _has(seeds, view) else EVERYTHING
    return pooled([own[taken] for own in seeds if taken in own], name)
