"""All figures of a method's answers, as JSON can hold them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from packetclip.benchmark.metrics.calibration import Platt, Reliability, reliability
from packetclip.benchmark.metrics.curves import precision_recall_curve, roc_curve
from packetclip.benchmark.metrics.intervals import draw, interval
from packetclip.benchmark.metrics.sweep import AP_REST, AUC, BENIGN, IGNORED, OWN, REST, sweep
from packetclip.benchmark.metrics.tally import Column, Tally
from packetclip.benchmark.samples import Samples

__all__ = ["EPISODES", "HEADLINE", "RATES", "figures", "tally_figures"]

RATES: Final = (1e-4, 1e-3, 1e-2)
"""False-positive rates at which recall is taken."""
HEADLINE: Final = ("mean_auc", "map_benign", "any_auc", "any_recall@0.001")
"""The few figures that tables of many fits show, and of which every resample is kept."""
EPISODES: Final = 3
"""Of a class, so that an interval of its own says something."""

_RECALLS: Final = tuple(f"recall@{rate:g}" for rate in RATES)
_NAMES: Final = ("auc", "ap_benign", "ap_rest", *_RECALLS)
_MEANS: Final = ("mean_auc", "map_benign", "map_rest", *(f"mean_{name}" for name in _RECALLS))
_ANY: Final = ("any_auc", "any_ap", *(f"any_{name}" for name in _RECALLS))


def figures(
    scores: NDArray[Any],
    samples: Samples,
    classes: Sequence[str],
    asked: Sequence[int],
    resamples: int = 200,
    seed: int = 0,
    platt: Platt | None = None,
) -> dict[str, Any]:
    """Figures of scores (N, M + 1), benign first, of the packets of ``samples``.

    ``classes`` are the M + 1 names, ``asked`` the positions of the attacks that the figures are about: packets of
    others count among the rest only. For what does not fit in memory at once: a ``Tally``, and ``tally_figures``.
    """
    tally = Tally(classes)
    tally.add(scores, samples)
    return tally_figures(tally, asked, resamples, seed, platt)


def tally_figures(
    tally: Tally, asked: Sequence[int], resamples: int = 200, seed: int = 0, platt: Platt | None = None
) -> dict[str, Any]:
    """Figures of all that a tally has counted; None where there is none, as of a class without a packet.

    | key | holds |
    |---|---|
    | ``mean_auc map_benign map_rest mean_recall@R mean_ece mean_brier`` | means over the classes asked that occur |
    | ``any_auc any_ap any_recall@R any_ece any_brier`` | packets of all classes asked, by 1 - benign, against benign |
    | ``packets benign unlabelled episodes minutes`` | counts; of attacks only those asked |
    | ``intervals`` | by the names above: [low, high], 95 %, percentile bootstrap over episodes and benign minutes |
    | ``resampled`` | by the names of :data:`HEADLINE`: of each resample; one seed draws the same for all methods |
    | ``classes`` | by name: ``packets episodes auc ap_benign ap_rest recall@R any_auc ece brier intervals`` |
    | ``curves`` | by name, and ``any``: ``roc``, ``precision_recall`` (against benign), lists |
    | ``reliability`` | by name, and ``any``: ``said was packets``, lists of at most 15 |
    | ``calibrated`` | the same errors, Brier scores and ``reliability`` after Platt scaling; only with ``platt`` |
    | ``confusion`` | ``classes`` and ``counts`` [M + 1][M + 1]: rows are the truth, columns the highest score |
    | ``auc_error`` | the most that binning can have done to an AUC; 0 where all scores were kept |

    R is a rate of :data:`RATES`. A class has intervals of its own from three episodes on. In the means a class with
    one episode does not vary, so their intervals are narrow where most have one.
    """
    codes = np.array([unit.code for unit in tally.units], np.int64)
    weights = np.hstack([np.ones((len(codes), 1)), draw(codes, resamples, seed)])
    present = [m for m in sorted(set(asked)) if (codes == m).any()]
    attack = np.isin(codes, present)
    roles = np.where(codes == 0, BENIGN, np.where(attack, OWN, IGNORED))
    any_column = tally.column(0)
    by_any = _answer(any_column, roles, weights, 0, platt)
    answers, classes = [], {}
    for m in present:
        roles = np.where(codes == 0, BENIGN, np.where(codes == m, OWN, REST))
        answer = _answer(tally.column(m), roles, weights, m, platt)
        answers.append(answer)
        as_any = _swept(any_column, np.where(roles == REST, IGNORED, roles), weights)[:, AUC]
        each = dict(zip(_NAMES, answer.swept.T, strict=True)) | {"any_auc": as_any}
        entry: dict[str, Any] = {"packets": answer.packets, "episodes": int((codes == m).sum())}
        entry |= {name: _number(values[0]) for name, values in each.items()}
        entry |= {"ece": _number(answer.raw.error), "brier": _number(answer.raw.brier)}
        if entry["episodes"] >= EPISODES and resamples:
            entry["intervals"] = {name: interval(values[1:]) for name, values in each.items()}
        classes[tally.classes[m]] = entry
    means = np.mean([answer.swept for answer in answers], axis=0) if answers else np.full_like(by_any.swept, np.nan)
    head = dict(zip(_MEANS, means.T, strict=True)) | dict(
        zip(_ANY, np.delete(by_any.swept, AP_REST, axis=1).T, strict=True)
    )
    named = dict(zip(("any", *classes), (by_any, *answers), strict=True))
    found: dict[str, Any] = {
        **{name: _number(values[0]) for name, values in head.items()},
        **_calibration([answer.raw for answer in named.values()]),
        "packets": by_any.packets,
        "benign": by_any.benign,
        "unlabelled": tally.unlabelled,
        "episodes": int(attack.sum()),
        "minutes": int((codes == 0).sum()),
        "intervals": {name: interval(values[1:]) for name, values in head.items()} if resamples else {},
        "resampled": {name: [_number(value) for value in head[name][1:]] for name in HEADLINE} if resamples else {},
        "classes": classes,
        "curves": {name: answer.curves for name, answer in named.items()},
        "reliability": {name: _told(answer.raw) for name, answer in named.items()},
        "confusion": {"classes": list(tally.classes), "counts": tally.confusion.tolist()},
        "auc_error": max(answer.auc_error for answer in named.values()),
    }
    if platt is not None:
        scaled = {name: answer.scaled for name, answer in named.items() if answer.scaled is not None}
        found["calibrated"] = {
            **_calibration(list(scaled.values())),
            "classes": {
                name: {"ece": _number(own.error), "brier": _number(own.brier)}
                for name, own in scaled.items()
                if name in classes
            },
            "reliability": {name: _told(own) for name, own in scaled.items()},
        }
    return found


@dataclass(frozen=True, slots=True, eq=False)
class _Answer:
    """All about one column, asked one question."""

    swept: NDArray[np.float64]
    packets: int
    benign: int
    curves: dict[str, dict[str, list[float]]]
    raw: Reliability
    scaled: Reliability | None
    auc_error: float


def _answer(
    column: Column, roles: NDArray[np.int64], weights: NDArray[np.float64], m: int, platt: Platt | None
) -> _Answer:
    scores, packets = column.by_score(roles)
    own, benign = packets[:, OWN], packets[:, BENIGN]
    pairs = float(own.sum()) * float(benign.sum())
    return _Answer(
        _swept(column, roles, weights),
        int(own.sum()),
        int(benign.sum()),
        {"roc": roc_curve(own, benign), "precision_recall": precision_recall_curve(own, benign)},
        reliability(scores, own, benign),
        None if platt is None else reliability(platt.chances(scores, m), own, benign),
        float((own.astype(np.float64) * benign).sum() / pairs / 2.0) if column.bits and pairs else 0.0,
    )


def _swept(column: Column, roles: NDArray[np.int64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    kept = roles[column.units] != IGNORED
    cells = column.images[kept], column.units[kept], column.counts[kept]
    swept: NDArray[np.float64] = sweep(*cells, roles, weights, np.array(RATES))
    return swept


def _calibration(of: Sequence[Reliability]) -> dict[str, float | None]:
    """Any attack's comes first."""
    errors, briers = [own.error for own in of], [own.brier for own in of]
    return {
        "any_ece": _number(errors[0]),
        "any_brier": _number(briers[0]),
        "mean_ece": _number(float(np.mean(errors[1:])) if of[1:] else np.nan),
        "mean_brier": _number(float(np.mean(briers[1:])) if of[1:] else np.nan),
    }


def _told(own: Reliability) -> dict[str, list[float] | list[int]]:
    return {"said": own.said.tolist(), "was": own.was.tolist(), "packets": own.packets.tolist()}


def _number(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
