"""A whole fit by its recipe, with a made-up encoder in place of a pre-trained one."""

from __future__ import annotations

import importlib
from pathlib import Path

import numpy as np
import pytest

from packetclip.learning.contrastive import TextProjection
from packetclip.learning.encoders import BehaviourConfig, BehaviourEncoder
from packetclip.learning.reasoning import run
from packetclip.learning.reasoning.run import Parts
from packetclip.model import load
from tests.learning.reasoning import small
from tests.model import traffic

RECIPE = """
name = "small"
version = "0"
pretrained = "nowhere"

[[train]]
path = "."
names = ["one"]

[[tune]]
path = "."
names = ["two"]

[[life]]
path = "life"

[reasoner]
hidden = 2
width = 16
steps = 4

[fit]
epochs = 1
temporal_epochs = 1
batch = 64
"""


def test_from_recipe_to_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def gather(pretrained: Path) -> Parts:
        assert pretrained == tmp_path / "nowhere"
        texts = small.text_vectors(small.missions())
        encoder = BehaviourEncoder(BehaviourConfig(width=16, blocks=1, byte_width=8))
        return Parts(encoder, TextProjection(), small.missions(), texts, texts, 14.0)

    monkeypatch.setattr(importlib.import_module("packetclip.learning.reasoning.run"), "gather", gather)
    for name in ("one", "two"):
        traffic.write(tmp_path / f"{name}.pcap")
        rows = (f"{n},{'Port Scan,1' if n % 2 else 'Benign,'}" for n in range(len(traffic.records())))
        (tmp_path / f"{name}.labels.csv").write_text("index,label,episode\n" + "\n".join(rows))
    (tmp_path / "life").mkdir()
    for n in range(6):
        traffic.write(tmp_path / "life" / f"{n}.pcap")
    (tmp_path / "recipe.toml").write_text(RECIPE)

    kept = run(tmp_path / "recipe.toml", tmp_path / "model")

    model = load(tmp_path / "model")
    assert model.name == "small 0"
    assert model.manifest.missions == small.NAMES
    assert model.manifest.history.steps == 4
    assert kept[0].name == "two"
    assert kept[0].labels is not None
    assert set(np.unique(kept[0].labels)) == {0, small.NAMES.index("port_scan") + 1}
    assert all(one.labels is None for one in kept[1:])
    assert 0 < len(kept[1:]) < 6  # of life, some was trained on and some was kept
    assert (tmp_path / "model.work" / "fit.jsonl").exists()
