"""Batches made for tests: packets between numbered hosts, and scores as a model might give them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from packetclip.detection import MissionSettings, StorySettings, StoryTeller
from packetclip.detection.story import Story
from packetclip.language.knowledge import Mission, load_missions
from packetclip.model import Calibration, Scores
from packetclip.wire.context import FIELDS, Context
from packetclip.wire.flows import STEP, FlowSteps
from packetclip.wire.packets import PACKET, PacketBatch
from tests.model.tiny import MISSIONS, TOML

MAPPED = 0xFFFF << 32
NET = MAPPED | (10 << 24)
START_NS = 1_700_000_000_000_000_000


class Made(NamedTuple):
    """One packet: seconds since the start, originator, responder, log-odds of each mission, flow, who sent it."""

    time_s: float
    orig: int
    resp: int
    log_odds: tuple[float, ...]
    flow: int = -1
    is_orig: bool = True
    values: dict[str, float] = {}  # noqa: RUF012 - never written


def missions(folder: Path) -> tuple[Mission, ...]:
    folder.mkdir(exist_ok=True)
    for name, text in TOML.items():
        (folder / f"{name}.toml").write_text(text)
    return load_missions(MISSIONS, folder)


def batch(made: Sequence[Made], first: int = 0) -> tuple[PacketBatch, FlowSteps, Context, Scores]:
    N, M, C = len(made), len(MISSIONS), 3
    rows, steps = np.zeros(N, PACKET), np.zeros(N, STEP)
    rows["index"] = np.arange(first, first + N)
    rows["time_ns"] = [START_NS + round(p.time_s * 1e9) for p in made]
    rows["ip_version"], rows["ether_type"], rows["protocol"] = 4, 0x0800, 6
    for side in ("src", "dst"):
        rows[f"{side}_lo"] = [NET + (p.orig if p.is_orig == (side == "src") else p.resp) for p in made]
    rows["src_port"] = [40_000 if p.is_orig else 80 for p in made]
    rows["dst_port"] = [80 if p.is_orig else 40_000 for p in made]
    steps["flow"], steps["is_orig"] = [p.flow for p in made], [p.is_orig for p in made]
    steps["quoted_flow"], steps["number"] = -1, 2
    values = np.zeros((N, len(FIELDS)), np.float32)
    context = Context(values)
    for row, p in enumerate(made):
        for name, value in p.values.items():
            context[name][row] = value
    log_odds = np.array([p.log_odds for p in made], np.float32).reshape(N, M)
    probabilities = 1.0 / (1.0 + np.exp(-log_odds))
    rng = np.arange(first, first + N)[:, None] * 0.37 + np.arange(C)
    scores = Scores(
        MISSIONS, np.ones(N, np.bool_), log_odds, log_odds, probabilities.astype(np.float32),
        probabilities.max(axis=1).astype(np.float32), (np.sin(rng) ** 2).astype(np.float32),
        np.cos(rng).astype(np.float32),
    )  # fmt: skip
    return PacketBatch(rows, np.zeros(0, np.uint8)), FlowSteps(steps), context, scores


def cut(made: Sequence[Made], sizes: Sequence[int]) -> Iterator[tuple[int, Sequence[Made]]]:
    start, turn = 0, 0
    while start < len(made):
        stop = start + sizes[turn % len(sizes)]
        yield start, made[start:stop]
        start, turn = stop, turn + 1


def stories(
    told: Sequence[Mission], made: Sequence[Made], sizes: Sequence[int] = (1000,), settings: StorySettings | None = None
) -> list[Story]:
    teller = StoryTeller(told, settings or StorySettings.uniform(MISSIONS))
    out = []
    for first, part in cut(made, sizes):
        out += teller.update(*batch(part, first))
    return out + teller.close()


def settings(**own: float) -> StorySettings:
    return StorySettings.uniform(MISSIONS, MissionSettings(**own))  # type: ignore[arg-type]


def identity() -> Calibration:
    return Calibration.identity(MISSIONS)
