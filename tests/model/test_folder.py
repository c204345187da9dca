"""A model's folder: whole, or refused with a sentence."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from packetclip.errors import DamagedModel, IncompatibleModel, MissingModel, ModelError, OutputError
from packetclip.model import Calibration, Concepts, Manifest, Model, Scorer, load, seal
from tests.model import tiny


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny.write(tmp_path_factory.mktemp("model") / "tiny")


@pytest.fixture
def copy(folder: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(folder, tmp_path / "copy"))


def rewrite(folder: Path, **changes: object) -> None:
    path = folder / "model.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def test_load(folder: Path) -> None:
    model = load(folder)
    assert model.name == "tiny 0"
    assert model.manifest.missions == tiny.MISSIONS
    assert model.calibration.missions["port_scan"].threshold == 0.6
    assert model.card.startswith("# tiny")
    assert tuple(mission.name for mission in model.missions) == tiny.MISSIONS
    assert set(model.manifest.files) >= {"encoder.onnx", "missions/port_scan.toml", "card.md"}


def test_save_and_load_again(folder: Path, tmp_path: Path) -> None:
    model = load(folder)
    model.save(tmp_path / "a" / "b")
    again = load(tmp_path / "a" / "b")
    assert again.manifest == model.manifest
    assert again.calibration == model.calibration
    again.save(tmp_path / "a" / "b")  # onto itself


def test_save_refuses_to_mix_with_other_things(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("dear diary")
    with pytest.raises(OutputError, match="no model's folder"):
        load(folder).save(tmp_path)
    with pytest.raises(OutputError, match="no model's folder"):
        load(folder).save(tmp_path / "mine.txt")


def test_missing(tmp_path: Path) -> None:
    with pytest.raises(MissingModel, match="no model folder"):
        load(tmp_path / "nowhere")
    with pytest.raises(MissingModel, match=r"model\.json"):
        load(tmp_path)


@pytest.mark.parametrize(
    "name", ["encoder.onnx", "decision.onnx", "concepts.safetensors", "calibration.json", "missions/port_scan.toml"]
)
def test_every_changed_cut_or_missing_file_is_noticed(copy: Path, name: str) -> None:
    whole = (copy / name).read_bytes()
    for harmed in (whole[:-1], b"", bytes([whole[0] ^ 1]) + whole[1:]):
        (copy / name).write_bytes(harmed)
        with pytest.raises(DamagedModel, match=name):
            load(copy)
    (copy / name).unlink()
    with pytest.raises(DamagedModel, match=name):
        load(copy)


@pytest.mark.parametrize(
    ("changes", "error", "says"),
    [
        ({"format": 2}, IncompatibleModel, "format 2"),
        ({"format": "one"}, DamagedModel, "format"),
        ({"fields": ["orig_flows_10s", "shoe_size"]}, IncompatibleModel, "shoe_size"),
        ({"fields": ["orig_flows_10s"] * 2}, DamagedModel, "twice"),
        ({"missions": []}, DamagedModel, "missions"),
        ({"missions": None}, DamagedModel, "missions"),
        ({"concepts": [["tea_break", "x"]]}, DamagedModel, "tea_break"),
        ({"concepts": [["port_scan", "refused"]]}, IncompatibleModel, "shape"),
        ({"history": {"steps": 0}}, DamagedModel, "out of range"),
        ({"history": {"key": "moon"}}, DamagedModel, "moon"),
        ({"files": {"../encoder.onnx": "00"}}, DamagedModel, "out of the folder"),
        ({"files": {}}, DamagedModel, r"encoder\.onnx"),
    ],
)
def test_wrong_manifests(copy: Path, changes: dict[str, object], error: type[ModelError], says: str) -> None:
    rewrite(copy, **changes)
    with pytest.raises(error, match=says):
        load(copy)


def test_manifest_that_is_no_json(copy: Path) -> None:
    for text in (b"{", b"[]", b"\xff\xfe"):
        (copy / "model.json").write_bytes(text)
        with pytest.raises(DamagedModel):
            load(copy)


@pytest.mark.parametrize("wrong", ["{}", '{"missions": {"icmp_flood": {}}}', "[]", "nan"])
def test_wrong_calibration(copy: Path, wrong: str) -> None:
    (copy / "calibration.json").write_text(wrong)
    seal(copy, tiny.manifest())
    with pytest.raises(DamagedModel, match="calibration"):
        load(copy)


def test_wrong_missions(copy: Path) -> None:
    (copy / "missions" / "port_scan.toml").write_text("name = 3")
    seal(copy, tiny.manifest())
    with pytest.raises(DamagedModel, match="missions"):
        _ = load(copy).missions


def test_graphs_that_do_not_fit_the_manifest(copy: Path) -> None:
    seal(copy, tiny.manifest(steps=tiny.STEPS + 1))
    with pytest.raises(IncompatibleModel, match="keys"):
        Scorer(load(copy))
    (copy / "decision.onnx").write_bytes((copy / "encoder.onnx").read_bytes())
    seal(copy, tiny.manifest())
    with pytest.raises(IncompatibleModel):
        Scorer(load(copy))
    (copy / "encoder.onnx").write_bytes(b"no graph at all")
    seal(copy, tiny.manifest())
    with pytest.raises(DamagedModel, match="cannot be opened"):
        Scorer(load(copy))


def test_small_files_survive_the_round_trip(folder: Path, tmp_path: Path) -> None:
    model = load(folder)
    model.calibration.write(tmp_path)
    assert Calibration.read(tmp_path, tiny.MISSIONS) == model.calibration
    model.concepts.write(tmp_path)
    again = Concepts.read(tmp_path, len(tiny.CONCEPTS))
    assert np.array_equal(again.projected, model.concepts.projected)
    assert np.allclose(again.project(again.text), again.projected, atol=1e-6)
    model.manifest.write(tmp_path)
    assert Manifest.read(tmp_path) == model.manifest


def test_default_model_that_is_not_there_is_explained(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("packetclip.model.folder.DEFAULT", tmp_path / "default")
    with pytest.raises(MissingModel, match="make model"):
        load()


def test_card_may_be_missing(copy: Path) -> None:
    (copy / "card.md").unlink()
    seal(copy, tiny.manifest())
    model: Model = load(copy)
    assert model.card == ""
