"""Calibration: scikit-learn's bins, a plain count of them, and Platt scaling."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from packetclip.benchmark.metrics import Platt, reliability


def counted(chances: np.ndarray, own: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Distinct probabilities, packets of the class and others at each."""
    distinct, place = np.unique(chances, return_inverse=True)
    return distinct, np.bincount(place[own], minlength=len(distinct)), np.bincount(place[~own], minlength=len(distinct))


def test_equal_to_scikit_learn() -> None:
    calibration = pytest.importorskip("sklearn.calibration")
    metrics = pytest.importorskip("sklearn.metrics")
    rng = np.random.default_rng(0)
    chances = rng.random(1500) ** 2
    own = rng.random(1500) < chances**0.5
    found = reliability(*counted(chances, own))
    was, said = calibration.calibration_curve(own, chances, n_bins=15, strategy="quantile")
    assert found.packets.tolist() == [100] * 15
    np.testing.assert_allclose(found.said, said)
    np.testing.assert_allclose(found.was, was)
    assert found.error == pytest.approx(np.abs(was - said).mean())
    assert found.brier == pytest.approx(metrics.brier_score_loss(own, chances))


@given(st.lists(st.tuples(st.integers(0, 8), st.booleans()), min_size=1, max_size=80), st.integers(1, 15))
def test_equal_probabilities_stay_together(stream: list[tuple[int, bool]], bins: int) -> None:
    chances, own = np.array([c / 8 for c, _ in stream]), np.array([hit for _, hit in stream])
    found = reliability(*counted(chances, own), bins)
    assert len(found.said) <= min(bins, len(set(chances.tolist())))
    assert found.packets.sum() == len(stream)
    assert (found.packets > 0).all() and (np.diff(found.said) > 0).all()
    assert found.packets @ found.was == pytest.approx(own.sum())
    assert found.packets @ found.said == pytest.approx(chances.sum())
    assert found.brier == pytest.approx(((chances - own) ** 2).mean())


def test_without_packets() -> None:
    found = reliability(np.zeros(0), np.zeros(0, np.int64), np.zeros(0, np.int64))
    assert math.isnan(found.error) and math.isnan(found.brier)


def test_platt_mends_what_is_too_sure_and_keeps_ranks() -> None:
    rng = np.random.default_rng(1)
    log_odds = rng.normal(-1.0, 1.5, (20_000, 3))
    truth = 1.0 / (1.0 + np.exp(-log_odds[:, 1]))
    classes = np.where(rng.random(20_000) < truth, 1, 0)
    shown = 1.0 / (1.0 + np.exp(-4.0 * log_odds - 1.0))
    shown[:, 0] = 1.0 - shown[:, 1]
    fitted = Platt.fit(shown, np.r_[classes, [-1]][:20_000])
    assert fitted.scale[1] == pytest.approx(0.25, rel=0.1)
    scaled = fitted.apply(shown)
    np.testing.assert_allclose(scaled[:, 1], truth, atol=0.03)
    np.testing.assert_allclose(1.0 - scaled[:, 0], scaled[:, 1], atol=1e-6)
    order = np.argsort(shown[:, 1])
    assert (np.diff(scaled[order, 1]) >= 0.0).all()
    np.testing.assert_allclose(fitted.chances(shown[:, 1], 1), scaled[:, 1])
    before, after = (reliability(*counted(c[:, 1], classes == 1)).error for c in (shown, scaled))
    assert after < 0.02 < before


def test_platt_of_a_class_that_was_never_seen_is_finite() -> None:
    shown = np.tile([1.0, 0.0, 0.0], (50, 1))
    fitted = Platt.fit(shown, np.zeros(50, np.int64))
    assert np.isfinite(fitted.scale).all() and np.isfinite(fitted.offset).all()
    assert (Platt.fit(shown[:0], np.zeros(0, np.int64)).scale == 1.0).all()
