"""One of each plot, out of made-up figures."""

from __future__ import annotations

from functools import cache

import numpy as np

from packetclip.benchmark.plots import (
    confusion_matrix,
    cost_map,
    embedding_map,
    figure_bars,
    occlusion_ladder,
    precision_recall_curves,
    quiet_curves,
    reliability_curves,
    roc_curves,
    scarcity_curves,
    score_timeline,
    strips,
)
from packetclip.benchmark.report import Plot
from packetclip.datasets import CLASSES

METHODS = (
    "packetclip", "extra trees", "LightGBM", "logistic regression", "1-NN", "payload transformer, frozen",
    "payload transformer, fine-tuned", "1-D CNN on bytes", "Kitsune-style ensemble", "half-space trees",
    "twelve one-line rules", "plain head on our embedding",
)  # fmt: skip
SPLITS = ("packet", "flow", "capture", "network", "rotation A to C")


def _roc(strength: float) -> tuple[np.ndarray, np.ndarray]:
    false = np.r_[0, np.geomspace(1e-5, 1, 120)]
    return false, false ** (1 / strength)


@cache
def plots() -> dict[str, Plot]:
    """Name -> plot; the same each time."""
    rng = np.random.default_rng(4)
    some = METHODS[:6]
    roc = {one: _roc(30 / (1 + 2 * i)) for i, one in enumerate(some)}
    areas = {one: float(np.trapezoid(y, x)) for one, (x, y) in roc.items()}
    classes = {one: _roc(40 / (1 + i)) for i, one in enumerate(CLASSES[1:])}
    recall = np.linspace(0, 1, 80)
    precision = {one: (recall, 1 - (0.03 + 0.14 * i) * recall ** (5 - 0.7 * i)) for i, one in enumerate(some)}

    seconds = np.sort(rng.uniform(0, 3600, 20_000))
    episodes = [
        (t, t + rng.uniform(10, 150), CLASSES[1 + i % 16]) for i, t in enumerate(np.sort(rng.uniform(60, 3400, 24)))
    ]
    attack = np.any([(seconds >= s) & (seconds < e) for s, e, _ in episodes], 0)
    rows = {
        one: strips(
            seconds,
            np.clip(rng.beta(1, 20 - 4 * i, len(seconds)) + attack * rng.beta(6 - i, 1 + i, len(seconds)), 0, 1),
            attack,
        )
        for i, one in enumerate(METHODS[:4])
    }

    truth = rng.integers(50, 9000, len(CLASSES)) * np.r_[30, np.ones(len(CLASSES) - 1)]
    confusion = np.diag(truth * rng.uniform(0.6, 1, len(CLASSES)))
    for _ in range(40):
        i, j = rng.integers(0, len(CLASSES), 2)
        confusion[i, j] += truth[i] * rng.uniform(0.0001, 0.3)

    shares = np.array([0.01, 0.03, 0.1, 0.3, 1.0])
    scarcity = {}
    for i, one in enumerate(some):
        middle = 1 - 0.006 * (i + 1) - 0.03 * (i + 1) * (1 - np.log10(100 * shares) / 2)
        scarcity[one] = (shares, middle, middle - 0.02, np.minimum(1, middle + 0.015))

    steps = [
        "everything",
        "without payload bytes",
        "without header bytes",
        "without flow context",
        "without hosts' context",
        "context alone",
    ]
    ladder = {
        one: {
            s: (v, v - 0.02, min(1, v + 0.015))
            for s, v in zip(steps, np.array([0.997, 0.996, 0.981, 0.94, 0.86, 0.97]) - 0.03 * i, strict=True)
        }
        for i, one in enumerate(METHODS[:2])
    }
    kinds = rng.integers(0, len(CLASSES), 3000) * rng.integers(0, 2, 3000)
    centres, networks = rng.normal(0, 6, (len(CLASSES), 2)), rng.integers(0, 3, 3000)
    points = centres[kinds] + rng.normal(0, 0.8, (3000, 2)) + 0.7 * networks[:, None]

    stated = np.linspace(0.02, 0.98, 15)
    reliability = {one: (stated, np.clip(stated ** (0.6 + 0.35 * i), 0, 1)) for i, one in enumerate(METHODS[:4])}

    level = np.linspace(0, 1, 40)
    quiet = {one: (0.2 * level**2 * (1 + i), 0.65 * level ** (0.5 + 0.3 * i)) for i, one in enumerate(METHODS[:4])}
    shipped = {one: (0.02 + 0.08 * i, 0.51 - 0.07 * i) for i, one in enumerate(METHODS[:4])}
    shipped[METHODS[10]] = (0.0, 16 / 49)

    bars = {
        one: {
            s: (v := 0.999 - 0.02 * j - 0.02 * i * rng.random(), v - 0.015, min(1, v + 0.01))
            for j, s in enumerate(SPLITS)
        }
        for i, one in enumerate(METHODS)
    }
    costs = {
        one: {"speed": s, "figure": (f, f - 0.01, min(1, f + 0.01)), "parameters": p}
        for one, s, f, p in zip(
            METHODS,
            (90_000, 60_000, 150_000, 900_000, 300, 90, 92, 4_000, 8_000, 900, 700_000, 95_000),
            (0.997, 0.998, 0.9985, 0.97, 0.98, 0.79, 0.83, 0.86, 0.88, 0.81, 0.76, 0.99),
            (1.6e6, 2.6e6, 4e5, 5e3, 8e6, 131.5e6, 131.6e6, 3e5, 2e4, 1e5, 0, 9e5), strict=True,
        )
    }  # fmt: skip
    labellings = {"class": [CLASSES[k] for k in kinds], "network": [f"network {'ABC'[n]}" for n in networks]}
    ours = METHODS[0]
    made = [
        roc_curves("roc-methods", roc, "Found attacks against false alarms.", areas=areas, ours=ours),
        roc_curves("roc-classes", classes, "The same, a class a line.", areas=dict.fromkeys(classes, 0.98)),
        precision_recall_curves(
            "precision-recall", precision, "Precision against recall.",
            areas=dict.fromkeys(some, 0.9), base_rate=0.07, ours=ours,
        ),
        score_timeline("timeline-b1", rows, episodes, "An hour of b1.", thresholds=dict.fromkeys(rows, 0.7)),
        confusion_matrix("confusion", confusion, CLASSES, "What packets of each class were called."),
        scarcity_curves("scarcity", scarcity, "Mean AUC against how much was there to learn from.", ours=ours),
        occlusion_ladder("ladder", ladder, "Mean AUC as views are taken away.", ours=ours),
        embedding_map("space", points, labellings, "Packets' embeddings in two dimensions."),
        reliability_curves(
            "reliability", reliability, "Stated against true.", errors=dict.fromkeys(reliability, 0.031), ours=ours
        ),
        quiet_curves("quiet", quiet, shipped, "Quiet and right at once.", right_of=49, quiet_of=112, ours=ours),
        figure_bars("bars", bars, "Mean AUC of every method on every split."),
        cost_map("cost", costs, "What a figure costs.", ours=ours),
    ]  # fmt: skip
    return {plot.name: plot for plot in made}
