"""Bins fill up from below, one after the other."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from packetclip.learning.reasoning import Adapter
from packetclip.learning.reasoning.adapter import SMALLEST_BIN
from tests.learning.reasoning import small

BINS = 5


@pytest.fixture
def bins() -> Adapter:
    """An adapter that gives its bins as they are: (N, F * bins)."""
    adapter = Adapter(bins=BINS, width=8, hide=0.0)
    values = small.fields(300)
    values[:, 3] = 2.0  # a field that never changes
    adapter.fit(values)
    adapter.net = torch.nn.Sequential()
    return adapter.train()


def test_bins_rise_and_stay_within_a_half(bins: Adapter) -> None:
    steps = torch.linspace(-1.0, 30.0, 120).exp().unsqueeze(1).expand(-1, small.F)
    steps = torch.cat([torch.full((1, small.F), -5.0), torch.zeros(1, small.F), steps])
    filled = bins(steps).view(len(steps), small.F, BINS)
    assert (filled.diff(dim=0) >= 0.0).all()
    assert (filled >= -0.5).all()
    assert (filled <= 0.5).all()
    assert (filled[-1] == 0.5).all()


def test_bins_follow_one_another(bins: Adapter) -> None:
    assert (bins.low.diff(dim=1) >= 0.0).all()
    assert (bins.width >= SMALLEST_BIN - 1e-7).all()
    values = torch.from_numpy(small.fields(50, seed=3))
    filled = bins(values).view(len(values), small.F, BINS)
    wide = bins.width > SMALLEST_BIN * 1.01  # the smallest bins may overlap
    for k in range(1, BINS):
        begun = (filled[:, :, k] > -0.5 + 1e-4) & wide[:, k] & wide[:, k - 1]
        assert (filled[:, :, k - 1][begun] > 0.5 - 1e-4).all()


def test_every_bin_is_reached_by_training_rows(bins: Adapter) -> None:
    values = small.fields(300)
    filled = bins(torch.from_numpy(values)).view(300, small.F, BINS)
    moving = np.ptp(values, axis=0) > 0.1
    moving[3] = False  # the field that the fixture held still
    assert (filled.amax(0) - filled.amin(0))[torch.from_numpy(moving)].amin() > 0.0


def test_the_order_of_a_runtime_gives_the_same() -> None:
    adapter = Adapter(bins=BINS, width=8, hide=0.0, dropout=0.0)
    adapter.fit(small.fields(300))
    values = torch.from_numpy(small.fields(40, seed=3))
    assert torch.allclose(adapter.eval()(values), adapter.train()(values), atol=1e-5)


def test_hidden_fields_are_hidden_whole_and_only_in_training() -> None:
    adapter = Adapter(bins=BINS, width=8, hide=0.0)
    adapter.fit(small.fields(300))
    values = torch.from_numpy(small.fields(40, seed=3))
    assert torch.equal(adapter.eval()(values), adapter(values))
    adapter.net = torch.nn.Sequential()
    plain = adapter.train()(values).view(40, small.F, BINS)
    adapter.hide = 0.5
    torch.manual_seed(0)
    shown = adapter(values).view(40, small.F, BINS)
    hidden = (shown == 0.0).all(2)
    assert 0.4 < float(hidden.float().mean()) < 0.6
    assert torch.allclose(shown[~hidden], plain[~hidden] * 2.0)
