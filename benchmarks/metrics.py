"""Figures of 100 million packets in bounded memory: a stream with known answers through the tally of the benchmark.

    python benchmarks/metrics.py [--packets 100_000_000] [--attacks 3]

Scores of each class are normal, those of its own packets one deviation and a half higher, so its AUC is known without
counting: Phi(1.5 / sqrt(2)) = 0.8556.
"""

from __future__ import annotations

import argparse
import resource
import time
from math import erf

import numpy as np

from packetclip.benchmark.metrics import Tally, tally_figures
from packetclip.benchmark.samples import Samples

CHUNK = 1_000_000
APART = 1.5
EPISODE = 50_000
"""Packets of one class that follow each other."""


def chunk(number: int, size: int, attacks: int) -> tuple[np.ndarray, Samples]:
    rng = np.random.default_rng(number)
    classes = np.repeat(rng.integers(0, attacks + 1, -(-size // EPISODE)), EPISODE)[:size].astype(np.int16)
    scores = rng.normal(size=(size, attacks + 1))
    rows = np.flatnonzero(classes)
    scores[rows, classes[rows]] += APART
    scores[:, 0] = -rng.normal(size=size) - APART * (classes > 0)  # benign: 1 - any attack, as far as ranks go
    nothing = np.zeros((size, 0))
    digest = np.zeros(size, np.uint64)
    samples = Samples(
        fields=nothing.astype(np.float32), masked=nothing.astype(np.uint8), payload=nothing.astype(np.uint8),
        payload_length=np.zeros(size, np.int32), scored=np.ones(size, bool), classes=classes,
        episodes=np.where(classes > 0, np.arange(size) // EPISODE, -1).astype(np.int32),
        capture=np.zeros(size, np.int16), flow=np.zeros(size, np.int64),
        time_ns=10**18 + (number * size + np.arange(size, dtype=np.int64)) * 20_000,
        orig=digest, resp=digest, conversation=digest, content=digest, alike=digest,
        names=(f"chunk {number}",), networks=("made up",),
    )  # fmt: skip
    return 1.0 / (1.0 + np.exp(-scores)), samples


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--packets", type=int, default=100_000_000)
    parser.add_argument("--attacks", type=int, default=3, help="classes of attack")
    asked = parser.parse_args()
    tally = Tally(("Benign", *(f"attack {m}" for m in range(1, asked.attacks + 1))))
    counting, peaks = 0.0, []
    for number, at in enumerate(range(0, asked.packets, CHUNK)):
        scores, samples = chunk(number, min(CHUNK, asked.packets - at), asked.attacks)
        began = time.process_time()
        tally.add(scores, samples)
        counting += time.process_time() - began
        peaks.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    began = time.process_time()
    found = tally_figures(tally, range(1, asked.attacks + 1))
    figured = time.process_time() - began
    known = 0.5 * (1.0 + erf(APART / 2.0))
    low, high = found["intervals"]["mean_auc"]
    print(f"{asked.packets:,} packets, {asked.attacks + 1} columns, {len(tally.units):,} episodes and minutes")
    print(f"counted at {asked.packets / counting:,.0f} packets a second of one core; figures in {figured:.0f} s")
    peaks.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    first, last, whole = peaks[0], peaks[-2], peaks[-1]
    print(f"memory: {first:,.0f} MB after a million packets, {last:,.0f} MB after all, {whole:,.0f} MB with figures")
    print(f"mean AUC {found['mean_auc']:.5f} ({low:.5f} to {high:.5f}), known to be {known:.5f}")
    print(f"what binning can have done to it: {found['auc_error']:.1e} at most")


if __name__ == "__main__":
    main()
