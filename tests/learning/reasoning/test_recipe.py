"""Recipes and labels: what is wrong is said in a sentence."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import zstandard

from packetclip.errors import RecipeError
from packetclip.learning.reasoning import load_examples
from packetclip.learning.reasoning.recipe import LabelledCaptures, LifeCaptures, Recipe, read
from tests.model import traffic

HEAD = 'name = "x"\nversion = "1"\npretrained = "there"\ntrain = []\ntune = []\n'
LABELS = {"port scan": 2, "icmp flood": 1}


def recipe(folder: Path, text: str) -> Recipe:
    path = folder / "recipe.toml"
    path.write_text(text)
    return read(path)


@pytest.mark.parametrize("name", ["lab-missions", "rotation-a", "rotation-c"])
def test_ours_can_be_read(root: Path, name: str) -> None:
    path = root / "recipes" / f"{name}.toml"
    if path.exists():
        ours = read(path)
        assert ours.train
        assert ours.tune
        assert not {n for c in ours.train for n in c.names} & {n for c in ours.tune for n in c.names}


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (HEAD + "colour = 1", "there is no colour"),
        (HEAD + "[fit]\nepoch = 3", "there is no fit.epoch. Did you mean 'epochs'"),
        (HEAD + "[reasoner]\nuse_graphs = false", "there is no reasoner.use_graphs. Did you mean 'use_graph'"),
        (HEAD + '[reasoner]\nuse_graph = "no"', "reasoner.use_graph must be true or false"),
        (HEAD + 'history = "paired"', "history"),
        ('name = "x"', "version is missing"),
        ("name = ", "is not TOML"),
    ],
)
def test_what_is_wrong_is_said(tmp_path: Path, text: str, complaint: str) -> None:
    with pytest.raises(RecipeError, match=complaint) as raised:
        recipe(tmp_path, text)
    assert "recipe.toml" in str(raised.value)


def test_no_recipe(tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match="cannot be read"):
        read(tmp_path / "none.toml")


def labelled(folder: Path, rows: str, compressed: bool = False) -> LabelledCaptures:
    traffic.write(folder / "one.pcap")
    raw = ("index,label,episode\n" + rows).encode()
    if compressed:
        (folder / "one.labels.csv.zst").write_bytes(zstandard.compress(raw))
    else:
        (folder / "one.labels.csv").write_bytes(raw)
    return LabelledCaptures(".", ("one",))


@pytest.mark.parametrize("compressed", [False, True])
def test_labels_are_read(tmp_path: Path, compressed: bool) -> None:
    captures = labelled(tmp_path, "0,Benign,\n1,Port Scan,4\n2,ICMP flood,5\n", compressed)
    (one,) = captures.read(tmp_path, LABELS)
    assert one.name == "one"
    assert one.source == str(tmp_path / "one.pcap")
    assert one.labels is not None
    assert one.episodes is not None
    assert np.array_equal(one.labels, [0, 2, 1])
    assert np.array_equal(one.episodes, [-1, 4, 5])


def test_labels_are_missing(tmp_path: Path) -> None:
    captures = labelled(tmp_path, "")
    (tmp_path / "one.labels.csv").unlink()
    with pytest.raises(RecipeError, match=r"lacks one\.pcap\* or one\.labels\.csv\*"):
        list(captures.read(tmp_path, LABELS))


def test_the_capture_is_missing(tmp_path: Path) -> None:
    captures = labelled(tmp_path, "")
    (tmp_path / "one.pcap").unlink()
    with pytest.raises(RecipeError, match="both are needed"):
        list(captures.read(tmp_path, LABELS))


def test_a_label_that_no_mission_has(tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match=r"one\.labels\.csv: no mission has the label 'Witchcraft'"):
        list(labelled(tmp_path, "0,Witchcraft,1\n").read(tmp_path, LABELS))


@pytest.mark.parametrize("table", ["index,class,episode\n0,Benign,\n", "index,label,episode\n0,Port Scan,first\n"])
def test_a_table_of_another_shape(tmp_path: Path, table: str) -> None:
    captures = labelled(tmp_path, "")
    (tmp_path / "one.labels.csv").write_text(table)
    with pytest.raises(RecipeError):
        list(captures.read(tmp_path, LABELS))


@pytest.mark.parametrize("rows", [-1, 1])
def test_more_or_fewer_labels_than_packets(tmp_path: Path, rows: int) -> None:
    table = "".join(f"{n},Benign,\n" for n in range(len(traffic.records()) + rows))
    with pytest.raises(RecipeError):
        list(load_examples(labelled(tmp_path, table).read(tmp_path, LABELS), "pair"))


def test_life_is_either_for_training_or_for_tuning(tmp_path: Path) -> None:
    names = [f"life{n}.pcap" for n in range(40)]
    for name in names:
        (tmp_path / name).write_bytes(bytes.fromhex("d4c3b2a1020004000000000000000000ffff000001000000"))
    life = LifeCaptures(".", leave_out=("life3.pcap",))
    train, tune = ({one.name for one in life.read(tmp_path, tune=tune)} for tune in (False, True))
    assert train
    assert tune
    assert not train & tune
    assert train | tune == set(names) - {"life3.pcap"}
    assert not list(LifeCaptures(".", tune_sixteenths=0).read(tmp_path, tune=True))
    assert not list(LifeCaptures(".", tune_sixteenths=16).read(tmp_path, tune=False))


def test_no_history_needs_no_transformer(tmp_path: Path) -> None:
    assert recipe(tmp_path, HEAD).reasoner.use_temporal
    assert not recipe(tmp_path, HEAD + 'history = "none"').reasoner.use_temporal
