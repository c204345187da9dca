"""What the report says of novelty."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Final

from packetclip.benchmark import plots
from packetclip.benchmark.baselines import BASELINES
from packetclip.benchmark.plan import NoveltyEntry, Plan
from packetclip.benchmark.pooling import pooled
from packetclip.benchmark.report.blocks import Block, Section, Table, Text, slug

__all__ = ["sections"]

ABOUT: Final = """
No label is learned from: a method sees packets of a network, takes them for its normal, and says of later packets how
strange they are. Strange is not bad, and what a network does all the time is normal for it, also where it is an attack:
in these captures attacks are about half of the packets, far more than in life. The more of them is learned from, the
less they can stand out.

What was given beside is not the same for all. The encoder of `packetclip novelty` was pre-trained, without labels, on
the training captures of networks A and C, attacks and all; `packetclip facts` and what is named calm go by a catalogue
of facts that was written by people who had attacks in mind, though no fact names one. The others see the captures of
the column and nothing else.
"""
OURS: Final = "packetclip novelty"

ByMethod = dict[str, list[Mapping[str, Any]]]
"""Figures of one question, one a seed, by method."""


def sections(plan: Plan, results: Mapping[str, Mapping[str, Any]]) -> Sequence[Section]:
    """By job, ``question/method/seed``."""
    found: dict[str, ByMethod] = defaultdict(lambda: defaultdict(list))
    for name, figures in results.items():
        question, method, _ = name.split("/")
        found[question][method].append(figures)
    asked = [entry for entry in plan.recipe.novelty if found.get(entry.name)]
    missing = [entry.name for entry in plan.recipe.novelty if entry not in asked]
    words = ABOUT.strip() + (f"\n\nNot measured: {', '.join(missing)}." if missing else "")
    if not asked:
        return [Section("Novelty: attacks without labels", [Text(words or "Nothing was measured.")])]
    order = [name for name in (*BASELINES, *_beside(asked)) if any(found[entry.name].get(name) for entry in asked)]
    order = list(dict.fromkeys(order))
    bars = {m: {e.name: pooled(found[e.name].get(m, []), "any_auc").bounds for e in asked} for m in order}
    caption = (
        "Area under the ROC curve of packets of any attack against benign ones, by what was learned from; marks are "
        "means over seeds, lines 95 % intervals over episodes of attacks (bootstrap). 0.5 is chance."
    )
    blocks: list[Block] = [Text(words), _summary(asked, found, order)]
    blocks.append(plots.figure_bars("novelty-auc", bars, caption, figure="AUC of any attack"))
    return [
        Section("Novelty: attacks without labels", blocks),
        *(_question(entry, found[entry.name], order) for entry in asked),
    ]


def _beside(asked: Sequence[NoveltyEntry]) -> list[str]:
    return [name for entry in asked for name in entry.beside]


def _summary(asked: Sequence[NoveltyEntry], found: Mapping[str, ByMethod], order: Sequence[str]) -> Table:
    rows = [[_called(m), *(pooled(found[e.name].get(m, []), "any_auc").plain() for e in asked)] for m in order]
    caption = (
        "AUC of any attack, mean over seeds. Each column learns from other packets, said below; methods that were "
        "given the labels of these packets, or were written with attacks in mind, stand there for comparison."
    )
    return Table(["AUC of any attack", *(entry.name for entry in asked)], rows, caption)


def _question(entry: NoveltyEntry, methods: ByMethod, order: Sequence[str]) -> Section:
    known = [method for method in order if methods.get(method)]
    name = f"novelty-{slug(entry.name)}"
    curves = {m: (c["false_positive_rate"], c["true_positive_rate"]) for m in known if (c := methods[m][0]["curve"])}
    return Section(
        f"Novelty, {entry.name}",
        [
            Text(_about(entry, next(own for own in methods.values() if own)[0])),
            _figures(methods, known),
            plots.roc_curves(
                f"{name}-roc", curves,
                "Packets of any attack against benign ones, seed 0: the share of attack packets found (up) for each "
                "share of benign packets called strange (right, logarithmic).",
                areas={m: pooled(methods[m], "any_auc").mean for m in known}, order=order, ours=OURS,
            ),
            _classes(methods, known),
        ],
    )  # fmt: skip


def _about(entry: NoveltyEntry, one: Mapping[str, Any]) -> str:
    what = f"{entry.about} " if entry.about else ""
    which = f"the first {entry.seconds:g} seconds of " if entry.seconds else ""
    rest = "the rest of these, and " if entry.seconds else ""
    asked = f"{rest}{', '.join(entry.ask)}" if entry.ask else "the rest of these"
    return (
        f"{what}Learned from {which}{', '.join(entry.learn)}: {one['known']:,} packets, "
        f"{100 * one['known_attacks']:.0f} % of them of attacks, which no method without labels was told. "
        f"Asked about {asked}: {one['packets']:,} packets of {one['episodes']} episodes of attacks, "
        f"{one['benign']:,} benign ones."
    )


def _figures(methods: ByMethod, known: Sequence[str]) -> Table:
    rows = []
    for method in known:
        own = methods[method]
        rows.append(
            [
                _called(method),
                pooled(own, "any_auc").text(),
                pooled(own, "any_recall@0.001").text(),
                pooled(own, "any_recall@0.01").text(),
                pooled(own, "mean_auc").text(),
                f"{pooled(own, 'fit_s').mean or 0.0:,.0f}",
                f"{pooled(own, 'packets_s').mean or 0.0:,.0f}",
                str(len(own)),
            ]
        )
    head = ["any AUC", "recall at 1e-3", "recall at 1e-2", "mean over classes", "fit, s", "packets/s", "seeds"]
    return Table(
        ["method", *head], rows,
        "Means over seeds, in brackets 95 % over episodes (bootstrap). Any AUC: packets of any attack against benign "
        "ones; a long flood weighs as many packets as it has. Recall: share of attack packets found while one benign "
        "packet in 1,000 or 100 is called strange. Mean over classes: of the AUC of each class of attack against "
        "benign packets, by the same score, so that each class weighs the same. Seconds to fit and packets a second "
        "are of one core.",
    )  # fmt: skip


def _classes(methods: ByMethod, known: Sequence[str]) -> Table:
    one = methods[known[0]][0]["classes"]
    rows = []
    for label, about in one.items():
        own = [[seed["classes"][label] for seed in methods[m] if label in seed["classes"]] for m in known]
        rows.append(
            [label, f"{about['packets']:,}", str(about["episodes"]), *(pooled(each, "auc").plain() for each in own)]
        )
    caption = (
        "AUC of each class of attack against benign packets, by the one score of each method; mean over seeds. Below "
        "0.5, packets of the attack look more usual than benign ones do."
    )
    return Table(["class", "packets", "episodes", *map(_called, known)], rows, caption)


def _called(method: str) -> str:
    free = method in BASELINES and not BASELINES[method].labels
    if free:
        return method
    return f"{method} (knows attacks)"
