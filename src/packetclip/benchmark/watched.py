"""A capture as a model sees it, beside what is known of it: one pass gives scores, evidence and stories."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from packetclip.benchmark.episodes import Told, Truth
from packetclip.benchmark.metrics import PacketFigures, packet_figures
from packetclip.datasets import LABELS, MISSIONS, Episode, Lab
from packetclip.detection import Story, StorySettings
from packetclip.detection.evidence import strongest
from packetclip.detection.pipeline import score_packets, story_teller
from packetclip.errors import CaptureError, IncompatibleModel
from packetclip.ledger import Ledger
from packetclip.model import Model

__all__ = ["Watched", "told_of", "truths", "watch", "watched_figures"]

_DROPPED = np.float32(-1e9)
"""Log-odds of packets without a score: the lowest of all, as their probability is 0."""


@dataclass(frozen=True, slots=True, eq=False)
class Watched:
    """N packets of one capture; M missions in the order of ``datasets.MISSIONS``."""

    log_odds: NDArray[np.float32]
    """(N, M) calibrated. They rank packets as probabilities do, which near 1 are too coarse in 32 bits."""
    any_log_odds: NDArray[np.float32]
    """(N,) of any attack."""
    evidence: NDArray[np.int64]
    """(N,) position of the mission that the packet is evidence of; -1 for none."""
    time_ns: NDArray[np.int64]
    """(N,)."""
    stories: tuple[Story, ...]
    needed: tuple[int, ...]
    """(M,) packets of evidence that make a story."""
    ledger: Ledger


def watch(model: Model, source: str | Path) -> Watched:
    """Score a capture and tell its stories, as ``packetclip detect`` does. Raises IncompatibleModel, CaptureError."""
    names = model.manifest.missions
    if missing := sorted(set(MISSIONS) - set(names)):
        raise IncompatibleModel(
            f"{model.name} does not know {', '.join(missing)}, and the benchmark asks for all 16 missions. "
            "Name a model that was fitted with them."
        )
    order = np.array([names.index(mission) for mission in MISSIONS])
    place = np.full(len(names) + 1, -1)  # the last one stands for -1
    place[order] = np.arange(len(order))
    settings = StorySettings.of(model.calibration, names)
    teller = story_teller(model, settings)
    ledger = Ledger()
    stories: list[Story] = []
    log_odds, any_log_odds, evidence, times = [], [], [], []
    for batch in score_packets(model, source, ledger):
        scores = batch.scores
        stories += teller.update(batch.packets, batch.steps, batch.context, scores)
        log_odds.append(np.where(scores.scored[:, None], scores.log_odds[:, order], _DROPPED))
        any_log_odds.append(np.where(scores.scored, model.calibration.any_log_odds(scores.log_odds), _DROPPED))
        evidence.append(place[strongest(scores, batch.context.values, model.missions, settings)])
        times.append(batch.packets["time_ns"].astype(np.int64))
    stories += teller.close()
    M = len(order)
    return Watched(
        np.concatenate([np.zeros((0, M), np.float32), *log_odds]),
        np.concatenate([np.zeros(0, np.float32), *any_log_odds]),
        np.concatenate([np.zeros(0, np.int64), *evidence]),
        np.concatenate([np.zeros(0, np.int64), *times]),
        tuple(stories),
        tuple(settings.each[m].min_packets for m in order),
        ledger,
    )


def watched_figures(watched: Sequence[Watched], classes: Sequence[NDArray[np.int16]]) -> PacketFigures:
    """Figures per packet over some captures together. Raises CaptureError where labels are another capture's."""
    for seen, known in zip(watched, classes, strict=True):
        if len(seen.log_odds) != len(known):
            raise CaptureError(f"A capture has {len(seen.log_odds)} packets and {len(known)} labels. Fetch it again.")
    return packet_figures(
        LABELS,
        np.concatenate([seen.log_odds for seen in watched]),
        np.concatenate(classes),
        np.concatenate([seen.any_log_odds for seen in watched]),
    )


def truths(lab: Lab, name: str, watched: Watched) -> list[Truth]:
    """The capture's episodes, from first to last packet, and when there was enough evidence of each."""
    classes, numbers = lab.labels(name)
    macs = {host["ip4"]: host["mac"] for host in lab.network(name)["hosts"] if host.get("ip4") and host.get("mac")}
    known = []
    for episode in lab.episodes(name):
        rows = np.flatnonzero((numbers == episode.number) & (classes > 0))
        known.append(_truth(name, episode, rows, watched, macs.get(episode.attacker)))
    return known


def _truth(name: str, episode: Episode, rows: NDArray[np.int64], watched: Watched, mac: str | None) -> Truth:
    mission = MISSIONS.index(episode.mission)
    own = rows[watched.evidence[rows] == mission]
    enough = watched.needed[mission]
    hosts = {episode.attacker, *episode.victims} | ({mac} if mac else set())  # ARP is told by hardware address
    return Truth(
        episode.mission,
        frozenset(hosts),
        float(watched.time_ns[rows].min()) / 1e9,
        float(watched.time_ns[rows].max()) / 1e9,
        f"{name}: {episode.label}, {episode.tool}",
        float(np.sort(watched.time_ns[own])[enough - 1]) / 1e9 if len(own) >= enough else None,
    )


def told_of(story: Story) -> Told:
    """What of a story is held against episodes."""
    hosts = frozenset((*story.originators, *story.targets))
    return Told(story.mission, hosts, story.first_ns / 1e9, story.last_ns / 1e9)
