"""What each part is worth: fits models with one part switched off, for benchmarks/first_light.py --ablation.

    python benchmarks/parts.py runs/parts            # on all networks, and again on network A alone
    python benchmarks/parts.py runs/parts --only facts,graph

Each is fitted by the recipe of the model that ships, with one switch turned, so the model itself is what they compare
with; "history" adds the temporal transformer, which the recipe leaves out. Captures are read once. About half an hour
for all of them on two cores; a model that is there already is not fitted again.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from packetclip.detection.tune import TuneCapture, tune
from packetclip.learning.reasoning import fit, load_examples
from packetclip.learning.reasoning import recipe as recipes
from packetclip.learning.reasoning.examples import Labelled
from packetclip.learning.reasoning.run import assemble, gather, write

ROOT: Final = Path(__file__).resolve().parent.parent
HISTORY: Final = "pair"
PARTS: Final[dict[str, dict[str, Any]]] = {
    "context": {"use_context": False},
    "bytes": {"use_bytes": False},
    "pre-training": {"use_pretraining": False},
    "graph": {"use_graph": False},
    "facts": {"use_facts": False},
    "shortcut": {"use_shortcut": False},
    "logical-expert": {"trust": 0.0},
    "history": {"use_temporal": True},
}
"""Switches of a ReasonerConfig by the name of the part; "history" is the only one that adds something."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", help="parts, separated by commas")
    parser.add_argument("--recipe", default="lab-missions,rotation-a", help="recipes, separated by commas")
    asked = parser.parse_args()
    parts = asked.only.split(",") if asked.only else list(PARTS)
    for name in asked.recipe.split(","):
        suffix = "" if name == "lab-missions" else f"-{name}"
        wanted = {part: asked.folder / f"{part}{suffix}" for part in parts}
        fit_each(name, {part: at for part, at in wanted.items() if not (at / "model.json").exists()})


def fit_each(name: str, wanted: dict[str, Path]) -> None:
    """One model for each part that is switched off, from one reading of the captures."""
    beside = ROOT / "recipes"
    recipe = recipes.read(beside / f"{name}.toml")
    made_of = gather(beside / recipe.pretrained)
    labels = {mission.label.lower(): m + 1 for m, mission in enumerate(made_of.missions)}
    train = list(load_examples([c for entry in recipe.train for c in entry.read(beside, labels)], HISTORY))
    life = list(load_examples(calm(recipe, beside, held_out=False), HISTORY))
    kept = [c for entry in recipe.tune for c in entry.read(beside, labels)] + list(calm(recipe, beside, held_out=True))
    captures = [TuneCapture(c.source, None if c.labels is None else c.labels - 1) for c in kept]
    for part, folder in wanted.items():
        sys.stderr.write(f"{name}: {part}\n")
        turned = replace(
            recipe,
            name=folder.name,
            history=HISTORY if part == "history" else "none",
            reasoner=replace(recipe.reasoner, **PARTS[part]),
        )
        reasoner = assemble(made_of, turned, [*train, *life])
        fit(reasoner, train, life, turned.fit, folder.with_name(folder.name + ".work"))
        write(reasoner, made_of, turned, folder)
        tune(folder, captures)


def calm(recipe: recipes.Recipe, beside: Path, *, held_out: bool) -> Iterator[Labelled]:
    """Ordinary life, for fitting or held out."""
    for entry in recipe.life:
        yield from entry.read(beside, tune=held_out)


if __name__ == "__main__":
    main()
