"""What the report says of detection."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Final

from packetclip.benchmark import plots
from packetclip.benchmark.plan import Plan, SplitEntry
from packetclip.benchmark.pooling import pooled
from packetclip.benchmark.report.blocks import Block, Section, Table, Text, slug
from packetclip.benchmark.tasks.detection.cost import cost
from packetclip.benchmark.tasks.detection.standing import standing
from packetclip.benchmark.tasks.detection.tables import (
    ByMethod,
    Figures,
    by_class,
    by_episode,
    by_flow,
    by_packet,
    goes_by,
)
from packetclip.benchmark.tasks.detection.withheld import withheld

__all__ = ["sections"]

OURS: Final = "packetclip"
_NAMED: Final = 12


def sections(plan: Plan, wanted: Sequence[str], results: Mapping[str, Mapping[str, Any]]) -> Sequence[Section]:
    """By job, ``split/method/seed``; ``wanted`` are all jobs, of which those that are missing are told."""
    found: dict[str, dict[str, dict[str, list[Figures]]]] = defaultdict(lambda: defaultdict(lambda: defaultdict(list)))
    for name, folds in results.items():
        split, method, seed = name.split("/")
        for fold, figures in folds.items():
            found[split][fold][method].append({**figures, "seed": int(seed)})
    whole = {e.name: found[e.name]["all"] for e in plan.recipe.splits if "all" in found.get(e.name, {})}
    parted = {e.name: found[e.name] for e in plan.recipe.splits if e.name in found and "all" not in found[e.name]}
    order = list(dict.fromkeys([*plan.recipe.methods, *(m for e in plan.recipe.splits for m in e.methods)]))
    missing = [job for job in wanted if job not in results]
    if not whole and not parted:
        return [Section("Detection", [Text("Nothing was measured.")])]
    made = [_summary(whole, order)] if whole else []
    if missing:
        made.insert(0, _missing(missing))
    if told := standing(whole, order, OURS):
        made.append(told)
    made += [_split(plan.split(name), methods, order, name == next(iter(whole))) for name, methods in whole.items()]
    made += [withheld(plan.split(name), folds, order) for name, folds in parted.items()]
    return [*made, *([cost(whole, order)] if whole else [])]


def _missing(jobs: Sequence[str]) -> Section:
    named = list(dict.fromkeys(job.rpartition("/")[0] for job in jobs))
    rest = f" and {len(named) - _NAMED} more" if len(named) > _NAMED else ""
    words = f"{len(jobs)} measurements are missing, of {', '.join(named[:_NAMED])}{rest}."
    return Section("Detection: what is missing", [Text(words)])


def _summary(whole: Mapping[str, ByMethod], order: Sequence[str]) -> Section:
    order = [method for method in order if any(methods.get(method) for methods in whole.values())]
    blocks: list[Block] = []
    for key, what in (("map_benign", "mAP"), ("mean_auc", "mean AUC"), ("any_auc", "AUC of any attack")):
        rows = []
        for method in order:
            own = [pooled(whole[split].get(method, []), key) for split in whole]
            rows.append([method, *(figure.plain() for figure in own)])
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
            "mAP by method and split, with 95 % intervals over episodes (bootstrap), since packets of one attack are "
            "not independent. A class that was attacked once or twice hardly varies in it: intervals are narrow there "
            "because little is known, not because it is sure.",
            figure="mAP",
        )
    )  # fmt: skip
    return Section("Detection, in short", blocks)


def _split(entry: SplitEntry, methods: ByMethod, order: Sequence[str], first: bool) -> Section:
    known = [method for method in order if methods.get(method)]
    one = methods[known[0]][0]
    blocks: list[Block] = [Text(_about(entry, one)), by_packet(methods, known), by_flow(methods, known)]
    if entry.kind == "captures":  # elsewhere traffic is thinned, and stories of it mean nothing
        blocks.append(by_episode(methods, known))
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
    blocks.append(by_class(methods, known, "ap_benign", "Average precision"))
    blocks.append(by_class(methods, known, "auc", "Area under the ROC curve"))
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
    blocks += goes_by(methods, known, whole=first)  # those of other splits are much alike
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
