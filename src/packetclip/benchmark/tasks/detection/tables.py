"""Tables of one split: packets, flows, episodes, classes, and what methods go by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from packetclip.benchmark.pooling import pooled
from packetclip.benchmark.report.blocks import Block, Listing, Table

__all__ = ["by_class", "by_episode", "by_flow", "by_packet", "goes_by"]

ASKED_AN_HOUR: Final = (0.1, 10.0)
"""False stories, of one class, that thresholds may make on the tuning side."""

PACKETS: Final = ("map_benign", "map_rest", "mean_auc", "any_auc", "any_recall@0.001", "any_recall@0.0001")
FLOWS: Final = ("map_benign", "mean_auc", "any_auc", "any_recall@0.001")

Figures = Mapping[str, Any]
ByMethod = Mapping[str, Sequence[Figures]]
"""Figures of one fold, one a seed, by method in the order of the recipe."""


def by_packet(methods: ByMethod, known: Sequence[str]) -> Table:
    """Ranking, recall at few false alarms, calibration."""
    rows = []
    for method in known:
        own, scaled = methods[method], [figures.get("calibrated", {}) for figures in methods[method]]
        rows.append(
            [
                method,
                *_texts(own, PACKETS),
                pooled(scaled, "any_ece").plain(4),
                str(len(own)),
            ]
        )
    head = ["method", "mAP", "mAP, rest", "mean AUC", "any AUC", "recall at 1e-3", "recall at 1e-4", "ECE", "seeds"]
    return Table(
        head, rows,
        "Means over seeds, in brackets 95 % over episodes (bootstrap). mAP: mean over the classes of attack of the "
        "average precision of each against benign packets, and, rest, against all other packets, which punishes the "
        "wrong class too. Mean AUC: the same mean of areas under ROC curves; any AUC: packets of any attack. Recall: "
        "share of attack packets found while one benign packet in 1,000 or 10,000 is taken for an attack. ECE: "
        "expected calibration error of any attack, after the same calibration for all.",
    )  # fmt: skip


def _texts(own: Sequence[Figures], names: Sequence[str]) -> list[str]:
    return [pooled(own, name).text(4 if name.endswith("auc") else 3) for name in names]


def by_flow(methods: ByMethod, known: Sequence[str]) -> Table:
    """The same ranking, of flows."""
    rows = []
    for method in known:
        own = [figures["flows"] for figures in methods[method]]
        rows.append([method, *_texts(own, FLOWS)])
    one = methods[known[0]][0]["flows"]
    return Table(
        ["method, by flow", "mAP", "mean AUC", "any AUC", "recall at 1e-3"], rows,
        f"The same of flows, {one['packets']:,} of attacks and {one['benign']:,} benign ones: a flow's score is the "
        "mean over its packets, its class that of most of its attack packets. A flood is one packet a flow here where "
        "its sources are forged, while a long transfer counts as much as a single query.",
    )  # fmt: skip


def by_episode(methods: ByMethod, known: Sequence[str]) -> Table:
    """Stories told, wrongly named, false; and how soon."""
    rows = []
    for method in known:
        at: dict[float, list[Figures]] = {wish["wished"]: [] for wish in methods[method][0]["stories"]["at"]}
        for figures in methods[method]:
            for wish in figures["stories"]["at"]:
                at[wish["wished"]].append(wish)
        row = [method]
        for wished in ASKED_AN_HOUR:
            own = [{**wish, "intervals": {"recall": wish["interval"]}} for wish in at.get(wished, [])]
            row += [pooled(own, "recall").text(2), pooled(own, "misnamed").plain(0)]
            row += [pooled(own, "false_stories").plain(0)]
        last = at.get(ASKED_AN_HOUR[0], [])
        rows.append([*row, pooled(last, "median_delay_s").plain(1)])
    head = ["method"]
    for wished in ASKED_AN_HOUR:
        head += [f"told, {wished:g} an hour", "misnamed", "false"]
    one = methods[known[0]][0]["stories"]
    rule, hours = one["rule"], one["hours"]
    return Table(
        [*head, "delay, s"], rows,
        f"Told: the share of {one['episodes']} episodes of attacks that become a story of their own name, in brackets "
        "95 % over episodes; misnamed: episodes that become a story of another name only. A story is "
        f"{rule['packets']} packets of one originator, or to one target of a flood, above the class's threshold and no "
        f"more than {rule['gap_s']:g} s apart. Thresholds are the lowest that make at most so many false stories an "
        f"hour and class on the tuning side; in its {hours['tune']:.1f} hours, {ASKED_AN_HOUR[0]:g} an hour means none "
        f"at all. False: stories of benign packets that came of it in {hours['test']:.1f} hours of the test side, all "
        "classes together. Delay: median time from an episode's first packet to the fifth of its story, at "
        f"{ASKED_AN_HOUR[0]:g} an hour.",
    )  # fmt: skip


def by_class(methods: ByMethod, known: Sequence[str], key: str, what: str) -> Table:
    """One figure of each class, with counts."""
    first = methods[known[0]][0]["classes"]
    rows = []
    for label, about in first.items():
        each = [pooled([own["classes"].get(label, {}) for own in methods[method]], key) for method in known]
        rows.append([label, f"{about['packets']:,}", str(about["episodes"]), *(figure.plain() for figure in each)])
    return Table(
        ["class", "packets", "episodes", *known], rows,
        f"{what} of each class against benign packets, mean over seeds. Counts are of the test side.",
    )  # fmt: skip


def goes_by(methods: ByMethod, known: Sequence[str], *, whole: bool) -> list[Block]:
    """The surrogate trees: their columns in a table, and behind it, if ``whole``, each as it is."""
    rows = []
    for method in known:
        if not (own := methods[method][0].get("surrogate")):
            continue
        tops = ", ".join(f"{top['name']} {top['share']:.0%}" for top in own["tops"][:6])
        rows.append([method, f"{own['fidelity']:.0%}", tops, ", ".join(own["flagged"]) or "none"])
    told = (
        "What methods go by, as a tree of at most 24 leaves that learned to answer as they do (after Trustee, Jacobs "
        "et al. 2022): the share of packets on which it answers alike (classes of equal weight), its most telling "
        "columns, and those that may tell the set-up instead of the attack. The tree sees context and masked bytes "
        "whatever the method saw, so of methods on payloads it tells what goes along with their answers. The lower the "
        "fidelity, the less it tells."
    )
    if not rows:
        return []
    trees = [Listing(f"The tree of {m}", own["tree"]) for m in known if (own := methods[m][0].get("surrogate"))]
    return [Table(["method", "fidelity", "columns", "shortcuts"], rows, told), *(trees if whole else [])]
