"""From counts by score to AUC, average precision and recall, for many weightings of the units in one pass."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numba import njit

__all__ = ["AP_BENIGN", "AP_REST", "AUC", "BENIGN", "IGNORED", "OWN", "RECALL", "REST", "sweep"]

BENIGN: Final = 0
OWN: Final = 1
REST: Final = 2
"""Neither: only against the rest does it count."""
IGNORED: Final = 3

AUC: Final = 0
AP_BENIGN: Final = 1
AP_REST: Final = 2
RECALL: Final = 3
"""Columns of what ``sweep`` gives; a recall for each rate from here on."""


@njit(cache=True, nogil=True)
def sweep(images: Any, units: Any, counts: Any, roles: Any, weights: Any, rates: Any) -> Any:
    """Figures (R, 3 + L) of K cells in rising order of ``images`` (K,): AUC, AP against benign, AP against the rest,
    recall at each of the false-positive rates (L,); NaN where there is nothing to rank.

    A cell is ``counts`` (K,) packets of one score and one of ``units`` (K,); ``roles`` (U,) says what a unit is here,
    ``weights`` (U, R) how often it counts. A tie counts half in the AUC. Recall is that of the lowest threshold whose
    share of benign packets is within the rate: no interpolation.
    """
    n, runs, limits = len(images), weights.shape[1], len(rates)
    out = np.full((runs, 3 + limits), np.nan)
    benign, own = np.zeros(runs), np.zeros(runs)
    for i in range(n):
        role = roles[units[i]]
        if role == 0:
            for r in range(runs):
                benign[r] += counts[i] * weights[units[i], r]
        elif role == 1:
            for r in range(runs):
                own[r] += counts[i] * weights[units[i], r]
    allowed = np.empty((limits, runs))
    for k in range(limits):
        allowed[k] = rates[k] * benign * (1.0 + 1e-12)
    hits, false, rest = np.zeros(runs), np.zeros(runs), np.zeros(runs)
    new_hits, new_false, new_rest = np.zeros(runs), np.zeros(runs), np.zeros(runs)
    auc, ap_benign, ap_rest = np.zeros(runs), np.zeros(runs), np.zeros(runs)
    recall = np.zeros((limits, runs))
    high = n
    while high > 0:
        low, any_own = high, False
        while low > 0 and images[low - 1] == images[high - 1]:
            low -= 1
            any_own = any_own or roles[units[low]] == 1
        to_hits, to_false, to_rest = (new_hits, new_false, new_rest) if any_own else (hits, false, rest)
        for i in range(low, high):
            row, count, role = weights[units[i]], float(counts[i]), roles[units[i]]
            if role == 0:
                for r in range(runs):
                    to_false[r] += count * row[r]
            elif role == 1:
                for r in range(runs):
                    to_hits[r] += count * row[r]
            elif role == 2:
                for r in range(runs):
                    to_rest[r] += count * row[r]
        if any_own:
            for r in range(runs):
                auc[r] += new_hits[r] * (benign[r] - false[r] - 0.5 * new_false[r])
                hits[r] += new_hits[r]
                false[r] += new_false[r]
                rest[r] += new_rest[r]
                seen = max(hits[r] + false[r], 1.0)
                ap_benign[r] += new_hits[r] * (hits[r] / seen)
                ap_rest[r] += new_hits[r] * (hits[r] / (seen + rest[r]))
                new_hits[r] = 0.0
                new_false[r] = 0.0
                new_rest[r] = 0.0
            for k in range(limits):
                for r in range(runs):
                    if false[r] <= allowed[k, r]:
                        recall[k, r] = hits[r]
        high = low
    for r in range(runs):
        if own[r] > 0.0:
            out[r, 1] = ap_benign[r] / own[r]
            out[r, 2] = ap_rest[r] / own[r]
            if benign[r] > 0.0:
                out[r, 0] = auc[r] / (own[r] * benign[r])
                for k in range(limits):
                    out[r, 3 + k] = recall[k, r] / own[r]
    return out
