"""What methods take to run and to fit, beside ET-BERT as it was published."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from packetclip.benchmark import plots
from packetclip.benchmark.pooling import pooled
from packetclip.benchmark.report.blocks import Section, Table
from packetclip.benchmark.tasks.detection.tables import ByMethod

__all__ = ["cost"]

ET_BERT: Final = ("ET-BERT, as published", "131.5 M", "all in fine-tuning", "22 G", "not measured")
"""Parameters and operations a packet at 128 tokens, from the PacketCLIP paper (arXiv 2503.03747, table 2)."""
CAPTION: Final = """
Numbers that a method consists of, those that it learns here, multiplications and additions a packet, packets a second
of one core (of the method alone, from fields and bytes that are there), seconds of one core to fit. Our encoder was
pre-trained before, in about ten minutes of one core, which is not in the last column; the payload transformer's
pre-training is. Whoever has two days for a fit can measure one as large as ET-BERT: the method named payload
transformer, published size.
"""


def cost(whole: Mapping[str, ByMethod], order: Sequence[str]) -> Section:
    """Of the first split: a table, and what is reached against speed."""
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
    head = ["method", "parameters", "trained", "operations a packet", "packets/s", "fit, s"]
    plot = plots.cost_map(
        "detection-cost", map_, f"What a method reaches on split {next(iter(whole))} against its speed; "
        "the larger a mark, the more parameters.", figure="mAP",
    )  # fmt: skip
    return Section("What it costs", [Table(head, rows, CAPTION), plot])


def _count(number: float | None) -> str:
    if number is None:
        return "–"
    for size, unit in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if number >= size:
            return f"{number / size:.1f} {unit}"
    return f"{number:.0f}"
