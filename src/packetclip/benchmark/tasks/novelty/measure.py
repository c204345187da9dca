"""Learn what is normal from packets whose labels are taken off, ask about the rest, take all figures."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from packetclip.benchmark import methods
from packetclip.benchmark.baselines import BASELINES
from packetclip.benchmark.drawing import draw
from packetclip.benchmark.fitted import answers
from packetclip.benchmark.metrics import figures
from packetclip.benchmark.plan import NoveltyEntry, Plan
from packetclip.benchmark.samples import UNKNOWN, Samples, join

__all__ = ["blind", "measure", "sides"]

PACKETS: Final = 40_000
"""Learned from, of all that a question gives; drawn at random, as often from a flood as it is long."""


def measure(plan: Plan, entry: NoveltyEntry, method: str, seed: int) -> Mapping[str, Any]:
    """What ``metrics.figures`` gives when a method is asked one thing: how surely a packet is any attack."""
    known, asked = sides(plan, entry)
    rng = np.random.default_rng(seed)
    free = method in BASELINES and not BASELINES[method].labels
    rows = some(known, rng) if free else draw(known, plan.recipe.drawing, rng)
    learned = blind(known.take(rows)) if free else known.take(rows)
    made = methods.make(method, plan.classes, seed, plan.encoder(), plan.fit())
    began = time.process_time()
    made.fit(learned, learned.take(np.zeros(0, np.int64)))
    fitted = time.process_time()
    said = answers(made, asked)
    asking = time.process_time() - fitted
    any_attack = 1.0 - said[:, :1]
    one = np.concatenate([said[:, :1], np.repeat(any_attack, len(plan.classes) - 1, axis=1)], axis=1)
    found = figures(one, asked, plan.classes, range(1, len(plan.classes)), seed=seed)
    attacks = known.classes[known.classes >= 0] > 0
    return {
        **{name: found[name] for name in ("packets", "benign", "episodes", "minutes", "auc_error")},
        **{name: value for name, value in found.items() if name.startswith("any_")},
        "mean_auc": found["mean_auc"],
        "intervals": found["intervals"],
        "classes": found["classes"],
        "curve": found["curves"]["any"]["roc"],
        "labels": not free,
        "learned": len(learned),
        "known": len(known),
        "known_attacks": float(attacks.mean()) if len(attacks) else 0.0,
        "fit_s": fitted - began,
        "packets_s": len(asked) / max(asking, 1e-9),
    }


def sides(plan: Plan, entry: NoveltyEntry) -> tuple[Samples, Samples]:
    """What may be learned from, and what is asked about: no packet is in both.

    Of a capture whose first seconds alone are learned from, the rest is asked about.
    """
    known, asked = [], []
    for name in entry.learn:
        samples = plan.samples(name)
        if not entry.seconds:
            known.append(samples)
            continue
        early = samples.time_ns < samples.time_ns.min(initial=np.iinfo(np.int64).max) + int(entry.seconds * 1e9)
        known.append(samples.take(early))
        asked.append(samples.take(~early))
    return join(known), join([*asked, *(plan.samples(name) for name in entry.ask)])


def some(samples: Samples, rng: np.random.Generator) -> NDArray[np.int64]:
    """Positions of the packets to learn from, in order; a label has no say in it."""
    return np.sort(rng.permutation(np.flatnonzero(samples.scored))[:PACKETS])


def blind(samples: Samples) -> Samples:
    """The same packets, of which nobody knows what they belong to."""
    return dataclasses.replace(
        samples,
        classes=np.full_like(samples.classes, UNKNOWN),
        episodes=np.full_like(samples.episodes, -1),
    )
