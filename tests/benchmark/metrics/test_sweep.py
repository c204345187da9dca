"""The compiled pass over scores: weights are copies, and the figures are the plain ones."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from packetclip.benchmark import auc, average_precision
from packetclip.benchmark.metrics.sweep import AP_BENIGN, AP_REST, AUC, IGNORED, OWN, RECALL, REST, sweep

RATES = np.array([0.0, 0.1, 0.5])
CELL = st.tuples(st.integers(0, 6), st.integers(0, 4), st.integers(1, 3))


def plain(scores: np.ndarray, roles: np.ndarray) -> list[float]:
    """The same of packets, one by one."""
    seen = roles < REST
    own, column = roles[seen] == OWN, scores[seen]
    everything = roles != IGNORED
    found = [auc(column, own), average_precision(column, own)]
    found.append(average_precision(scores[everything], roles[everything] == OWN))
    hits, false = column[own], column[~own]
    for rate in RATES:
        if not len(hits) or not len(false):
            found.append(np.nan)
            continue
        within = [t for t in np.unique(column) if (false >= t).mean() <= rate + 1e-12]
        found.append(max(((hits >= t).mean() for t in within), default=0.0))
    return found


@given(
    st.lists(CELL, max_size=40),
    st.lists(st.integers(0, 3), min_size=5, max_size=5),
    st.lists(st.integers(0, 3), min_size=5, max_size=5),
)
def test_weights_are_copies(cells: list[tuple[int, int, int]], roles: list[int], drawn: list[int]) -> None:
    images, units, counts = (
        (np.array(column, np.int64) for column in zip(*sorted(cells), strict=True))
        if cells
        else (np.zeros(0, np.int64) for _ in range(3))
    )
    role, weights = np.array(roles), np.column_stack([np.ones(5), np.array(drawn, float)])
    found = sweep(images, units, counts, role, weights, RATES)
    for r in range(2):
        copies = counts * weights[units, r].astype(np.int64)
        np.testing.assert_allclose(
            found[r], plain(np.repeat(images, copies).astype(float), np.repeat(role[units], copies)), atol=1e-12
        )


@given(st.lists(CELL, min_size=2, max_size=40))
def test_monotone_transforms_change_nothing(cells: list[tuple[int, int, int]]) -> None:
    images, units, counts = (np.array(column, np.int64) for column in zip(*sorted(cells), strict=True))
    role, weights = np.array([0, 1, 2, 0, 1]), np.ones((5, 1))
    found, cubed = (sweep(i, units, counts, role, weights, RATES) for i in (images, images**3 + 5))
    np.testing.assert_array_equal(found, cubed)


def test_by_hand() -> None:
    """From the top: a hit, a false one, another class, a tie of hit and false one."""
    images, units, counts = np.array([1, 1, 2, 3, 4]), np.array([0, 1, 2, 0, 1]), np.ones(5, np.int64)
    ((*found,),) = sweep(images, units, counts, np.array([0, OWN, REST]), np.ones((3, 1)), RATES)
    assert (found[AUC], found[AP_BENIGN]) == ((2 + 0.5) / 4, (1.0 + 2 / 4) / 2)
    assert found[AP_REST] == (1.0 + 2 / 5) / 2
    assert found[RECALL:] == [0.5, 0.5, 0.5]
