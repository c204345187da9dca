"""What the report says of the space."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np

from packetclip.benchmark import plots
from packetclip.benchmark.report.blocks import Block, Section, Table, Text

__all__ = ["sections"]

TITLE: Final = "The space that packets and captions share"
ABOUT: Final = """
Our encoder puts packets into a space in which captions lie too: sentences that were made from the same facts, and
encoded by a language model. It was pre-trained without labels and is frozen in all that is measured here, on captures
that it has not seen: {captures}. Two things are wanted of such a space: packets that do the same should lie together,
in whatever network; and it should not be a map of networks, by which a classifier could learn a set-up by heart.
"""

Figures = Mapping[str, Any]


def sections(wanted: Sequence[str], results: Mapping[str, Figures]) -> Sequence[Section]:
    """By draw; ``wanted`` are all of them."""
    if not wanted:
        words = "The recipe names no capture to test on that its encoder has not seen."
        return [Section(TITLE, [Text(f"Nothing was measured. {words}")])]
    draws = [results[job] for job in wanted if job in results]
    if not draws:
        return [Section(TITLE, [Text("Nothing was measured.")])]
    one = draws[0]
    where = ", ".join(f"{name} (network {network})" for name, network in one["captures"].items())
    words = " ".join(ABOUT.format(captures=where).split())
    if missing := [job for job in wanted if job not in results]:
        words += f"\n\nNot measured: draw {', '.join(missing)}."
    drawn = next((own for own in draws if own["map"]), None)
    blocks: list[Block] = [
        Text(words),
        *([_map(drawn)] if drawn else []),
        _probes(draws),
        _truth(draws),
        *_pairs(draws),
    ]
    return [Section(TITLE, blocks)]


def _map(one: Figures) -> Block:
    shown = one["map"]
    return plots.embedding_map(
        "space-map",
        shown["points"],
        {
            "class": [one["classes"][m] for m in shown["class"]],
            "network": [one["networks"][n] for n in shown["network"]],
        },
        f"{len(shown['points']):,} packets of captures never seen, about as many of each class of attack, and "
        "benign ones, by where the frozen encoder puts them: first 30 principal components, then t-SNE. Left coloured "
        "by class, right by network. Neighbours are alike; distances between groups and their sizes mean little. Good "
        "is one colour a group on the left, and mixed colours within groups on the right.",
    )


def _probes(draws: Sequence[Figures]) -> Table:
    rows = []
    for what, name in (("class of the packet, in a network never seen", "class"), ("network", "network")):
        own = [draw["probes"][name] for draw in draws]
        rows.append([what, *(_mean([probe[key] for probe in own], 2) for key in ("space", "input", "chance"))])
    one = draws[0]["probes"]
    return Table(
        ["what is read", "from the space", "from the encoder's input", "chance"], rows,
        "What a linear reader (logistic regression) finds, as balanced accuracy: the mean over kinds of the share read "
        f"rightly. Class: of {one['class']['packets']:,} packets, each network asked of a reader of the others. "
        f"Network: of {one['network']['packets']:,} benign packets, learned from each capture's first half and asked "
        "about its second. The input is the context's fields and the masked header bytes. A space is no shortcut to "
        "the network where it tells networks less than its input does and classes no less.",
    )  # fmt: skip


def _truth(draws: Sequence[Figures]) -> Table:
    own = [draw["truth"] for draw in draws]
    rows = [
        [label, *(f"{100 * np.mean([one[prefix + key] for one in own]):.1f}" for key in ("true", "false_share"))]
        for label, prefix in (("the nearest caption", ""), ("any caption", "chance_"))
    ]
    return Table(
        ["of a packet", "true in all it says, %", "of what it says false, %"], rows,
        "Whether the caption that lies nearest to a packet is true of it, whoever it was written for: held against the "
        "packet's own facts, number by number (four magnitudes each). What any caption reaches is what is true of most "
        "packets anyway.",
    )  # fmt: skip


def _pairs(draws: Sequence[Figures]) -> list[Table]:
    found, lie = [], []
    for name in (*draws[0]["captures"], "all", "chance"):
        own = [draw["pairs"][name] for draw in draws]
        label = {"all": "all together", "chance": "all, captions shuffled"}.get(name, name)
        sizes = [f"{np.mean([pairs[key] for pairs in own]):,.0f}" for key in ("packets", "captions")]
        found.append([label, *sizes, *(f"{100 * np.mean([pairs[key] for pairs in own]):.1f}" for key in _FOUND)])
        lie.append([label, *(_mean([pairs[key] for pairs in own], 2) for key in _LIE)])
    return [
        Table(
            [
                "packets of",
                "packets",
                "captions",
                "own caption first, %",
                "in ten, %",
                "own packet first, %",
                "in ten %",
            ],
            found,
            "Who finds whom: share of packets whose own caption (one to four sentences) is the nearest of all, or "
            "among the nearest ten; then the same from captions to packets. Captions of other packets that are as "
            f"true count as wrong here. Mean of {len(draws)} draws of packets.",
        ),
        Table(
            ["packets of", "gap", "alignment", "uniformity of packets", "uniformity of captions"],
            lie,
            "Gap: distance between the mean packet and the mean caption (Liang et al. 2022), 0 to 2; 0: both lie in "
            "the same place. Alignment: mean squared distance of a packet and its caption; 0 is best, 2 is unrelated. "
            "Uniformity: log of the mean of exp(-2 d²) over pairs (both Wang and Isola 2020); the lower, the wider "
            "they are spread; 0 is one point.",
        ),
    ]


_FOUND: Final = ("packet_to_text@1", "packet_to_text@10", "text_to_packet@1", "text_to_packet@10")
_LIE: Final = ("modality_gap", "alignment", "uniformity", "text_uniformity")


def _mean(values: Sequence[float | None], digits: int) -> str:
    known = [value for value in values if value is not None]
    return f"{np.mean(known):.{digits}f}" if known else "–"
