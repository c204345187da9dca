"""What the report says of the paper's view."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Final

from packetclip.benchmark import plots
from packetclip.benchmark.fit_length import fit_length
from packetclip.benchmark.methods import sees
from packetclip.benchmark.plan import Plan
from packetclip.benchmark.pooling import Pooled, pooled
from packetclip.benchmark.report.blocks import Block, Section, Table, Text
from packetclip.benchmark.tasks.payload.claims import Found, claims
from packetclip.benchmark.tasks.payload.measure import PAPER, SCARCE, WHOLE

__all__ = ["sections"]

OURS: Final = "packetclip"
TITLE: Final = "The paper's view: payload bytes alone"
ABOUT: Final = """
PacketCLIP (arXiv 2503.03747) looks at a packet's payload and at nothing else. Here that view is rebuilt at a size that
trains in minutes: a transformer over the first 48 bytes of the payload learns, without labels, to lie close to captions
of its packets, and is then frozen. On it stand two heads that labels train: a linear one, and the missions as the paper
has them (concepts are texts; no facts, no way past the concepts, no history). Captions tell of `everything` that our
model knows, which is mostly behaviour that no payload shows; or of the `packet` alone.

What differs from the paper: its encoder is ET-BERT, of 131.5 M parameters and pre-trained for days on other traffic,
its sentences come from a large language model, its traffic is ACI-IoT-2023. Our own method stands beside it in a
shorter fit ({fit}) than in the splits above. So what fails here need not fail there; but
what a payload does not hold, no size of encoder brings back.
"""


def sections(plan: Plan, results: Mapping[str, Mapping[str, Any]]) -> Sequence[Section]:
    """By job, ``splits/method/seed``, whose figures stand by split, method and share."""
    found: dict[str, dict[str, dict[str, list[Mapping[str, Any]]]]] = defaultdict(
        lambda: defaultdict(lambda: defaultdict(list))
    )
    for job in results.values():
        for split, methods in job.items():
            for method, shares in methods.items():
                for share, figures in shares.items():
                    found[split][method][share].append(figures)
    asked = plan.recipe.payload
    splits = [name for name in asked.splits if found.get(name)]
    missing = [name for name in asked.splits if name not in splits]
    words = ABOUT.strip().format(fit=fit_length(asked.fit)) + (
        f"\n\nNot measured: the splits {', '.join(missing)}." if missing else ""
    )
    if not splits:
        return [Section(TITLE, [Text(words)])]
    whole: Found = {split: found[split] for split in splits}
    names = dict.fromkeys(method for split in splits for method in found[split])
    order = [*(n for n in names if n.startswith(PAPER)), *(n for n in asked.methods if n in names)]
    blocks: list[Block] = [Text(words)]
    blocks += [_table(whole, order, key, what) for key, what in (("mean_auc", "mean AUC"), ("map_benign", "mAP"))]
    blocks.append(
        plots.figure_bars(
            "payload-auc",
            {m: {split: _at(whole, split, m, "mean_auc").bounds for split in splits} for m in order},
            "Mean AUC of methods by what they see, by split; lines are 95 % intervals over episodes (bootstrap).",
            figure="mean AUC",
        )
    )  # fmt: skip
    if few := _scarce(whole, order):
        blocks.append(few)
    blocks.append(_classes(whole, order))
    return [Section(TITLE, blocks), _claims(plan, whole)]


def _at(found: Found, split: str, method: str, name: str, share: str = WHOLE) -> Pooled:
    return pooled(list(found[split].get(method, {}).get(share, [])), name)


def _table(found: Found, order: Sequence[str], key: str, what: str) -> Table:
    rows = [[method, _sees(method), *(_at(found, split, method, key).text() for split in found)] for method in order]
    seeds = max(len(shares[WHOLE]) for methods in found.values() for shares in methods.values())
    caption = {
        "mean_auc": "Mean area under the ROC curve over the classes of attack, each against benign packets",
        "map_benign": "Mean average precision over the classes of attack, each against benign packets",
    }[key]
    return Table(
        [what, "sees", *found], rows,
        f"{caption}; means over {seeds} seed{'s' if seeds > 1 else ''}, in brackets 95 % over episodes (bootstrap). "
        "Split packet puts packets of one flow on both sides and flatters; the others keep whole captures apart.",
    )  # fmt: skip


def _sees(method: str) -> str:
    return sees("payload transformer" if method.startswith(PAPER) else method)


def _scarce(found: Found, order: Sequence[str]) -> Table | None:
    for split, methods in found.items():
        known = [m for m in order if SCARCE in methods.get(m, {})]
        if known:
            rows = [
                [
                    m,
                    *(
                        _at(found, split, m, key, share).text()
                        for key in ("mean_auc", "map_benign")
                        for share in (WHOLE, SCARCE)
                    ),
                ]
                for m in known
            ]
            return Table(
                ["method", "mean AUC, all", "mean AUC, 30 %", "mAP, all", "mAP, 30 %"], rows,
                f"Split {split}, learned from all training episodes and from 30 % of them (and of the benign minutes). "
                "In brackets 95 % over the episodes asked about.",
            )  # fmt: skip
    return None


def _classes(found: Found, order: Sequence[str]) -> Table:
    split = next(name for name in ("network", *found) if name in found)
    known = [method for method in order if found[split].get(method)]
    first = found[split][known[0]][WHOLE][0]["classes"]
    rows = []
    for label, about in first.items():
        each = [pooled([own["classes"].get(label, {}) for own in found[split][m][WHOLE]], "auc") for m in known]
        rows.append([label, f"{about['packets']:,}", *(figure.plain() for figure in each)])
    return Table(
        ["class", "packets", *known], rows,
        f"Split {split}: area under the ROC curve of each class of attack against benign packets. Packets without a "
        "payload, as those of SYN floods and port scans, look all the same to a method that sees payloads alone: it "
        "tells them from benign packets that carry one, and from nothing else.",
    )  # fmt: skip


def _claims(plan: Plan, found: Found) -> Section:
    leaky = [entry.name for entry in plan.recipe.splits if entry.leaky]
    told = claims(found, leaky, OURS)
    table = Table(
        ["claim", "the paper", "here", "verdict", "why, and what to know"],
        [[one.claim, one.paper, one.here, one.verdict, one.why] for one in told],
        "What the paper says of its method, what the same view reaches here, and what is left of the claim. "
        "Figures of the paper are of its own data; a claim holds here where the figure reached is at least as good on "
        "the splits named. The method meant is the paper's view with missions and captions of everything.",
    )
    return Section("The paper's claims, one by one", [table])
