"""Recipes: TOML to dataclasses and back, and typos that are told."""

from __future__ import annotations

from pathlib import Path

import pytest

from packetclip.errors import RecipeError
from packetclip.learning.contrastive import (
    Captures,
    CorpusConfig,
    PretrainConfig,
    Recipe,
)
from packetclip.learning.contrastive.sources import in_first_half
from packetclip.recipe import from_table, read_recipe, to_toml


def test_what_goes_out_comes_in(tmp_path: Path) -> None:
    recipe = Recipe(
        captures=(Captures("lab", ("a1", "c1"), share=2.0), Captures("apps", half="first")),
        corpus=CorpusConfig(pairs=10, balance=1.0),
        pretrain=PretrainConfig(loss="siglip", rate=1e-4),
    )
    path = tmp_path / "r.toml"
    path.write_text(to_toml(recipe))
    assert read_recipe(path, Recipe) == recipe


def test_our_own_recipe_reads(root: Path) -> None:
    recipe = read_recipe(root / "recipes" / "lab.toml", Recipe)
    assert [entry.half for entry in recipe.captures] == ["both", "first"]
    assert recipe.corpus.most_captions <= 50_000


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("captures = []\n[pretrain]\nepoch = 3", r"no pretrain\.epoch\. Did you mean 'epochs'"),
        ("captures = []\n[pretrain]\nepochs = 'many'", r"pretrain\.epochs must be a whole number; it is 'many'"),
        ("captures = []\n[pretrain]\nepochs = true", r"pretrain\.epochs must be a whole number"),
        ("captures = []\n[pretrain]\nloss = 'hinge'", "known: info_nce, siglip"),
        ("captures = [{names = ['a']}]", r"captures\[0\]\.path is missing"),
        ("captures = 3", "captures must be an array"),
        ("corpus = 3\ncaptures = []", "corpus must be a table"),
        ("[corpus]", "captures is missing"),
        ("= 3", "is not TOML"),
    ],
)
def test_mistakes_are_told(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "r.toml"
    path.write_text(text)
    with pytest.raises(RecipeError, match=message):
        read_recipe(path, Recipe)


def test_no_such_recipe(tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match="cannot be read"):
        read_recipe(tmp_path / "none.toml", Recipe)


def test_a_whole_number_is_a_number() -> None:
    assert from_table(PretrainConfig, {"rate": 1}).rate == 1.0


def test_half_by_name() -> None:
    # printf dns.pcap | sha1sum begins with 0 to 7 or it does not; both halves together are everything.
    names = [f"{i}.pcap" for i in range(200)]
    first = [name for name in names if in_first_half(name)]
    assert 60 < len(first) < 140


def test_a_capture_that_is_not_there(shared: Path) -> None:
    with pytest.raises(RecipeError, match="no capture named a9"):
        Captures("lab", ("a1", "a9")).files(shared)
