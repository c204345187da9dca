"""Calibration and thresholds of a model, from captures that nothing else was fitted on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from packetclip.detection.calibration import fit_calibration, runs, with_thresholds
from packetclip.detection.parties import Parties
from packetclip.detection.pipeline import Progress, score_packets, silent
from packetclip.detection.settings import StorySettings
from packetclip.errors import RecipeError
from packetclip.ledger import Ledger
from packetclip.model import Calibration, Model, load
from packetclip.model.folder import seal

STORIES: Final = {"min_degree": 0.1, "facts_suffice": 0.5}
"""No story without facts that hold at least a little, and none is missed that the written facts show plainly: chosen
between the lab's two set-ups (docs/decisions/0005-evidence.md)."""
AFTERMATH_NS: Final = 60_000_000_000
"""What an attack does to others goes on for about this long; such packets are benign, and yet no false alarm."""
MARGIN: Final = 0.5
"""Log-odds between the loudest ordinary traffic seen and the threshold: the next network is a little louder."""
STEP: Final = 0.25
GRID: Final = tuple(np.arange(0.0, 12.0, STEP).tolist())
"""Log-odds that are tried as thresholds; the first is a probability of one half, and none is below it. A mission that
is still loud at the last is turned off."""


@dataclass(frozen=True, slots=True, eq=False)
class TuneCapture:
    """A capture for calibration; ``labels`` (N,) are columns of missions or -1, None where all of it is benign."""

    source: str
    labels: NDArray[np.int64] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class _Scored:
    labels: NDArray[np.int64]
    logits: NDArray[np.float32]
    times: NDArray[np.int64]
    who: NDArray[np.int64]


def tune(folder: Path, captures: Sequence[TuneCapture], progress: Progress = silent) -> Calibration:
    """Fit ``calibration.json`` of a model's folder anew: Platt scaling on all packets, then thresholds.

    A mission's threshold is the lowest probability at which the benign packets of ``captures`` make no story of it, a
    margin above, and at least one half. Benign packets within a minute of an attack of the same mission do not count:
    its victims' and bystanders' troubles look like it.
    """
    if not captures:
        raise RecipeError("Nothing is kept for calibration. Name at least one capture under [[tune]] in the recipe.")
    model = load(folder)
    scored = []
    for number, capture in enumerate(captures):
        scored.append(_score(model, capture))
        progress("calibrating", number + 1, len(captures))
    labels = np.concatenate([part.labels for part in scored])
    logits = np.concatenate([part.logits for part in scored])
    missions = model.manifest.missions
    calibration = fit_calibration(logits, labels, missions)
    settings = StorySettings.of(replace(calibration, stories=dict(STORIES)), missions)
    thresholds = {}
    for m, name in enumerate(missions):
        benign = [_benign(part, m) for part in scored]
        own = calibration.missions[name]
        odds = np.concatenate(
            [own.scale * part.logits[keep, m] + own.offset for part, keep in zip(scored, benign, strict=True)]
        )
        apart = np.cumsum([0, *(len(part.who) + 1 for part in scored)])
        who = np.concatenate([part.who[keep] + at for part, keep, at in zip(scored, benign, apart, strict=False)])
        times = np.concatenate([part.times[keep] for part, keep in zip(scored, benign, strict=True)])
        count = runs(odds, times, who, settings.each[m].min_packets, settings.each[m].silence_s)
        loud = next((odd for odd in reversed(GRID) if count(odd)), None)
        quiet = 0.0 if loud is None else loud + STEP + MARGIN
        thresholds[name] = 1.0 if loud == GRID[-1] else float(1.0 / (1.0 + np.exp(-quiet)))
    tuned = replace(with_thresholds(calibration, thresholds), stories=dict(STORIES))
    tuned.write(folder)
    seal(folder, model.manifest)
    return tuned


def _score(model: Model, capture: TuneCapture) -> _Scored:
    parties, parts = Parties(), []
    for batch in score_packets(model, capture.source, Ledger()):
        who = parties.update(batch.packets, batch.steps, batch.scores.scored)["orig_lo"].astype(np.int64)
        kept = batch.scores.scored
        parts.append(
            (np.flatnonzero(kept) + batch.first, batch.scores.logits[kept], batch.packets["time_ns"][kept], who[kept])
        )
    rows, logits, times, who = (np.concatenate(column) for column in zip(*parts, strict=True))
    labels: NDArray[Any] = np.full(len(rows), -1) if capture.labels is None else capture.labels[rows]
    _, who = np.unique(who, return_inverse=True)
    return _Scored(labels.astype(np.int64), logits, times.astype(np.int64), who.astype(np.int64))


def _benign(part: _Scored, mission: int) -> NDArray[np.bool_]:
    """Packets (N,) in which a story of the mission would be false."""
    keep: NDArray[np.bool_] = part.labels == -1
    attack = np.sort(part.times[part.labels == mission])
    if len(attack):
        after = np.searchsorted(attack, part.times)
        before = np.clip(after - 1, 0, len(attack) - 1)
        near = np.abs(part.times - attack[before]) <= AFTERMATH_NS
        near |= np.abs(part.times - attack[np.clip(after, 0, len(attack) - 1)]) <= AFTERMATH_NS
        keep &= ~near
    return keep
