"""Training: it learns, counts its steps, repeats, and resumes as if never stopped."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from packetclip.errors import DamagedModel, IncompatibleModel, MissingModel, RecipeError
from packetclip.learning.contrastive import PretrainConfig, load_checkpoint, pretrain
from packetclip.learning.contrastive.pretrain import embed
from packetclip.learning.encoders import BehaviourConfig
from tests.learning.contrastive.toys import toy_pairs

SMALL = BehaviourConfig(width=32, blocks=1, byte_width=8)
QUICK = PretrainConfig(epochs=3, batch=8, held_out=0.2, threads=1)


def weights(module: nn.Module) -> dict[str, Any]:
    return {name: value.clone() for name, value in module.state_dict().items()}


def same(one: nn.Module, other: nn.Module) -> bool:
    first, second = weights(one), weights(other)
    return first.keys() == second.keys() and all(torch.equal(first[name], second[name]) for name in first)


@pytest.mark.parametrize("loss", ["info_nce", "siglip"])
def test_overfits_eight_pairs(tmp_path: Path, loss: str) -> None:
    pairs = toy_pairs(8)
    calm = BehaviourConfig(width=64, blocks=1, byte_width=8, dropout=0, hide_bytes=0, hide_group=0)
    config = PretrainConfig(epochs=60, batch=8, rate=1e-2, held_out=0, loss=loss, threads=1)
    model = pretrain(pairs, config, tmp_path, encoder_config=calm)
    with torch.no_grad():
        texts = model.projection(torch.from_numpy(pairs.vectors))
    nearest = (embed(model.encoder, pairs) @ texts.T).argmax(dim=1)
    assert nearest.tolist() == list(range(8))
    lines = [json.loads(line) for line in (tmp_path / "metrics.jsonl").read_text().splitlines()]
    assert lines[-1]["loss"] < 0.3 * lines[0]["loss"]


def test_counts_its_steps(tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    config = PretrainConfig(epochs=3, batch=8, held_out=0, threads=1)
    pretrain(
        toy_pairs(21), config, tmp_path, lambda what, done, total: seen.append((done, total)), encoder_config=SMALL
    )
    assert seen == [(step, 9) for step in range(1, 10)]  # 8 + 8 + 5, three times
    lines = [json.loads(line) for line in (tmp_path / "metrics.jsonl").read_text().splitlines()]
    assert [(line["epoch"], line["step"]) for line in lines] == [(1, 3), (2, 6), (3, 9)]


def test_a_seed_repeats_exactly(tmp_path: Path) -> None:
    pairs = toy_pairs(40, captions=2)
    one = pretrain(pairs, QUICK, tmp_path / "one", encoder_config=SMALL)
    torch.rand(17)  # whatever the caller draws between
    two = pretrain(pairs, QUICK, tmp_path / "two", encoder_config=SMALL)
    assert same(one, two)
    other = PretrainConfig(epochs=3, batch=8, held_out=0.2, threads=1, seed=1)
    assert not same(one, pretrain(pairs, other, tmp_path / "three", encoder_config=SMALL))


def test_resuming_equals_never_stopping(tmp_path: Path) -> None:
    pairs = toy_pairs(40, captions=2)
    whole = pretrain(pairs, QUICK, tmp_path / "whole", encoder_config=SMALL)
    pretrain(pairs, QUICK, tmp_path / "parts", encoder_config=SMALL, stop_after=1)
    resumed = pretrain(pairs, QUICK, tmp_path / "parts", encoder_config=SMALL, resume=True)
    assert same(whole, resumed)
    figures = [
        [{k: v for k, v in json.loads(line).items() if k != "seconds"} for line in path.read_text().splitlines()]
        for path in (tmp_path / "whole" / "metrics.jsonl", tmp_path / "parts" / "metrics.jsonl")
    ]
    assert figures[0] == figures[1]


def test_other_settings_cannot_be_resumed(tmp_path: Path) -> None:
    pairs = toy_pairs(20)
    pretrain(pairs, QUICK, tmp_path, encoder_config=SMALL, stop_after=1)
    changed = PretrainConfig(epochs=4, batch=8, held_out=0.2, threads=1)
    with pytest.raises(RecipeError, match="other settings or other pairs"):
        pretrain(pairs, changed, tmp_path, encoder_config=SMALL, resume=True)


def test_the_caller_keeps_its_random_numbers(tmp_path: Path) -> None:
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    pretrain(toy_pairs(10), QUICK, tmp_path, encoder_config=SMALL, stop_after=1)
    assert torch.equal(torch.rand(3), expected)


def test_a_checkpoint_is_what_was_trained(tmp_path: Path) -> None:
    pairs = toy_pairs(20)
    model = pretrain(pairs, QUICK, tmp_path, encoder_config=SMALL, about={"text": "toy"})
    encoder, projection, config = load_checkpoint(tmp_path)
    assert same(model.encoder, encoder)
    assert same(model.projection, projection)
    assert config["text"] == "toy"
    assert config["pretrain"]["epochs"] == 3
    matrix, shift = projection.matrix()
    vectors = torch.from_numpy(pairs.vectors)
    torch.testing.assert_close(
        nn.functional.normalize(vectors @ matrix + shift, dim=1), projection(vectors), atol=1e-5, rtol=0
    )


def test_damage_is_named(tmp_path: Path) -> None:
    with pytest.raises(MissingModel, match="holds no pre-trained encoder"):
        load_checkpoint(tmp_path)
    pretrain(toy_pairs(10), QUICK, tmp_path, encoder_config=SMALL, stop_after=1)
    config = json.loads((tmp_path / "config.json").read_text())
    (tmp_path / "config.json").write_text(json.dumps({**config, "encoder_settings": {"width": 16, "blocks": 1}}))
    with pytest.raises(DamagedModel, match=r"tensor .* has shape .* want"):
        load_checkpoint(tmp_path)
    (tmp_path / "config.json").write_text(json.dumps({**config, "fields": config["fields"][1:]}))
    with pytest.raises(IncompatibleModel, match="trained on 321 context fields"):
        load_checkpoint(tmp_path)
    (tmp_path / "config.json").write_text(json.dumps(config))
    (tmp_path / "encoder.safetensors").write_bytes(b"short")
    with pytest.raises(DamagedModel, match="cannot be read"):
        load_checkpoint(tmp_path)


def test_too_few_pairs(tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match="at least two"):
        pretrain(toy_pairs(1), PretrainConfig(held_out=0), tmp_path)


def test_captions_take_turns() -> None:
    pairs = toy_pairs(6, captions=3)
    assert pairs.caption.shape == (6, 3)
    assert len(np.unique(pairs.caption)) == 18
