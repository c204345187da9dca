"""What the report says of detection."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Final

from packetclip.benchmark import plots
from packetclip.benchmark.plan import Plan, SplitEntry
from packetclip.benchmark.pooling import Pooled, pooled
from packetclip.benchmark.report.blocks import Block, Section, Table, Text, slug
from packetclip.benchmark.tasks.detection.standing import standing

__all__ = ["sections"]

OURS: Final = "packetclip"
ASKED_AN_HOUR: Final = (0.1, 10.0)
"""False stories, of one class, that thresholds may make on the tuning side."""
ET_BERT: Final = ("ET-BERT, as published", "131.5 M", "all in fine-tuning", "22 G", "not measured")
"""Parameters and operations a packet at 128 tokens, from the PacketCLIP paper (arXiv 2503.03747, table 2)."""

Figures = Mapping[str, Any]
ByMethod = dict[str, list[Figures]]
"""Figures of one fold, one a seed, by method in the order of the recipe."""


def sections(plan: Plan, results: Mapping[str, Mapping[str, Any]]) -> Sequence[Section]:
    """By job, ``split/method/seed``."""
    found: dict[str, dict[str, ByMethod]] = defaultdict(lambda: defaultdict(lambda: defaultdict(list)))
    for name, folds in results.items():
        split, method, _ = name.split("/")
        for fold, figures in folds.items():
            found[split][fold][method].append(figures)
    whole = {e.name: found[e.name]["all"] for e in plan.recipe.splits if "all" in found.get(e.name, {})}
    parted = {e.name: found[e.name] for e in plan.recipe.splits if e.name in found and "all" not in found[e.name]}
    order = list(plan.recipe.methods)
    if not whole and not parted:
        return [Section("Detection", [Text("Nothing was measured.")])]
    made = [_summary(whole, order)] if whole else []
    if told := standing(whole, order, OURS):
        made.append(told)
    made += [_split(plan.split(name), methods, order) for name, methods in whole.items()]
    made += [_withheld(plan.split(name), folds, order) for name, folds in parted.items()]
    return [*made, *([_cost(whole, order)] if whole else [])]


def _summary(whole: Mapping[str, ByMethod], order: Sequence[str]) -> Section:
    blocks: list[Block] = []
    for key, what in (("map_benign", "mAP"), ("mean_auc", "mean AUC"), ("any_auc", "AUC of any attack")):
        rows = []
        for method in order:
            own = [pooled(whole[split].get(method, []), key) for split in whole]
            rows.append([method, *(_plain(figure) for figure in own)])
        caption = {
            "mAP": "Mean average precision over the classes of attack, each against benign packets; mean over seeds.",
            "mean AUC": "Mean area under the ROC curve over the classes of attack, each against benign packets.",
            "AUC of any attack": "Area under the ROC curve of packets of any attack against benign ones.",
        }[what]
        blocks.append(Table([f"{what}, by split", *whole], rows, caption))
    bars = {m: {split: pooled(whole[split].get(m, []), "map_benign").bounds for split in whole} for m in order}
    blocks.append(
        plots.figure_bars(
            "detection-map", bars,
            "mAP by method and split, with 95 % intervals over episodes (bootstrap): packets of one attack are not "
            "independent, so few episodes make wide intervals.",
            figure="mAP",
        )
    )  # fmt: skip
    return Section("Detection, in short", blocks)


def _split(entry: SplitEntry, methods: ByMethod, order: Sequence[str]) -> Section:
    known = [method for method in order if methods.get(method)]
    one = methods[known[0]][0]
    blocks: list[Block] = [Text(_about(entry, one)), _figures(methods, known), _flows(methods, known)]
    blocks.append(_stories(methods, known))
    name = slug(entry.name)
    curves = {m: methods[m][0]["curves"]["any"] for m in known}
    blocks.append(
        plots.roc_curves(
            f"{name}-roc",
            {m: (c["roc"]["false_positive_rate"], c["roc"]["true_positive_rate"]) for m, c in curves.items()},
            "Packets of any attack against benign ones, seed 0: the share of attack packets found (up) for each share "
            "of benign packets taken for an attack (right, logarithmic).",
            areas={m: pooled(methods[m], "any_auc").mean for m in known}, order=order, ours=OURS,
        )
    )  # fmt: skip
    blocks.append(
        plots.precision_recall_curves(
            f"{name}-pr",
            {m: (own["precision_recall"]["recall"], own["precision_recall"]["precision"]) for m, own in curves.items()},
            "The same packets, seed 0: the share of packets called an attack that are one, for each share found.",
            areas={m: pooled(methods[m], "any_ap").mean for m in known}, order=order, ours=OURS,
        )
    )  # fmt: skip
    blocks.append(_classes(methods, known))
    if OURS in known:
        confusion = methods[OURS][0]["confusion"]
        blocks.append(
            plots.confusion_matrix(
                f"{name}-confusion", confusion["counts"], confusion["classes"],
                "What our method took packets for, seed 0: rows are the truth, shares of each row.",
            )
        )  # fmt: skip
    blocks += _timelines(name, methods, known)
    blocks.append(
        plots.reliability_curves(
            f"{name}-reliability",
            {m: (own["said"], own["was"]) for m in known if (own := methods[m][0]["calibrated"]["reliability"]["any"])},
            "Whether probabilities of any attack are what they say, after the same calibration (Platt, fitted on the "
            "tuning captures) of every method, seed 0: on the diagonal they are.",
            errors={m: methods[m][0]["calibrated"]["any_ece"] for m in known}, order=order, ours=OURS,
        )
    )  # fmt: skip
    blocks += _surrogates(methods, known)
    title = f"Split {entry.name}" + (", which leaks" if entry.leaky else "")
    return Section(title, blocks)


def _about(entry: SplitEntry, one: Figures) -> str:
    sides = one["sides"]
    what = {
        "captures": "Whole captures on each side.",
        "packet": "Packets of the same captures at random on all sides. It leaks: neighbours in one flow are alike.",
        "flow": "Flows of the same captures at random on all sides. It leaks: flows of one attack are alike.",
        "time": "Of the same captures the first part is learned from, the last is asked about.",
        "device": "Hosts of the test side are hosts that nobody learned from.",
    }.get(entry.kind, "")
    where = f" Learned from {', '.join(entry.train)}" + (f", tuned on {', '.join(entry.tune)}" if entry.tune else "")
    where += (f", asked about {', '.join(entry.test)}" if entry.test else "") + "."
    size = (
        f" {sides['train']:,} packets to learn from (drawn), {sides['test']:,} asked about, {one['episodes']} episodes."
    )
    return what + where + size


def _figures(methods: ByMethod, known: Sequence[str]) -> Table:
    rows = []
    for method in known:
        own, scaled = methods[method], [figures.get("calibrated", {}) for figures in methods[method]]
        rows.append(
            [
                method,
                pooled(own, "map_benign").text(),
                pooled(own, "map_rest").text(),
                pooled(own, "mean_auc").text(4),
                pooled(own, "any_auc").text(4),
                pooled(own, "any_recall@0.001").text(),
                pooled(own, "any_recall@0.0001").text(),
                _plain(pooled(scaled, "any_ece"), 4),
                str(len(own)),
            ]
        )
    head = ["method", "mAP", "mAP, rest", "mean AUC", "any AUC", "recall at 1e-3", "recall at 1e-4", "ECE", "seeds"]
    return Table(
        head, rows,
        "Means over seeds, in brackets 95 % over episodes (bootstrap). mAP: each class against benign; rest: against "
        "all other packets. Recall: share of attack packets found while one benign packet in 1,000 or 10,000 is taken "
        "for an attack. ECE: expected calibration error of any attack, after the same calibration for all.",
    )  # fmt: skip


def _flows(methods: ByMethod, known: Sequence[str]) -> Table:
    rows = []
    for method in known:
        own = [figures["flows"] for figures in methods[method]]
        names = (("map_benign", 3), ("mean_auc", 4), ("any_auc", 4), ("any_recall@0.001", 3))
        rows.append([method, *(pooled(own, name).text(digits) for name, digits in names)])
    one = methods[known[0]][0]["flows"]
    return Table(
        ["method, by flow", "mAP", "mean AUC", "any AUC", "recall at 1e-3"], rows,
        f"The same of flows, {one['packets']:,} of attacks and {one['benign']:,} benign ones: a flow's score is the "
        "mean over its packets, its class that of most of its attack packets. A flood is one packet a flow here where "
        "its sources are forged, while a long transfer counts as much as a single query.",
    )  # fmt: skip


def _stories(methods: ByMethod, known: Sequence[str]) -> Table:
    rows = []
    for method in known:
        at: dict[float, list[Figures]] = {wish["wished"]: [] for wish in methods[method][0]["stories"]["at"]}
        for figures in methods[method]:
            for wish in figures["stories"]["at"]:
                at[wish["wished"]].append(wish)
        row = [method]
        for wished in ASKED_AN_HOUR:
            own = [{**wish, "intervals": {"recall": wish["interval"]}} for wish in at.get(wished, [])]
            row += [pooled(own, "recall").text(2), _plain(pooled(own, "false_stories"), 0)]
        last = at.get(ASKED_AN_HOUR[0], [])
        rows.append([*row, _plain(pooled(last, "median_delay_s"), 1)])
    head = ["method"]
    for wished in ASKED_AN_HOUR:
        head += [f"episodes told, {wished:g} an hour", "false"]
    one = methods[known[0]][0]["stories"]
    return Table(
        [*head, "delay, s"], rows,
        f"Episodes that become a story of their own name ({one['rule']['packets']} packets of one originator, or one "
        f"target of a flood, above a threshold, no more than {one['rule']['gap_s']:g} s apart), with thresholds that "
        "make at most so many false stories an hour and class on the tuning side, and how many false stories came of "
        f"it in {one['hours']['test']:.1f} hours of the test side, all classes together. Delay: median time from an "
        f"episode's first packet to the fifth of its story, at {ASKED_AN_HOUR[0]:g} an hour. Of {one['episodes']} "
        "episodes; in brackets 95 % over episodes.",
    )  # fmt: skip


def _timelines(name: str, methods: ByMethod, known: Sequence[str]) -> list[Block]:
    captures = methods[known[0]][0].get("timelines") or {}
    if not captures:
        return []
    capture, about = next(iter(captures.items()))
    rows = {m: own["strips"] for m in known if (own := (methods[m][0].get("timelines") or {}).get(capture))}
    episodes = [(begin, end, label) for begin, end, label in about["episodes"]]
    return [
        plots.score_timeline(
            f"{name}-timeline", rows, episodes,
            f"Capture {capture}: the score of any attack over time, seed 0. Bands are episodes; dark: the median and "
            "the highest score of attack packets in each stretch of time, pale: of benign ones.",
        )
    ]  # fmt: skip


def _surrogates(methods: ByMethod, known: Sequence[str]) -> list[Block]:
    rows = []
    for method in known:
        if not (own := methods[method][0].get("surrogate")):
            continue
        tops = ", ".join(f"{top['name']} {top['share']:.0%}" for top in own["tops"][:6])
        rows.append([method, f"{own['fidelity']:.0%}", tops, ", ".join(own["flagged"]) or "none"])
    told = (
        "What methods go by, as a tree of depth 4 that learned to answer as they do (after Trustee, Jacobs et al. "
        "2022): the share of packets on which it answers alike (classes of equal weight), its most telling columns, "
        "and those that may tell the set-up instead of the attack. The lower the fidelity, the less it tells."
    )
    return [Table(["method", "fidelity", "columns", "shortcuts"], rows, told)] if rows else []


def _classes(methods: ByMethod, known: Sequence[str]) -> Table:
    first = methods[known[0]][0]["classes"]
    rows = []
    for label, about in first.items():
        each = [pooled([own["classes"].get(label, {}) for own in methods[method]], "ap_benign") for method in known]
        rows.append([label, f"{about['packets']:,}", str(about["episodes"]), *map(_plain, each)])
    return Table(
        ["class", "packets", "episodes", *known], rows,
        "Average precision of each class against benign packets, mean over seeds. Counts are of the test side.",
    )  # fmt: skip


def _withheld(entry: SplitEntry, folds: Mapping[str, ByMethod], order: Sequence[str]) -> Section:
    known = [method for method in order if any(methods.get(method) for methods in folds.values())]
    rows = []
    for fold, methods in folds.items():
        rows.append([fold, *(pooled(methods.get(m, []), "any_auc").text() for m in known)])
    means = [pooled([f for methods in folds.values() for f in methods.get(m, [])], "any_auc") for m in known]
    rows.append(["mean", *(_plain(mean) for mean in means)])
    told = (
        "The attacks named in a row were taken out of training and tuning, and then asked about: attacks that nobody "
    )
    told += "has seen. What is left of a method is how well it tells any attack from benign life."
    table = Table(
        ["withheld", *known], rows,
        "Area under the ROC curve of the withheld attacks' packets against benign ones, by the score of any attack; "
        "0.5 is chance. In brackets 95 % over episodes.",
    )  # fmt: skip
    return Section(f"Split {entry.name}", [Text(told), table])


def _cost(whole: Mapping[str, ByMethod], order: Sequence[str]) -> Section:
    methods = next(iter(whole.values()))
    rows, map_ = [], {}
    for method in order:
        if not (own := methods.get(method)):
            continue
        costs = [figures["cost"] for figures in own]
        speed = pooled(costs, "packets_s").mean or 0.0
        rows.append(
            [
                method,
                _count(costs[0]["parameters"]),
                _count(costs[0]["trained"]),
                _count(costs[0]["flops"]),
                f"{speed:,.0f}",
                f"{pooled(costs, 'fit_s').mean or 0.0:,.0f}",
            ]
        )
        map_[method] = {
            "speed": speed,
            "figure": pooled(own, "map_benign").bounds,
            "parameters": costs[0]["parameters"],
        }
    rows.append([*ET_BERT, "–"])
    caption = (
        "Numbers that a method consists of, those that it learns here, multiplications and additions a packet, packets "
        "a second of one core (of the method alone, from fields and bytes that are there), seconds of one core to fit."
    )
    head = ["method", "parameters", "trained", "operations a packet", "packets/s", "fit, s"]
    plot = plots.cost_map(
        "detection-cost", map_, f"What a method reaches on split {next(iter(whole))} against its speed; "
        "the larger a mark, the more parameters.", figure="mAP",
    )  # fmt: skip
    return Section("What it costs", [Table(head, rows, caption), plot])


def _count(number: float | None) -> str:
    if number is None:
        return "–"
    for size, unit in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if number >= size:
            return f"{number / size:.1f} {unit}"
    return f"{number:.0f}"


def _plain(figure: Pooled, digits: int = 3) -> str:
    return "–" if figure.mean is None else f"{figure.mean:.{digits}f}"
