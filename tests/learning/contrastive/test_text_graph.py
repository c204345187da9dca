"""The text tower's writer: rounding by hand; folders that hold something else."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from packetclip.errors import ModelError
from packetclip.learning.contrastive import write_text_tower
from packetclip.learning.contrastive.text_graph import quantise


def test_rounding_by_hand() -> None:
    weight = np.array([[1.27, 0.0], [-0.64, 2.54]], np.float32)
    rounded, scale = quantise(weight, axis=0)
    assert rounded.tolist() == [[127, 0], [-64, 127]]
    np.testing.assert_allclose(scale, [[0.01, 0.02]], rtol=1e-6)


def test_zeros_stay_zeros() -> None:
    rounded, scale = quantise(np.zeros((2, 2), np.float32), axis=0)
    assert not rounded.any()
    assert np.isfinite(scale).all()


def test_rounding_is_within_half_a_step() -> None:
    weight = np.random.default_rng(0).normal(size=(50, 30)).astype(np.float32)
    rounded, scale = quantise(weight, axis=0)
    assert (np.abs(rounded * scale - weight) <= 0.5001 * scale).all()


def test_a_folder_without_an_encoder(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="No text encoder can be read"):
        write_text_tower(tmp_path, tmp_path / "out")
