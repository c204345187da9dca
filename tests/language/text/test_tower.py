"""The tower that ships: unit vectors, near to the original's."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from packetclip.errors import ModelError
from packetclip.language.text import BUNDLED, WIDTH, TextTower

SENTENCES = (
    "The originator opened 212 connections to one host's telnet service in ten seconds.",
    "One host asks many ports of another.",
    "Names of 40 characters are asked for once each.",
    "A web request.",
)


@pytest.fixture(scope="module")
def tower() -> TextTower:
    return TextTower.load(threads=1)


def test_vectors_are_of_unit_norm(tower: TextTower) -> None:
    vectors = tower.encode(SENTENCES)
    assert vectors.shape == (4, WIDTH)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_a_vector_does_not_depend_on_its_company(tower: TextTower) -> None:
    together = tower.encode(SENTENCES)
    alone = np.concatenate([tower.encode([sentence]) for sentence in SENTENCES])
    np.testing.assert_allclose(together, alone, atol=1e-5)


def test_meaning_is_near(tower: TextTower) -> None:
    scan, same, other = tower.encode(
        ["A host scans the ports of a server.", "Many ports of one server are tried.", "A mail was delivered."]
    )
    assert scan @ same > scan @ other


def test_nothing_to_encode(tower: TextTower) -> None:
    assert tower.encode([]).shape == (0, WIDTH)


def test_close_to_the_original(tower: TextTower) -> None:
    pytest.importorskip("sentence_transformers")
    from packetclip.learning.contrastive.teachers import load_teacher

    original = load_teacher().encode(SENTENCES)
    assert (original * tower.encode(SENTENCES)).sum(axis=1).min() > 0.995


def test_the_folder_is_small_enough_to_ship() -> None:
    assert sum(path.stat().st_size for path in BUNDLED.iterdir()) <= 25_000_000


def test_a_damaged_tower_is_named(tmp_path: Path) -> None:
    shutil.copy(BUNDLED / "vocab.txt", tmp_path)
    (tmp_path / "text.onnx").write_bytes(b"not a graph")
    with pytest.raises(ModelError, match=r"text\.onnx cannot be loaded"):
        TextTower.load(tmp_path)


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"vocab\.txt cannot be read"):
        TextTower.load(tmp_path / "nowhere")
